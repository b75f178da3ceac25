"""The whole release check of a run folder: its files, its answers, a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from han.config import Config
from han.disclosure.artefact_check import check_artefact
from han.disclosure.artefact_texts import artefacts
from han.disclosure.attacked_run import (
    RunRecords,
    attack_run,
    attacked_texts,
    run_records,
    training_rows,
    write_sacro,
)
from han.disclosure.findings import Finding, Verdict, verdict_of
from han.disclosure.membership_attack import Membership
from han.disclosure.respondent_texts import RespondentTexts
from han.errors import InputError
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.run_files import COUNTS_FILE
from han.runs.run_folder import RunFolder
from han.tables.locations import DataFile

LEAST_RECORDS = 10


@dataclass(frozen=True)
class Settings:
    """What is asked for.

    Attributes:
        least: Number of records from which on a word is nobody's own.
        shadows: Number of shadow models of the attack.
        records: The training records, if they lie elsewhere now.
        sacro: Folder for the probabilities that SACRO-ML reads.
    """

    least: int = LEAST_RECORDS
    shadows: int = 0
    records: DataFile | None = None
    sacro: Path | None = None


@dataclass(frozen=True)
class ReleaseCheck:
    """What was found in a run.

    Attributes:
        run: Its folder.
        kind: Kind of its model.
        settings: What was asked for.
        files: Names of the files that were read.
        findings: What was found, file by file.
        records: Number of records that trained; None if they are not at hand.
        membership: What the attack came to; None if there was none.
        reason: Why something could not be checked; empty if everything was.
        is_by_chance: Whether chance drew the records that the attack compares with.
    """

    run: Path
    kind: str
    settings: Settings
    files: list[str]
    findings: list[Finding] = field(default_factory=list)
    records: int | None = None
    membership: Membership | None = None
    reason: str = ""
    is_by_chance: bool = True

    @property
    def verdict(self) -> Verdict:
        """The strictest of all findings."""
        return verdict_of(self.findings)

    def as_json(self, *, show_words: bool) -> dict[str, Any]:
        """For a file; words only where they are asked for."""
        attacked = self.membership.as_json() if self.membership else None
        return {
            "run": str(self.run),
            "kind": self.kind,
            "verdict": self.verdict,
            "min_records": self.settings.least,
            "records": self.records,
            "files": self.files,
            "findings": [
                {
                    "file": finding.file,
                    "kind": finding.kind,
                    "number": finding.number,
                    "verdict": finding.verdict,
                    **({"words": list(finding.words)} if show_words else {}),
                }
                for finding in self.findings
            ],
            "membership": attacked,
            "not_checked": self.reason,
        }


def check_release(folder: Path, settings: Settings) -> ReleaseCheck:
    """Reads a run folder and attacks the run.

    Args:
        folder: The run.
        settings: What is asked for.

    Raises:
        InputError: If it is no run, if the given records cannot be read, or if an
            attack is asked for that cannot be made.
    """
    run = RunFolder(folder)
    config = run.config()
    records = run_records(run, config, settings.records)
    _check_attack(config, records, settings)
    classifier = load_classifier(folder)
    known = _known(config, classifier, records, settings.least)
    codes, files = frozenset(classifier.taxonomy.codes), list(artefacts(folder))
    found = [one for file in files for one in check_artefact(file, known, codes)]
    found += _small_codes(run, settings.least)
    if known is None:
        found.append(Finding("", "not_counted", 1))
    membership = _attacked(config, classifier, records, settings)
    return ReleaseCheck(
        folder,
        config.model.kind,
        settings,
        [file.name for file in files],
        [*found, *_of_attack(membership)],
        None if known is None else len(known.texts),
        membership,
        records.reason,
        records.is_by_chance,
    )


def _can_attack(config: Config, records: RunRecords) -> bool:
    return records.left_out is not None and not config.model.gives_sets


def _check_attack(config: Config, records: RunRecords, settings: Settings) -> None:
    if settings.sacro and settings.sacro.exists():
        raise InputError(f"{settings.sacro}: is there already. Give a new folder.")
    asked = "--shadows" if settings.shadows else "--sacro" if settings.sacro else ""
    if asked and not _can_attack(config, records):
        why = records.reason or "the run gives several codes to a record"
        raise InputError(f"{asked}: no attack can be made: {why}")


def _known(
    config: Config, classifier: Classifier, records: RunRecords, least: int
) -> RespondentTexts | None:
    """What respondents wrote, if it is at hand."""
    if records.trained is None:
        return None
    rows = training_rows(config, classifier, records.trained)
    places = rows.places.tolist()
    encoder, tree = classifier.encoder, classifier.taxonomy
    return RespondentTexts.of(rows.records, places, encoder, tree, least)


def _attacked(
    config: Config, classifier: Classifier, records: RunRecords, settings: Settings
) -> Membership | None:
    if not _can_attack(config, records):
        return None
    chosen = attacked_texts(config, classifier, records, config.seed)
    if settings.sacro:
        write_sacro(settings.sacro, classifier, chosen)
    return attack_run(config, classifier, chosen, settings.shadows)


def _of_attack(found: Membership | None) -> Iterator[Finding]:
    if found is None:
        yield Finding("", "not_attacked", 1)
    elif found.is_strong:
        yield Finding("", "strong_membership", found.members)
    elif found.is_found:
        yield Finding("", "membership", found.members)


def _small_codes(run: RunFolder, least: int) -> Iterator[Finding]:
    """Codes that few records have: who has one of them is nearly known."""
    if not (run / COUNTS_FILE).is_file():
        return
    counts = np.asarray(run.read_json(COUNTS_FILE).get("records", []), np.float64)
    few = int(((counts > 0) & (counts < least)).sum())
    if few:
        yield Finding(COUNTS_FILE, "small_codes", few)
