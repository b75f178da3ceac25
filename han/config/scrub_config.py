"""Section `scrub`: personal data taken out of texts before anything else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScrubConfig:
    """Personal data in texts. See docs/user_guide/privacy.md.

    Attributes:
        enabled: Whether a kind such as `[PHONE]` takes the place of numbers of persons,
            accounts and places, mail addresses, and names behind titles, wherever a
            text is read: in training, evaluation, prediction, jobs, the service, and
            before clerks see it.
        names: A file of names, one a line, that are taken out wherever they stand. It
            is kept in the run: a list of common names, never of respondents.
        protected: A file of words, one a line, that are none of these names: trades,
            products, places.
        long_numbers: Whether all numbers of nine digits or more go, too.
    """

    enabled: bool = False
    names: str | None = None
    protected: str | None = None
    long_numbers: bool = False
