"""For which records a promise holds, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from han.data.sampling_units import ROW, TEXT
from han.languages.words import Words


@dataclass(frozen=True)
class Population:
    """Records that a promise is about, by what tested it.

    Attributes:
        unit: What was drawn together: `text`, `none` (records), or a column.
        records: Records that tested the promise.
        units: Units that they come from.
        file: The file that they were in; "" for the run's own calibration records.
        is_sample: Whether that is a random sample of the records to be coded.
        is_seen: Whether it is about texts that were seen in training alone.
        is_weighted: Whether records count by their weights.
        apart: What stood in training or among these, not in both: as `unit`; `none` if
            nothing did. By default what was drawn together.
        seen: Share of the records whose text was seen in training; None: not known.
    """

    unit: str
    records: int
    units: int
    file: str = ""
    is_sample: bool = False
    is_seen: bool = False
    is_weighted: bool = False
    apart: str | None = None
    seen: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> Population:
        """Reads what `to_dict` gave.

        Raises:
            TypeError: If a part is missing or unknown.
        """
        return cls(**form)

    def sentence(self, words: Words) -> str:
        """For which records the promise holds.

        Args:
            words: Those of `SUMMARY`, in a language.
        """
        numbers = words.numbers
        names = {
            "records": numbers.count(self.records),
            "units": numbers.count(self.units),
            "column": self.unit,
            "file": self.file,
        }
        if self.is_sample:
            kind = "sample_seen" if self.is_seen else "sample"
            said = words.say(f"population_{kind}", **names)
        else:
            tested = words.say(f"tested_{_kind(self.unit)}", **names)
            apart = self.unit if self.apart is None else self.apart
            kind = "file" if self.file else _kind(apart)
            names |= {"column": apart, "tested": tested}
            said = words.say(f"population_{kind}", **names)
        if not self.is_weighted:
            return said
        kind = "design" if self.is_sample else "weighted"
        return said + words.say(f"population_{kind}")


def _kind(unit: str) -> str:
    return {TEXT: "texts", ROW: "rows"}.get(unit, "column")


def population_sentences(
    populations: Sequence[Population], words: Words, left_out: int = 0
) -> list[str]:
    """One sentence for each population, and one for the records that are in none.

    Args:
        populations: The populations.
        words: Those of `SUMMARY`, in a language.
        left_out: Number of records whose texts were seen in training, if nothing is
            promised of these.
    """
    said = [population.sentence(words) for population in populations]
    return [*said, words.say("seen_left_out", count=left_out)] if left_out else said


def leaves_out_seen_texts(populations: Sequence[Population]) -> bool:
    """Whether promises are about new texts alone: nothing that tested them was seen.

    Older plans have not kept what was seen; they knew no texts but those of a split.
    """
    if any(one.is_sample for one in populations):
        return False
    is_known = any(one.seen is not None for one in populations)
    if is_known:
        return all(one.seen == 0 for one in populations)
    return any(one.unit == TEXT and one.apart is None for one in populations)
