"""The promise where answers repeat: drawn again and again from a known population.

Units (texts, households) are drawn with all their records, thresholds are chosen, and
what they accept of the whole population is held against the promise.
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from han.decisions.labelled_paths import LabelledPaths
from han.decisions.path_probabilities import CodedPaths
from han.decisions.thresholds import choose_thresholds

DRAWINGS, DELTA = 1000, 0.05
TARGETS = (0.85, 0.9, 0.95)
WRONG = 99  # a node that is never given

pytestmark = pytest.mark.slow


def most_failures(drawings):
    """5 % and three standard deviations."""
    return drawings * DELTA + 3 * math.sqrt(drawings * DELTA * (1 - DELTA))


@dataclass
class Population:
    """All records there are, unit by unit.

    `sure` and `right` are `(n, levels)`; `groups` are predicted nodes of the top level.
    """

    sizes: np.ndarray  # records of each unit
    sure: np.ndarray
    right: np.ndarray
    groups: np.ndarray
    weights: np.ndarray | None = None

    def __post_init__(self):
        self.unit = np.repeat(np.arange(len(self.sizes)), self.sizes)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)])
        self.all = self.labelled(np.arange(len(self.unit)), self.unit)

    def labelled(self, rows, units):
        levels = self.sure.shape[1]
        nodes = np.stack([self.groups[rows], *([self.groups[rows] + 10] * 2)], axis=1)
        nodes = nodes[:, :levels].astype(np.int32)
        truth = np.where(self.right[rows], nodes, WRONG)
        weights = None if self.weights is None else self.weights[rows]
        return LabelledPaths(CodedPaths(nodes, self.sure[rows]), truth, units, weights)

    def draw(self, count, rng):
        """Tested and reference records of so many units, drawn with replacement."""
        drawn = rng.integers(len(self.sizes), size=count)
        tested = rng.random(count) < 2 / 3
        return [self._records(drawn[part]) for part in (tested, ~tested)]

    def _records(self, drawn):
        sizes = self.sizes[drawn]
        units = np.repeat(np.arange(len(drawn)), sizes)  # drawn twice, two units
        inside = np.arange(len(units)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.labelled(self.starts[drawn][units] + inside, units)

    def accuracies(self, found):
        """Share accepted, and accuracy, of each group at each level."""
        passed = found.passed(self.all.paths, self.all.repeats)
        group = found.group_of(self.all.paths.nodes)
        weights = np.ones(len(passed)) if self.weights is None else self.weights
        for place, level in enumerate(found.levels):
            for name in found.groups:
                rows = (passed >= level) & (group == name)
                weight = weights[rows].sum()
                right = weights[rows] @ self.right[rows, place]
                yield weight / weights.sum(), right / weight if weight else 1.0


def failures(population, targets, units, *, drawings=DRAWINGS, seed=5, **options):
    """Drawings whose promise fails anywhere, and the mean share that is accepted."""
    rng = np.random.default_rng(seed)
    wanted = dict(enumerate(targets, start=1))
    failed, covered = 0, 0.0
    for _ in range(drawings):
        tested, reference = population.draw(units, rng)
        found = choose_thresholds(tested, reference, wanted, 1 - DELTA, **options)
        shares = list(population.accuracies(found))
        size = len(found.groups)
        wrong = [
            accuracy < targets[place // size] - 1e-12
            for place, (_, accuracy) in enumerate(shares)
        ]
        failed += any(wrong)
        covered += sum(share for share, _ in shares[-size:]) / drawings
    return failed, covered


def zipf_sizes(units, exponent=1.0, largest=0.05):
    """Records of each unit: the largest has about a twentieth of all."""
    ranks = np.arange(1, units + 1) ** -exponent
    low, high = 1.0, float(units)
    while high - low > 0.5:  # the number of records grows with that of the largest
        middle = (low + high) / 2
        sizes = np.maximum(1, np.round(middle * ranks))
        low, high = (middle, high) if middle < largest * sizes.sum() else (low, middle)
    return np.maximum(1, np.round(low * ranks)).astype(int)


def together(units=6000, seed=5, levels=1):
    """Zipf-repeated texts, all records of a text right or wrong together."""
    rng = np.random.default_rng(seed)
    sizes = zipf_sizes(units)
    sure = rng.beta(3.0, 0.4, size=(units, 1)) * np.ones((1, levels))
    if levels == 2:
        sure[:, 1] *= rng.beta(12.0, 0.3, size=units)
    right = rng.random((units, 1)) < sure  # one number a text: deeper is not righter
    of = np.repeat(np.arange(units), sizes)
    groups = rng.choice(3, size=units, p=[0.6, 0.37, 0.03])
    return Population(sizes, sure[of], right[of], groups[of])


def ambiguous(units=6000, seed=2):
    """The same texts; some, the surest ones among them, are right now and then."""
    rng = np.random.default_rng(seed)
    same = together(units, seed)
    of = same.unit
    sure = same.sure[same.starts[:-1], 0]
    is_ambiguous = rng.random(units) < 0.03 + 0.5 * (1 - sure)
    chance = rng.random(units) * is_ambiguous
    by_chance = rng.random(len(of)) < chance[of]
    right = np.where(is_ambiguous[of], by_chance, same.right[:, 0])[:, None]
    return Population(same.sizes, same.sure, right, same.groups)


def households(units=3000, seed=3):
    """Six records each, which share their luck in part."""
    rng = np.random.default_rng(seed)
    sure = rng.beta(3.0, 0.4, size=(6 * units, 1))
    luck = np.repeat(rng.random(units), 6)
    own = rng.random(6 * units)
    right = np.where(own < 0.6, luck, rng.random(6 * units))[:, None] < sure
    return Population(np.full(units, 6), sure, right, np.zeros(6 * units, int))


def single(units=12_000, seed=4, weights=False):
    rng = np.random.default_rng(seed)
    sure = rng.beta(3.0, 0.4, size=(units, 1))
    right = rng.random((units, 1)) < sure
    heavy = np.minimum(rng.lognormal(0.0, 0.8, size=units), 5.0)
    if weights:  # what weighs much is wrong more often
        right &= (rng.random(units) > 0.04 * (heavy > 2.0))[:, None]
    groups = np.zeros(units, int)
    return Population(
        np.ones(units, int), sure, right, groups, heavy if weights else None
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("make", [together, ambiguous])
def test_the_promise_holds_for_repeated_texts(make, target):
    population = make()
    assert 0.04 < population.sizes.max() / population.sizes.sum() < 0.06
    failed, covered = failures(population, (target,), 1200)
    assert failed <= most_failures(DRAWINGS)
    assert covered > 0.2


def test_records_taken_as_independent_break_it():
    """What the tests above are for: the same drawings, counted record by record."""
    population = together()
    rng, failed = np.random.default_rng(5), 0
    for _ in range(200):
        parts = [
            LabelledPaths(part.paths, part.truth) for part in population.draw(1200, rng)
        ]
        found = choose_thresholds(*parts, {1: 0.95}, 1 - DELTA)
        accepted = found.passed(population.all.paths) == 1
        failed += population.right[accepted, 0].mean() < 0.95
    assert failed > most_failures(200)


@pytest.mark.parametrize("target", TARGETS)
def test_the_promise_holds_for_households(target):
    failed, covered = failures(households(), (target,), 600, most_rows=6)
    assert failed <= most_failures(DRAWINGS)
    assert covered > 0.3


@pytest.mark.parametrize("target", TARGETS)
def test_single_records_have_the_exact_test(target):
    population = single()
    failed, covered = failures(population, (target,), 900)
    assert failed <= most_failures(DRAWINGS)
    rng, exact = np.random.default_rng(5), 0.0
    for _ in range(200):
        parts = [
            LabelledPaths(part.paths, part.truth) for part in population.draw(900, rng)
        ]
        found = choose_thresholds(*parts, {1: target}, 1 - DELTA)
        exact += (found.passed(population.all.paths) == 1).mean() / 200
    assert covered > 0.95 * exact


@pytest.mark.parametrize("target", TARGETS)
def test_the_promise_holds_for_weighted_records(target):
    population = single(weights=True)
    failed, covered = failures(population, (target,), 2400, largest_weight=5.0)
    assert failed <= most_failures(DRAWINGS)
    assert covered > 0.01  # 0.95 is hard where what weighs much is wrong more often


@pytest.mark.parametrize("target", TARGETS)
def test_the_promises_hold_for_groups_of_codes(target):
    failed, covered = failures(together(), (target,), 1500, group_level=1)
    assert failed <= most_failures(DRAWINGS)
    assert covered > 0.1


@pytest.mark.parametrize("target", TARGETS)
def test_the_promises_of_two_levels_hold_together(target):
    failed, covered = failures(together(levels=2), (0.9, target), 1500)
    assert failed <= most_failures(DRAWINGS)
    assert covered > 0.1
