"""Columns beside the text: categories and numbers as one matrix for the network.

What is known of a column (its categories; mean and spread of its numbers) is learnt
from training rows, once, and saved with the run. A value that is missing or was never
seen then is a value of its own, so that nothing has to be guessed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from han.errors import InputError, listing
from han.kernels.finite_numbers import require_finite
from han.late_packages import pd

Kind = Literal["categorical", "numeric"]
FloatArray = npt.NDArray[np.float32]
SideCells = Mapping[str, Sequence[str]]

TAILS = (0.01, 0.99)  # numbers beyond do not move mean and spread
LARGEST, SMALLEST = 1e100, 1e-100  # so that no square overflows
FARTHEST = 4.0  # standard deviations; numbers beyond count as that far
TRAINING, RECORDS = "Training records", "Records"  # where no file is known
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "."})  # of numbers
_COMMA = re.compile(r"-?[\d.]*\d,\d+")


@dataclass(frozen=True)
class SideFeature:
    """What is asked of a column.

    Args:
        kind: `categorical` (a column for each category) or `numeric`.
        min_count: Training rows that must hold a category: rarer ones are unknown.
        fill: Whether a missing value counts as the commonest one.
        max_categories: Categories that are kept, the commonest ones: each is a column
            of the matrix.
    """

    kind: Kind
    min_count: int = 5
    fill: bool = False
    max_categories: int = 200


@dataclass(frozen=True)
class Categories:
    """A column of categories, `(n, 1 + categories)`.

    The first number is 1 where the category is unknown or missing, the next ones where
    it is the first, second, ... of `values`.

    Attributes:
        values: Known categories, commonest first.
        fill: What a missing value counts as; "" for unknown.
    """

    values: tuple[str, ...]
    fill: str = ""

    @property
    def width(self) -> int:
        """Number of columns of the matrix."""
        return 1 + len(self.values)

    @classmethod
    def learn(cls, cells: Sequence[str], feature: SideFeature) -> Categories:
        """Categories of training rows."""
        counts = Counter(filter(None, cells))
        ordered = sorted(counts, key=lambda value: (-counts[value], value))
        values = tuple(v for v in ordered if counts[v] >= feature.min_count)
        values = values[: feature.max_categories]
        return cls(values, values[0] if feature.fill and values else "")

    def encode(self, cells: Sequence[str]) -> FloatArray:
        """Cells as rows of 0 and 1, `(n, width)`."""
        place_of = {value: place for place, value in enumerate(self.values, start=1)}
        places = [place_of.get(cell or self.fill, 0) for cell in cells]
        matrix = np.zeros((len(places), self.width), np.float32)
        matrix[np.arange(len(places)), places] = 1
        return matrix


@dataclass(frozen=True)
class Numbers:
    """A column of numbers, `(n, 2)`: standardised, and 1 where one is missing.

    Attributes:
        mean: Mean of the training rows, without their tails.
        deviation: Standard deviation of the same; 1 where all are equal.
        fill: What a missing value counts as; None: the mean, marked as missing.
    """

    mean: float
    deviation: float
    fill: float | None = None
    width: int = 2

    @classmethod
    def learn(cls, cells: Sequence[str], feature: SideFeature) -> Numbers:
        """Mean and spread of training rows."""
        numbers = parse_numbers(cells)
        known = numbers[~np.isnan(numbers)]
        if not known.size:
            return cls(0.0, 1.0)
        values, counts = np.unique(known, return_counts=True)
        fill = float(values[counts.argmax()]) if feature.fill else None
        usual = np.clip(known, *np.quantile(known, TAILS))
        if np.ptp(usual) == 0:  # their computed mean may differ in the last digit
            return cls(float(usual[0]), 1.0, fill)
        spread = float(usual.std())
        return cls(float(usual.mean()), spread if spread > SMALLEST else 1.0, fill)

    def encode(self, cells: Sequence[str]) -> FloatArray:
        """Cells as standardised numbers, `(n, 2)`."""
        numbers = parse_numbers(cells)
        if self.fill is not None:
            numbers = np.where(np.isnan(numbers), self.fill, numbers)
        missing = np.isnan(numbers)
        far = np.clip((numbers - self.mean) / self.deviation, -FARTHEST, FARTHEST)
        return np.stack([np.where(missing, 0.0, far), missing], 1).astype(np.float32)


class SideFeatures:
    """Learnt side features: columns of text in, one matrix out.

    Args:
        parts: Each feature by name; their order is that of the matrix.

    Example:
        >>> sector, age = SideFeature("categorical", 1), SideFeature("numeric")
        >>> asked = {"sector": sector, "age": age}
        >>> rows = {"sector": ["01", "02", "01"], "age": ["20", "40", ""]}
        >>> side = SideFeatures.learn(asked, rows)
        >>> side.names
        ['sector unknown', 'sector 01', 'sector 02', 'age', 'age missing']
        >>> side.encode({"sector": ["02", "1"], "age": ["30", ""]}).tolist()
        [[0.0, 0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 1.0]]
    """

    def __init__(self, parts: Mapping[str, Categories | Numbers]) -> None:
        self.parts = dict(parts)

    @classmethod
    def learn(
        cls, features: Mapping[str, SideFeature], columns: SideCells
    ) -> SideFeatures:
        """Learns each feature from its cells in the training rows.

        Raises:
            InputError: If a numeric column holds something else.
        """
        parts: dict[str, Categories | Numbers] = {}
        for name, feature in features.items():
            cells = _stripped(columns[name])
            if feature.kind == "numeric":
                check_numbers(cells, TRAINING, f"side feature {name!r}")
                parts[name] = Numbers.learn(cells, feature)
            else:
                parts[name] = Categories.learn(cells, feature)
        return cls(parts)

    @property
    def width(self) -> int:
        """Number of columns of the matrix; 0 without any feature."""
        return sum(part.width for part in self.parts.values())

    @property
    def names(self) -> list[str]:
        """What each column of the matrix says."""
        found: list[str] = []
        for name, part in self.parts.items():
            if isinstance(part, Numbers):
                found += [name, f"{name} missing"]
            else:
                found += [f"{name} unknown", *(f"{name} {v}" for v in part.values)]
        return found

    def encode(self, columns: SideCells, rows: int | None = None) -> FloatArray:
        """The matrix of a table, `(n, width)`, finite whatever is missing.

        Args:
            columns: Cells by feature name; a feature may be missing.
            rows: Number of rows, where no column says it.

        Raises:
            InputError: If a cell of a numeric feature is no number.
        """
        rows = max(map(len, columns.values()), default=rows or 0)
        blank = [""] * rows
        found = [np.zeros((rows, 0), np.float32)]
        for name, part in self.parts.items():
            cells = _stripped(columns.get(name, blank))
            if isinstance(part, Numbers):
                check_numbers(cells, RECORDS, f"side feature {name!r}")
            found.append(part.encode(cells))
        return np.concatenate(found, axis=1)

    def save(self, file: Path) -> None:
        """Writes everything as JSON."""
        form = {
            name: {"kind": _KINDS[type(part)], **asdict(part)}
            for name, part in self.parts.items()
        }
        file.write_text(json.dumps(form, ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def load(cls, file: Path) -> SideFeatures:
        """Reads what `save` wrote.

        Raises:
            ValueError: If a number is not finite, or a deviation not above 0.
        """
        form = json.loads(file.read_text("utf-8"))
        return cls({name: _part(**part) for name, part in form.items()})


_KINDS: dict[type, Kind] = {Categories: "categorical", Numbers: "numeric"}


def _part(kind: Kind, **settings: object) -> Categories | Numbers:
    if kind == "numeric":
        numbers = Numbers(**settings)  # type: ignore[arg-type]
        known = (numbers.mean, numbers.deviation, numbers.fill or 0.0)
        require_finite("A numeric side feature", known)
        if not numbers.deviation > 0:
            raise ValueError("a deviation must be above 0")
        return numbers
    return Categories(tuple(settings["values"]), str(settings["fill"]))  # type: ignore[arg-type]


def _stripped(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def parse_numbers(cells: Sequence[str]) -> npt.NDArray[np.float64]:
    """Cells as numbers, NaN where one is missing or no number."""
    numbers = pd.to_numeric(pd.Series(list(cells), dtype=object), errors="coerce")
    found: npt.NDArray[np.float64] = numbers.to_numpy(np.float64)
    return np.clip(np.where(np.isfinite(found), found, np.nan), -LARGEST, LARGEST)


def check_numbers(
    cells: Sequence[str], where: str, what: str, first_row: int = 1
) -> None:
    """Raises InputError if a cell is neither a number nor missing.

    Args:
        cells: The cells.
        where: The file, or what else they come from.
        what: How the column is called.
        first_row: Row number of the first cell.
    """
    filled = [cell.strip().lower() not in MISSING for cell in cells]
    bad = np.flatnonzero(np.isnan(parse_numbers(cells)) & np.array(filled, bool))
    if not bad.size:
        return
    with_comma = any(_COMMA.fullmatch(cells[row].strip()) for row in bad.tolist())
    hint = " Write decimals with a point: 1.5, not 1,5," if with_comma else ""
    hint += " or set `data.decimal` (--decimal) to comma." if hint else ""
    raise InputError(
        f"{where}, rows {listing(bad + first_row)}: {what} must hold a number in each "
        f"row, or nothing (or NA).{hint} If these are codes, set its `kind` to "
        "categorical."
    )
