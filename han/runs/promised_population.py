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
    """

    unit: str
    records: int
    units: int
    file: str = ""
    is_sample: bool = False
    is_seen: bool = False
    is_weighted: bool = False

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
        kind = {TEXT: "texts", ROW: "rows"}.get(self.unit, "column")
        if self.is_sample:
            kind = "sample_seen" if self.is_seen else "sample"
        elif self.file and kind != "rows":
            kind = f"file_{kind}"
        said = words.say(
            f"population_{kind}",
            records=words.numbers.count(self.records),
            units=words.numbers.count(self.units),
            column=self.unit,
            file=self.file,
        )
        return said + (words.say("population_weighted") if self.is_weighted else "")


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
    """Whether promises are about new texts alone: no sample holds seen ones, too."""
    has_sample = any(one.is_sample for one in populations)
    return not has_sample and any(one.unit == TEXT for one in populations)
