"""Records with old codes, and one number of each that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.code_spelling import plain_code
from han.data.survey_weights import read_weights
from han.errors import InputError, listing
from han.tables.columns import Columns
from han.tables.locations import DataFile
from han.tables.prediction_columns import ROW
from han.tables.reading import column_names, read_table

ADDED = ("new_code", "method", "probability", "num_targets", "route", "model_mass")
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RecordColumns:
    """Which column of the records holds what.

    Attributes:
        old: The old code.
        keys: What names a record; needed where chance decides.
        weight: The survey weight, if there is one.
        domains: What makes the groups in which proportions are met.
        keep: Columns that go to the output, too.
        fields: Column of each text field that a model reads.
        sides: Column of each side feature that a model reads.
    """

    old: str
    keys: Sequence[str] = ()
    weight: str | None = None
    domains: Sequence[str] = ()
    keep: Sequence[str] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OldRecords:
    """Records to be recoded, `n` of them.

    Attributes:
        table: Their cells as text; with a column `row` where no key is named.
        old: Names of the distinct old codes.
        code: Place in `old` of each record's code, `(n,)`.
        weights: `(n,)`.
        domains: Distinct domains, as tuples of cells.
        domain: Place in `domains` of each record, `(n,)`.
        columns: Which column holds what.
    """

    table: pd.DataFrame
    old: list[str]
    code: IntArray
    weights: FloatArray
    domains: list[tuple[str, ...]]
    domain: IntArray
    columns: RecordColumns

    def draws(self, seed: int) -> FloatArray:
        """A number of each record, `(n,)`, as `key_draws`.

        Raises:
            InputError: Without key columns.
        """
        if not self.columns.keys:
            raise InputError(
                "chance decides by the key of a record, so that it gets the same code "
                "in each order of rows. Name the key columns: --key id."
            )
        keys = self.table[list(self.columns.keys)].to_numpy(str).tolist()
        return key_draws(keys, seed)


def key_draws(keys: Sequence[Sequence[str]], seed: int) -> FloatArray:
    """A number from 0 to 1 of each key, `(n,)`: as if drawn, and always the same.

    It is the BLAKE2b hash of seed and key, so neither order nor blocks of rows matter.

    Example:
        >>> once = key_draws([["7"], ["8"]], seed=1)
        >>> bool((once == key_draws([["8"], ["7"]], seed=1)[::-1]).all())
        True
    """
    start = hashlib.blake2b(str(seed).encode(), digest_size=8)
    found = np.empty(len(keys), np.uint64)
    for place, key in enumerate(keys):
        one = start.copy()
        for cell in key:  # lengths, so that ("a", "b") is not ("ab", "")
            said = cell.encode()
            one.update(b"%d:%b" % (len(said), said))
        found[place] = int.from_bytes(one.digest(), "big")
    return (found >> np.uint64(11)).astype(float) * 2.0**-53


def read_old_records(
    file: DataFile, columns: RecordColumns, *, encoding: str = "utf-8"
) -> OldRecords:
    """Reads records of any kind of table.

    Raises:
        InputError: For a missing column, a weight that is none, or a column that the
            output has a name like.
    """
    cells = [*columns.domains, *columns.keep, *columns.sides.values()]
    wanted = Columns(
        columns.fields,
        labels=[columns.old],
        keys=columns.keys,
        weight=columns.weight,
        others={name: name for name in cells},
        asked_by={columns.old: "--old-column"} | dict.fromkeys(cells, "an option"),
    )
    taken = {*ADDED, *(() if columns.keys else (ROW,))} & set(wanted.needed)
    if taken:
        raise InputError(
            f"{file}: the output has a column {listing(map(repr, sorted(taken)))} of "
            "its own. Rename that of the records."
        )
    column_names(file, encoding=encoding, wanted=wanted.needed)
    table = read_table(file, wanted, encoding=encoding)
    weights = read_weights(table, columns.weight, str(file), "--weight")
    if not columns.keys:
        table.insert(0, ROW, [str(row + 1) for row in range(len(table))])
    spelt = [plain_code(cell) for cell in table[columns.old]]
    code, old = pd.factorize(np.array(spelt, object))
    domain, domains = _domains(table, columns.domains)
    return OldRecords(
        table, list(old), code.astype(np.int64), weights, domains, domain, columns
    )


def _domains(
    table: pd.DataFrame, names: Sequence[str]
) -> tuple[IntArray, list[tuple[str, ...]]]:
    if not names:
        return np.zeros(len(table), np.int64), [()]
    distinct: dict[tuple[str, ...], int] = {}
    cells = zip(*(table[name] for name in names), strict=True)
    place = [distinct.setdefault(cell, len(distinct)) for cell in cells]
    return np.array(place, np.int64), list(distinct)
