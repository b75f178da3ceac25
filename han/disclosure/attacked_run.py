"""The records of a run, for a release check: texts to know again, texts to attack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray
from han.config import Config
from han.data.examples import Examples
from han.data.sampling_units import is_blank
from han.disclosure.membership_attack import Membership, attack
from han.disclosure.shadow_models import calibrated, log_odds, shadow_scores
from han.errors import InputError
from han.evaluation.coded_scores import code_records
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.experiment.row_sources import Source, find_source
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.tables.locations import DataFile
from han.tables.whole_files import whole_file
from han.text.text_encoder import EncodedTexts

MOST_TEXTS = 5000  # of each side: more change an interval little
SACRO_BLOCK = 256
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RunRecords:
    """Where the records of a run lie, as far as they are at hand.

    Attributes:
        trained: Those that trained it; None if they are not at hand.
        left_out: Those that it was tested with; None if there are none.
        reason: Why something is not at hand; empty if everything is.
        is_by_chance: Whether both are of one file, drawn by chance.
    """

    trained: Source | None
    left_out: Source | None
    reason: str = ""
    is_by_chance: bool = True


def run_records(run: RunFolder, config: Config, file: DataFile | None) -> RunRecords:
    """Finds the records of a run, in its own files or in the one that is given.

    Args:
        run: The run.
        config: Its settings.
        file: Its training records, wherever they lie now; None: where they lay.

    Raises:
        InputError: If a file was given that cannot be read.
    """
    try:
        trained = find_source(run, config, file, "train")
    except InputError as error:
        if file is None:
            return RunRecords(None, None, str(error))
        # Not the file as it was: words can be counted, but who trained is not known.
        return RunRecords(find_source(run, config, file, None), None, str(error))
    try:
        asked = file if config.data.test is None else None
        left_out = find_source(run, config, asked, "test")
    except InputError as error:
        return RunRecords(trained, None, str(error))
    by_chance = left_out.is_training and config.data.split.time_column is None
    return RunRecords(trained, left_out, "", by_chance)


def training_rows(
    config: Config, classifier: Classifier, source: Source
) -> LabelledRows:
    """The records that trained, coded or not."""
    return read_rows(config, classifier, source, needs_codes=False, unknown="wrong")


@dataclass(frozen=True)
class AttackedTexts:
    """Distinct texts with a full code: those that trained, then the others.

    Attributes:
        texts: The documents, `(n,)`.
        nodes: True node of each, `(n,)`.
        num_members: How many trained.
    """

    texts: EncodedTexts
    nodes: IntArray
    num_members: int


def attacked_texts(
    config: Config, classifier: Classifier, records: RunRecords, seed: int
) -> AttackedTexts:
    """One record of each text; a text that is on both sides is on none.

    Raises:
        InputError: If the records cannot be read.
    """
    if records.trained is None or records.left_out is None:
        raise InputError(records.reason)
    sides = [
        read_rows(config, classifier, source, unknown="wrong").coded
        for source in (records.trained, records.left_out)
    ]
    keys = [side.text_keys for side in sides]
    leaves = classifier.taxonomy.leaves
    chosen = [
        side.take(_distinct(own, set(others), np.isin(side.nodes, leaves), seed))
        for side, own, others in zip(sides, keys, keys[::-1], strict=True)
    ]
    members, others = chosen
    texts = classifier.encode(
        {name: [*cells, *others.texts[name]] for name, cells in members.texts.items()},
        side={
            name: [*cells, *others.sides[name]] for name, cells in members.sides.items()
        },
    )
    nodes = np.concatenate([members.nodes, others.nodes])
    return AttackedTexts(texts, nodes, len(members))


def _distinct(
    keys: Sequence[str], others: set[str], is_full: npt.NDArray[np.bool_], seed: int
) -> Rows:
    """First place of each text with a full code that the other side lacks."""
    first: dict[str, int] = {}
    for place in np.flatnonzero(is_full).tolist():
        if not is_blank(keys[place]) and keys[place] not in others:
            first.setdefault(keys[place], place)
    rows = np.array(list(first.values()), np.int64)
    if len(rows) > MOST_TEXTS:
        rows = np.random.default_rng(seed).choice(rows, MOST_TEXTS, replace=False)
    return np.sort(rows)


def attack_run(
    config: Config, classifier: Classifier, chosen: AttackedTexts, shadows: int
) -> Membership | None:
    """Attacks a run; None if it has too few texts.

    Args:
        config: Its settings.
        classifier: The run.
        chosen: The texts of both sides.
        shadows: Number of shadow models; 0: the probability of the true code alone.
    """
    ones = np.ones(len(chosen.nodes))
    examples = Examples(chosen.texts, chosen.nodes, ones)
    own = code_records(classifier, examples).true_probabilities
    scores = np.asarray(own, np.float64)
    if shadows:
        model = config.model
        expected = shadow_scores(
            chosen.texts,
            chosen.nodes,
            classifier.taxonomy,
            classifier.encoder.vocabulary.words,
            linear=model.linear,
            shadows=shadows,
            seed=config.seed,
        )
        scores = calibrated(log_odds(scores), expected)
    split = chosen.num_members
    return attack(scores[:split], scores[split:], shadows)


def write_sacro(folder: Path, classifier: Classifier, chosen: AttackedTexts) -> None:
    """Probabilities of all full codes as SACRO-ML reads them: CSV without a header.

    `proba_train.csv` and `proba_test.csv`, a line for each text, go into
    `Target(proba_train=..., proba_test=...)` by `numpy.loadtxt`.
    """
    leaves, split = classifier.taxonomy.leaves, chosen.num_members
    sides = {"train": np.arange(split), "test": np.arange(split, len(chosen.nodes))}
    with whole_file(folder, is_folder=True) as made:
        for name, rows in sides.items():
            with (made / f"proba_{name}.csv").open("w") as file:
                for first in range(0, len(rows), SACRO_BLOCK):
                    some = chosen.texts.take(rows[first : first + SACRO_BLOCK])
                    logs = classifier.log_probabilities(some)[:, leaves]
                    np.savetxt(file, np.exp(logs), delimiter=",", fmt="%.7g")
