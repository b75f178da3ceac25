"""Labelled rows of a file, read alike by all who train, judge, plan and explain."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.code_list.true_codes import TrueCodes
from han.config import Config
from han.data.examples import Examples, Origin
from han.data.missing_values import dropped_rows
from han.data.records import Records, read_records
from han.data.sampling_units import ROW, TEXT, unit_keys
from han.errors import InputError, NothingCoded
from han.experiment.config_inputs import columns_of, split_unit
from han.experiment.long_codes import with_long_codes
from han.experiment.row_roles import roles_of
from han.experiment.row_sources import Source
from han.experiment.true_labels import OutsideLabels, UnknownLabels, true_codes
from han.runs.classifier import Classifier
from han.tables.locations import DataFile
from han.tables.reading import Columns, column_names
from han.text.non_answers import NONE, NonAnswers
from han.text.text_encoder import EncodedTexts

logger = logging.getLogger(__name__)
Places = npt.NDArray[np.int64]
Chosen = npt.NDArray[np.integer] | npt.NDArray[np.bool_]
ADVICE = "Choose another --split, or give labelled DATA."


@dataclass(frozen=True)
class LabelledRows:
    """Rows of a file that were asked for, and their codes.

    Attributes:
        records: All records of the file, `(n,)`.
        places: Positions of the rows in it, `(m,)`.
        true: What counts as right of each, `m`.
        has_weights: Whether the run names a weight column, and the file has it.
        unit: What was drawn together: `text`, `none` (rows) or the name of a column.
    """

    records: Records
    places: Places
    true: TrueCodes
    has_weights: bool
    unit: str = TEXT

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.places)

    def take(self, chosen: Chosen) -> LabelledRows:
        """Some of the rows, by position or by mask."""
        true = self.true.take(chosen)
        return replace(self, places=self.places[chosen], true=true)

    @property
    def nodes(self) -> IntArray:
        """Main code of each, `(m,)`; -1 where it has none."""
        return self.true.main

    @property
    def outside(self) -> OutsideLabels:
        """Those with codes that the run's list does not have."""
        return OutsideLabels.of(self.true, self.records.rows[self.places].tolist())

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
    def unit_keys(self) -> list[str]:
        """Key of the sampling unit of each, `m`."""
        is_column = self.unit not in (TEXT, ROW)
        keys = unit_keys(self.records, "unit" if is_column else self.unit)
        return [keys[place] for place in self.places.tolist()]

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
    return replace(with_long_codes(config, records), non_answers=non_answers)


def has_labels(config: Config, source: Source) -> bool:
    """Whether a file has any label column.

    Raises:
        InputError: If it cannot be read.
    """
    return not set(columns_of(config).labels).isdisjoint(names_of(config, source))


def names_of(config: Config, source: Source, also: Sequence[str] = ()) -> list[str]:
    """Columns of a file, of those that an experiment reads and some more."""
    wanted = [*columns_of(config).fields.values(), *also]
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
    unknown: UnknownLabels = "error",
    unit: str | None = None,
    asked_by: Mapping[str, str] | None = None,
) -> LabelledRows:
    """Rows of a file with their codes, as a run reads them.

    Args:
        config: The run's config.
        classifier: The run.
        source: The rows.
        needs_codes: Whether label and weight columns must be there; else they are read
            if they are.
        without_keys: Whether the file may lack the keys, unless its codes need them.
        also: More columns to read into `others` of the records, by their name there.
        advice: What to do if there are no such rows, for the message.
        unknown: What becomes of labels outside the code list: see `true_codes`.
        unit: What was drawn together: `text`, `none` (rows) or a column of the file.
            By default what `data.split` keeps together, and equal texts in a file
            without its column.
        asked_by: Option that asks for `unit`, or for one of `also`, by its name, for
            the message if the file has no such column.

    Raises:
        InputError: For bad data, or if there are no such rows.
    """
    columns = _columns(config, source, needs_codes)
    if without_keys and not (needs_codes and config.data.codes_file):
        columns = replace(columns, keys=())
    asked_by = asked_by or ({"unit": "--cluster"} if unit else {})
    unit = unit or _usual_unit(config, source)
    cells = {} if unit in (TEXT, ROW) else {"unit": unit}
    others = {**columns.others, **cells, **(also or {})}
    columns = replace(columns, others=others, asked_by=asked_by)
    records = read_records(source.file, columns, encoding=source.encoding)
    records = replace(records, non_answers=classifier.encoder.non_answers)
    if needs_codes:
        records = with_long_codes(config, records)
        dropped_rows(records, config.data.missing)  # for its errors alone
    places = _places(config, records, source.part)
    if not len(places):
        raise InputError(
            f"{source.file}: no record is in the split {source.part}: the run set "
            f"nothing aside for it (`data.split`). {advice}"
        )
    true = true_codes(config, classifier.taxonomy, records, unknown).take(places)
    rows = LabelledRows(records, places, true, columns.weight is not None, unit)
    if rows.outside.records:
        logger.warning("%s", rows.outside.sentence(str(source.file)))
    return rows


def _usual_unit(config: Config, source: Source) -> str:
    """What `data.split` keeps together, if the file was split by it or has its column.

    Another file of the run was not: there equal texts are a unit.
    """
    unit = split_unit(config)
    if source.is_training or unit == TEXT:
        return unit
    is_own = unit == ROW or source.name is not None
    return TEXT if is_own or unit not in names_of(config, source, (unit,)) else unit


def _columns(config: Config, source: Source, needs_codes: bool) -> Columns:
    """Columns to read; without those of labels and weights where a file has none."""
    columns = columns_of(config, role="train" if source.is_training else "test")
    if needs_codes:
        return columns
    names = names_of(config, source)
    if set(columns.labels).isdisjoint(names):
        columns = replace(columns, labels=())
    return columns if columns.weight in names else replace(columns, weight=None)


def _places(config: Config, records: Records, part: str) -> Places:
    if part == "all":
        return np.arange(len(records))
    return np.flatnonzero(roles_of(config, "train", records) == part)


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
    true = TrueCodes.of(np.full(len(places), ROOT, np.int32), classifier.taxonomy)
    return LabelledRows(records, places, true, False).encode(classifier)


def read_examples(
    config: Config,
    classifier: Classifier,
    source: Source,
    *,
    also: Mapping[str, str] | None = None,
    unknown: UnknownLabels = "error",
    unit: str | None = None,
) -> tuple[Examples, int]:
    """Documents with a code, to be evaluated.

    Args:
        config: The run's config.
        classifier: The run.
        source: The rows.
        also: As for `read_rows`.
        unknown: As there.
        unit: As there.

    Returns:
        The documents, and the number of records left out because they have no code.

    Raises:
        InputError: For bad data, or if nothing has a code.
    """
    rows = read_rows(config, classifier, source, also=also, unknown=unknown, unit=unit)
    coded = rows.coded
    if not len(coded):
        raise NothingCoded(
            f"{source.file}: no record has a code, so there is nothing to evaluate "
            "against. To code records without codes use python -m han.predict."
        )
    examples = Examples(
        coded.encode(classifier),
        coded.nodes,
        coded.weights,
        origin=Origin(coded.records, coded.places),
        unit_keys=coded.unit_keys,
        true=None if config.model.gives_sets else coded.true,
        sets=coded.true.nodes if config.model.gives_sets else None,
    )
    return examples, len(rows) - len(coded)
