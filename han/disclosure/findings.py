"""What a release check finds, and which verdict it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["release", "office", "withhold"]
VERDICTS: tuple[Verdict, ...] = ("release", "office", "withhold")  # from mild to strict

# What each kind of finding leads to by itself. Its words stand under the same names
# in `han.languages.disclosure_english` and `_spanish`.
KINDS: dict[str, Verdict] = {
    "frequent_words": "release",
    "rare_words": "office",
    "keys": "office",
    "rare_hashed_words": "office",
    "rare_hashed_pairs": "office",
    "rare_short_words": "office",
    "rebuilt_texts": "office",
    "guessed_texts": "office",
    "small_codes": "office",
    "user_paths": "office",
    "unread": "office",
    "not_counted": "office",
    "not_attacked": "office",
    "membership": "office",
    "strong_membership": "withhold",
    "texts": "withhold",
    "names": "withhold",
    "mails": "withhold",
    "long_numbers": "withhold",
    "passwords": "withhold",
}


@dataclass(frozen=True)
class Finding:
    """Something of respondents, of one kind, in one file.

    Attributes:
        file: The file, below the run folder; empty if it is about the whole run.
        kind: One of `KINDS`.
        number: How many there are.
        words: What was found; to be shown to nobody who did not ask for it.
    """

    file: str
    kind: str
    number: int
    words: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What it leads to by itself."""
        return KINDS[self.kind]


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The strictest verdict of all findings; `release` if there are none.

    Example:
        >>> verdict_of([Finding("text.json", "rare_words", 3)])
        'office'
    """
    found = [VERDICTS.index(finding.verdict) for finding in findings]
    return VERDICTS[max(found, default=0)]
