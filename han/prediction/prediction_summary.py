"""What `han.predict` says at its end: how many records, flags, routes and decisions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from han.decisions.routing import ROUTES
from han.errors import printable
from han.languages.words import Words
from han.prediction.coded_blocks import CodedBlock
from han.prediction.input_records import InputRecords
from han.runs.routing_policy import RoutingPolicy

FLAGS = (  # in the order in which they are told
    "blank",
    "non_answer",
    "bare_code",
    "odd_characters",
    "other_language",
    "unknown_words",
    "cut",
    "long",
)


class PredictionSummary:
    """Adds up what there was in each block."""

    def __init__(self) -> None:
        self.rows = self.frequent = self.answered = self.left_out = 0
        self.flags, self.routes = Counter[str](), Counter[str]()
        self.decisions: set[int] = set()

    def add(self, part: CodedBlock) -> None:
        """Takes in a block."""
        self.rows += part.rows
        self.flags.update(part.flags)
        self.routes.update(part.routes)
        self.frequent += part.frequent
        self.answered += sum(part.decisions.values())
        self.decisions.update(part.decisions)
        self.left_out += part.left_out

    def text(self, source: InputRecords, file: Path, words: Words) -> str:
        """All of it, in a line.

        Args:
            source: The records.
            file: Where they were written.
            words: The texts of a language.
        """
        flags = [f for f in FLAGS if f in self.flags]
        found = [words.say(f"flag_{flag}", count=self.flags[flag]) for flag in flags]
        flagged = ", ".join(found) or words.say("none_flagged")
        records = words.count_of(self.rows, "record")
        said = words.say("coded", records=records, file=file, flags=flagged)
        if self.routes:
            count = words.numbers.count
            shares = ", ".join(f"{count(self.routes[r])} {r}" for r in ROUTES)
            said += words.say("routes", routes=shares)
        return said + self._repeated(source, words)

    def promised(self, policy: RoutingPolicy | None, words: Words) -> list[str]:
        """For which records the promises of the run hold, and for how many they do not.

        Nothing if it has no thresholds, or an older plan has not kept for which.

        Args:
            policy: What routed the records.
            words: The texts of a language.
        """
        if policy is None:
            return []
        said = policy.population_sentences(words, self.left_out)
        return list(map(printable, said))

    def _repeated(self, source: InputRecords, words: Words) -> str:
        if source.units is None or not self.frequent:
            return ""
        frequent = words.count_of(self.frequent, "record")
        if source.units.column is not None:
            column, most = source.units.column, source.units.most
            return words.say(
                "frequent_units", records=frequent, column=column, most=most
            )
        return words.say(
            "frequent_texts",
            records=frequent,
            least=source.units.most + 1,
            answered=self.answered,
            decisions=words.count_of(len(self.decisions), "decision"),
        )


class Clock:
    """How fast records were coded once the processes had started."""

    def __init__(self) -> None:
        self.rows, self.seconds = 0, 0.0

    def add(self, part: CodedBlock) -> None:
        """Takes in a block."""
        self.rows += part.rows
        self.seconds += part.seconds

    def speed(self, seconds: float, processes: int, words: Words) -> str:
        """Rate without start-up, and how long everything took."""
        rate = self.rows * processes / max(self.seconds, 1e-9)
        by = words.say("processes" if processes > 1 else "process", count=processes)
        count = words.numbers.count
        return words.say("speed", rate=count(rate), by=by, seconds=count(seconds, 1))
