"""The promise "of the codes given without a person at least 95 % are right".

The codes of one record are right or wrong together more often than those of two, so
that counting each of them as a piece of evidence promises too much. What is drawn is
the record, or the text, household or firm with all its records: the unit of
`han.decisions.guarantee`, whose test holds however the codes of a unit hang together.
It asks that no unit is larger than a known size, so that a record with more than
`most_codes` codes must be left to a person; the functions here count none of its codes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.closure import checked_sets, closure, partial_codes
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.record_blocks import FloatArray, checked_logs
from han.decisions.guarantee import Promise, promised_thresholds
from han.decisions.unit_bounds import lower_accuracy
from han.decisions.unit_evidence import UNKNOWN_OUTCOME, Evidence, Outcomes, Units
from han.errors import InputError
from han.late_packages import sparse


def code_outcomes(
    given: npt.ArrayLike, y_true: npt.ArrayLike, tree: Taxonomy
) -> Outcomes:
    """Whether each code given is right, `(n, A)`: 1 right, 0 wrong, -1 nobody knows.

    A code is right if it is true or an ancestor of a true code. Nobody knows of a code
    below a partial true code, nor of a record without a true one; -1 also where no code
    is given.

    Args:
        given: Codes given, node ids `(n, A)`, -1 after the last.
        y_true: True codes, likewise.
        tree: The code list.

    Raises:
        InputError: If lengths differ or an id is not in the tree.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> code_outcomes([[0, 2], [0, 2]], [[2, -1], [1, -1]], tree).tolist()
        [[0, 1], [0, -1]]
    """
    sets = checked_sets(given, tree, "given")
    true = checked_sets(y_true, tree, "y_true")
    if len(sets) != len(true):
        raise InputError(
            "Expected `given` and `y_true` of equal length, a set for each record. "
            f"Received {len(sets)} and {len(true)}."
        )
    partial = partial_codes(true, tree)
    rows, places = np.nonzero((sets != ROOT) & (true != ROOT).any(axis=1)[:, None])
    nodes = sets[rows, places]
    right = _of_places(closure(true, tree), rows, nodes)
    paths = tree.paths[nodes]
    below = np.zeros(len(nodes), np.bool_)
    for column in partial.T:
        node = column[rows]
        below |= (node != ROOT) & (node != nodes) & (paths == node[:, None]).any(axis=1)
    found = np.full(sets.shape, UNKNOWN_OUTCOME, np.int8)
    found[rows, places] = np.where(below, UNKNOWN_OUTCOME, right)
    return found


def _of_places(
    matrix: sparse.csr_array, rows: npt.NDArray[np.intp], nodes: IntArray
) -> Outcomes:
    """Whether a Boolean matrix is true at some places."""
    size = matrix.shape[1]
    known = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    keys = known.astype(np.int64) * size + matrix.indices
    return np.isin(rows * size + nodes, keys).astype(np.int8)


def code_confidence(
    given: npt.ArrayLike, log_probabilities: npt.ArrayLike, tree: Taxonomy
) -> FloatArray:
    """Probability of each code given, `(n, A)`; nan where there is none.

    Args:
        given: Codes given, node ids `(n, A)`, -1 after the last.
        log_probabilities: Log-probabilities of all nodes, `(n, N)`.
        tree: The code list.

    Raises:
        InputError: If shapes do not fit or an id is not in the tree.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> code_confidence([[0, -1]], np.log([[0.25, 0.9]]), tree).tolist()
        [[0.25, nan]]
    """
    logs, sets = checked_logs(log_probabilities, given, tree)
    own = np.take_along_axis(logs, np.maximum(sets, 0), axis=1).astype(np.float64)
    return np.where(sets == ROOT, np.nan, np.exp(own))


@dataclass(frozen=True, eq=False)
class GivenCodes:
    """Codes given to `n` records whose true codes are known.

    Attributes:
        confidence: How sure each code is, `(n, A)`; nan where there is none.
        outcomes: Whether it is right, `(n, A)`, as `code_outcomes` says.
        units: What the records were drawn as, and what they weigh.
        most_codes: A record with more codes is left to a person: none of them counts.
        whole_records: Whether a record is coded without a person in full or not at all:
            by the least sure of its codes. Else each code stands by itself.

    Raises:
        InputError: If shapes do not fit, or `most_codes` is less than 1.
    """

    confidence: FloatArray
    outcomes: Outcomes
    units: Units
    most_codes: int
    whole_records: bool = False

    def __post_init__(self) -> None:
        shape = self.confidence.shape
        if len(shape) != 2 or self.outcomes.shape != shape:
            raise InputError(
                "Expected `confidence` and `outcomes` of one shape (n, A). Received "
                f"{shape} and {self.outcomes.shape}."
            )
        if len(self.units.numbers) != shape[0]:
            raise InputError(
                f"`units`: Expected a unit for each of {shape[0]} records. Received "
                f"{len(self.units.numbers)}."
            )
        if self.most_codes < 1:
            raise InputError(
                f"`most_codes`: Expected 1 or more. Received {self.most_codes}."
            )

    def acceptable(self) -> FloatArray:
        """Confidence that thresholds are held against, `(n, A)`; nan for no code.

        Example:
            >>> sure, right = np.array([[0.9, 0.4]]), np.array([[1, 1]], np.int8)
            >>> one = Units.single(1)
            >>> GivenCodes(sure, right, one, 2, whole_records=True).acceptable()
            array([[0.4, 0.4]])
            >>> GivenCodes(sure, right, one, most_codes=1).acceptable()
            array([[nan, nan]])
        """
        is_code = ~np.isnan(self.confidence)
        found = np.where(is_code, self.confidence, np.inf)
        if self.whole_records:
            found = np.where(is_code, found.min(axis=1, keepdims=True), np.inf)
        few = is_code.sum(axis=1, keepdims=True) <= self.most_codes
        return np.where(is_code & few, found, np.nan)

    def flat(self) -> tuple[FloatArray, Outcomes, Units]:
        """Confidence, outcome and unit of every code that counts, `(codes,)` each."""
        confidence = self.acceptable()
        rows, places = np.nonzero(~np.isnan(confidence))
        known = self.units
        units = Units(
            known.numbers[rows], known.weights[rows], known.largest * self.most_codes
        )
        return confidence[rows, places], self.outcomes[rows, places], units


def promised_code_threshold(
    tested: GivenCodes, reference: GivenCodes, target: float, delta: float = 0.05
) -> Promise:
    """The most lenient threshold from which on codes are right often enough.

    With probability `1 - delta` over the draw of the tested records: of all codes of
    later records that reach the threshold, the share that is right is at least the
    target. Codes that nobody can judge count nowhere.

    Args:
        tested: Codes of records that choose nothing else.
        reference: Codes of other records, which propose thresholds to test, with the
            same `most_codes` and `whole_records`.
        target: The share asked for, above 0 and under 1.
        delta: 1 - confidence.

    Returns:
        As `promised_thresholds` of `han.decisions.guarantee`, which has the proof:
        `rows` and `right` count codes, `threshold` is infinite if nothing can be
        promised.

    Raises:
        InputError: If the two differ in their rule, or a number is out of range.
        ValueError: If a unit has more records than its `largest`.

    Example:
        >>> sure = np.tile(np.linspace(0, 1, 2000)[:, None], (1, 2))
        >>> right = (sure > 0.4).astype(np.int8)
        >>> known = GivenCodes(sure, right, Units.single(2000), most_codes=2)
        >>> other = GivenCodes(sure[::2], right[::2], Units.single(1000), most_codes=2)
        >>> 0.3 < promised_code_threshold(known, other, 0.9).threshold < 0.4
        True
    """
    rules = [(part.most_codes, part.whole_records) for part in (tested, reference)]
    if rules[0] != rules[1]:
        raise InputError(
            "Expected the same `most_codes` and `whole_records` of tested and "
            f"reference records. Received {rules[0]} and {rules[1]}."
        )
    if not (0 < target < 1 and 0 < delta < 1):
        raise InputError(
            "Expected `target` and `delta` above 0 and under 1. Received "
            f"{target} and {delta}."
        )
    confidence, outcomes, units = tested.flat()
    beside, known, others = reference.flat()
    [found] = promised_thresholds(
        confidence[:, None],
        outcomes[:, None],
        beside[:, None],
        known[:, None],
        [target],
        delta,
        units=units,
        reference_units=others,
    )
    return found


def code_accuracy_bound(
    known: GivenCodes, threshold: float, delta: float = 0.05
) -> float:
    """Lower bound of the share of right codes among those that reach a threshold.

    Args:
        known: Codes of records that had no say in the threshold.
        threshold: The threshold.
        delta: 1 - confidence.

    Returns:
        With probability `1 - delta` the share is no less; 0 if no code reaches it.

    Example:
        >>> sure, right = np.ones((300, 2)), np.ones((300, 2), np.int8)
        >>> known = GivenCodes(sure, right, Units.single(300), most_codes=2)
        >>> 0.97 < code_accuracy_bound(known, 0.5) < 0.99
        True
    """
    confidence, outcomes, units = known.flat()
    units.check()
    return lower_accuracy(Evidence.of(confidence, outcomes, units), threshold, delta)
