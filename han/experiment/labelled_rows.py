"""Labelled rows of a file, read alike by all who train, judge, plan and explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.config import Config
from han.data.coders import majority
from han.data.examples import Examples, Origin
from han.data.missing_values import dropped_rows
from han.data.records import Records, read_records
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.experiment.record_labels import coder_nodes, coder_paths
from han.experiment.row_roles import roles_of
from han.experiment.row_sources import Source
from han.runs.classifier import Classifier
from han.tables.locations import DataFile
from han.tables.reading import Columns, column_names
from han.text.non_answers import NONE, NonAnswers
from han.text.text_encoder import EncodedTexts

Places = npt.NDArray[np.int64]
ADVICE = "Choose another --split, or give labelled DATA."


@dataclass(frozen=True)
class LabelledRows:
    """Rows of a file that were asked for, and their codes.

    Attributes:
        records: All records of the file, `(n,)`.
        places: Positions of the rows in it, `(m,)`.
        nodes: True node of each, `(m,)`; -1 where it has none.
        has_weights: Whether the run names a weight column, and the file has it.
    """

    records: Records
    places: Places
    nodes: IntArray
    has_weights: bool

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.places)

    def take(
        self, chosen: npt.NDArray[np.integer] | npt.NDArray[np.bool_]
    ) -> LabelledRows:
        """Some of the rows, by position or by mask."""
        return replace(self, places=self.places[chosen], nodes=self.nodes[chosen])

    @property
    def is_labelled(self) -> bool:
        """Whether the file has label columns."""
        return bool(self.records.label_names)

    @property
    def coded(self) -> LabelledRows:
        """The rows with a code."""
        return self.take(self.nodes >= 0)

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Survey weight of each, `(m,)`."""
        return self.records.weights[self.places]

    @property
    def text_keys(self) -> list[str]:
        """Normalised text of each, as `Records.text_keys`."""
        keys = self.records.text_keys
        return [keys[place] for place in self.places.tolist()]

    @property
    def texts(self) -> dict[str, list[str]]:
        """Text of each by field name, `m` each."""
        fields = self.records.fields.items()
        return {name: cells[self.places].tolist() for name, cells in fields}

    @property
    def sides(self) -> dict[str, list[str]]:
        """Cells of side features by name, `m` each."""
        sides = self.records.sides.items()
        return {name: cells[self.places].tolist() for name, cells in sides}

    def encode(self, classifier: Classifier) -> EncodedTexts:
        """Texts and side features as a run encodes them."""
        return classifier.encode(self.texts, side=self.sides)


def read_role_file(
    config: Config, role: str, file: DataFile, non_answers: NonAnswers = NONE
) -> Records:
    """All records of the file of a role, with the columns that its split needs.

    Args:
        config: The experiment.
        role: The role; the training file has that of `train`.
        file: The file, wherever it lies now.
        non_answers: What the run reads as blank.

    Raises:
        InputError: If the file cannot be read, or lacks a column.
    """
    columns = columns_of(config, role=role)
    records = read_records(file, columns, encoding=config.data.encoding)
    return replace(records, non_answers=non_answers)


def has_labels(config: Config, source: Source) -> bool:
    """Whether a file has any label column.

    Raises:
        InputError: If it cannot be read.
    """
    names = _names(config, source)
    return not set(columns_of(config).labels).isdisjoint(names)


def _names(config: Config, source: Source) -> list[str]:
    wanted = columns_of(config).fields.values()
    return column_names(source.file, encoding=source.encoding, wanted=wanted)


def read_rows(
    config: Config,
    classifier: Classifier,
    source: Source,
    *,
    needs_codes: bool = True,
    without_keys: bool = False,
    also: Mapping[str, str] | None = None,
    advice: str = ADVICE,
) -> LabelledRows:
    """Rows of a file with their codes, as a run reads them.

    Args:
        config: The run's config.
        classifier: The run.
        source: The rows.
        needs_codes: Whether label and weight columns must be there; else they are read
            if they are.
        without_keys: Whether the file may lack the key columns.
        also: More columns to read into `others` of the records, by their name there.
        advice: What to do if there are no such rows, for the message.

    Raises:
        InputError: For bad data, or if there are no such rows.
    """
    columns = _columns(config, source, needs_codes)
    columns = replace(columns, keys=()) if without_keys else columns
    columns = replace(columns, others={**columns.others, **(also or {})})
    records = read_records(source.file, columns, encoding=source.encoding)
    records = replace(records, non_answers=classifier.encoder.non_answers)
    if needs_codes:
        dropped_rows(records, config.data.missing)  # for its errors alone
    places = _places(config, records, source.part)
    if not len(places):
        raise InputError(
            f"{source.file}: no record is in the split {source.part}: the run set "
            f"nothing aside for it (`data.split`). {advice}"
        )
    nodes = true_nodes(config, classifier.taxonomy, records)[places]
    return LabelledRows(records, places, nodes, columns.weight is not None)


def _columns(config: Config, source: Source, needs_codes: bool) -> Columns:
    """Columns to read; without those of labels and weights where a file has none."""
    columns = columns_of(config, role="train" if source.is_training else "test")
    if needs_codes:
        return columns
    names = _names(config, source)
    if set(columns.labels).isdisjoint(names):
        columns = replace(columns, labels=())
    return columns if columns.weight in names else replace(columns, weight=None)


def _places(config: Config, records: Records, part: str) -> Places:
    if part == "all":
        return np.arange(len(records))
    return np.flatnonzero(roles_of(config, "train", records) == part)


def true_nodes(config: Config, tree: Taxonomy, records: Records) -> IntArray:
    """What counts as the true node of each record, `(n,)`; -1 where there is none."""
    if not records.label_names:
        return np.full(len(records), ROOT, np.int32)
    paths = coder_paths(config, records)
    return majority(coder_nodes(config, paths, tree, records.source))


def encode_places(
    config: Config, classifier: Classifier, source: Source, places: Places
) -> EncodedTexts:
    """The same rows in the fields and side features of another run, for it to code.

    Args:
        config: Config of that run.
        classifier: The run.
        source: The file.
        places: Positions of the rows in it, `(m,)`.
    """
    columns = columns_of(config, role="test", labels=False)
    records = read_records(source.file, columns, encoding=source.encoding)
    nodes = np.full(len(places), ROOT, np.int32)
    return LabelledRows(records, places, nodes, False).encode(classifier)


def read_examples(
    config: Config,
    classifier: Classifier,
    source: Source,
    *,
    also: Mapping[str, str] | None = None,
) -> tuple[Examples, int]:
    """Documents with a code, to be evaluated.

    Args:
        config: The run's config.
        classifier: The run.
        source: The rows.
        also: As for `read_rows`.

    Returns:
        The documents, and the number of records left out because they have no code.

    Raises:
        InputError: For bad data, or if nothing has a code.
    """
    rows = read_rows(config, classifier, source, also=also)
    coded = rows.coded
    if not len(coded):
        raise InputError(
            f"{source.file}: no record has a code, so there is nothing to evaluate "
            "against. To code records without codes use python -m han.predict."
        )
    examples = Examples(
        coded.encode(classifier),
        coded.nodes,
        coded.weights,
        origin=Origin(coded.records, coded.places),
        text_keys=coded.text_keys,
    )
    return examples, len(rows) - len(coded)
