"""What a job file may say: what is coded, in which stages, and where it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from han.config.data_config import Decimal, Separator
from han.config.value_limits import at_least, limited, share
from han.config.yaml_reader import read_overrides, read_section, read_yaml
from han.errors import InputError
from han.tables.prediction_columns import clashing_names

StageName = Literal["non_answer", "exact", "rules", "recode", "fuzzy", "model", "clerk"]
STAGES: tuple[StageName, ...] = ("non_answer", "model", "clerk")
SETTINGS = {  # sections, and the stages that read them
    "exact": ("exact", "fuzzy"),
    "rules": ("rules",),
    "recode": ("recode",),
    "fuzzy": ("fuzzy",),
}
STEPS = ("read", "code", "write")  # of a job, one after the other
NEEDED = ("rules", "recode")  # stages that cannot do without theirs
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)


@dataclass(frozen=True)
class JobInput:
    """The rows to code.

    Attributes:
        files: Files, folders or patterns (`answers/*.csv`), in the order in which their
            rows are numbered; those of a folder or pattern by name. Or the address of a
            database.
        table: Sheet of a workbook or table of a database.
        query: What to ask a database.
        keys: Columns that name a row in the output; file and row number without them.
        encoding: Encoding of text files.
        separator: Separator of text files; found in each if not given.
        decimal: Decimal mark of text files.
    """

    files: tuple[str, ...]
    table: str | None = None
    query: str | None = None
    keys: tuple[str, ...] = ()
    encoding: str = "utf-8"
    separator: Separator | None = None
    decimal: Decimal | None = None


@dataclass(frozen=True)
class CodedRecords:
    """A file of answers that were coded before.

    Attributes:
        file: The file.
        code: Column of the code.
        fields: Column of each text field; the name of the field where none is given.
        count: Column with the number of records of each row; every row is one without.
    """

    file: str
    code: str = "code"
    fields: dict[str, str] = field(default_factory=dict)
    count: str | None = None


@dataclass(frozen=True)
class ExactConfig:
    """Stage `exact`: the answer stands in a dictionary.

    Attributes:
        field: The text field that is looked up; the first of the run if not given.
        titles: Whether titles of the code list are entries.
        index: A table with the columns `text` and `code`, and perhaps `id`.
        coded: Answers coded before.
        min_count: Records that must agree for an answer coded before.
        min_purity: Share of its records that must have the same code.
    """

    field: str | None = None
    titles: bool = True
    index: str | None = None
    coded: tuple[CodedRecords, ...] = ()
    min_count: int = at_least(1, 2)
    min_purity: float = limited(0.95, above=0.5, maximum=1.0)


@dataclass(frozen=True)
class RulesConfig:
    """Stage `rules`: a table of rules.

    Attributes:
        file: The table.
        date: The day for which rules hold (2026-11-30); today if not given.
    """

    file: str
    date: str | None = None


@dataclass(frozen=True)
class RecodeConfig:
    """Stage `recode`: a crosswalk from an earlier code.

    Attributes:
        file: A table with the columns `old` and `new`.
        column: Column of the input that holds the earlier code.
    """

    file: str
    column: str


@dataclass(frozen=True)
class FuzzyConfig:
    """Stage `fuzzy`: the dictionary of `exact`, but for a few letters.

    Attributes:
        score: Likeness from which on an entry counts, of 100.
        lead: By how much it must be ahead of the best entry with another code.
    """

    score: float = limited(92.0, minimum=50.0, maximum=100.0)
    lead: float = limited(3.0, minimum=0.0, maximum=100.0)


@dataclass(frozen=True)
class EvidenceConfig:
    """Records with the right code, by which the accuracy of each stage is estimated.

    They must be a random sample of the rows that the job codes, or of units of these,
    and must not have been used to train the run or to make its dictionary or rules.

    Attributes:
        code: Column of the right code; rows with a blank cell are no evidence.
        file: The file of the sample, with the columns of the task; the input itself if
            not given. Its rows need not be in the input.
        unit: What was drawn together: a column (a household, a firm), or `none` where
            rows were drawn one by one, which gives most. `text`: rows whose texts are
            equal are one unit.
        confidence: Of the intervals, and of the bound for all that is coded without a
            person.
    """

    code: str
    file: str | None = None
    unit: str = "text"
    confidence: float = limited(0.95, above=0.5, below=1.0)


@dataclass(frozen=True)
class TaskConfig:
    """One variable to code.

    Attributes:
        run: The trained run: its code list, what its fields are, and its model.
        fields: Column of each text field of the run; the run's own if not given.
            `null` where the input has none: that field is blank.
        encoding: Encoding of its tables that are text; that of the input if not given.
        stages: Who decides, in order; an answer is decided by the first that can.
        exact: Settings of the dictionary.
        rules: Settings of the rules.
        recode: Settings of the crosswalk.
        fuzzy: Settings of the likeness.
        top_k: Candidates that are listed.
        evidence: Records by which the stages are judged.
    """

    run: str
    fields: dict[str, str | None] = field(default_factory=dict)
    encoding: str | None = None
    stages: tuple[StageName, ...] = STAGES
    exact: ExactConfig | None = None
    rules: RulesConfig | None = None
    recode: RecodeConfig | None = None
    fuzzy: FuzzyConfig | None = None
    top_k: int = at_least(1, 5)
    evidence: EvidenceConfig | None = None


@dataclass(frozen=True)
class OutputConfig:
    """Where the coded rows go.

    Attributes:
        folder: The job folder; the parts are in its folder `coded`.
        form: Form of the parts.
        rows: Rows of a part.
        file: One file besides, with all rows in the order of the input.
    """

    folder: str
    form: Literal["parquet", "csv"] = "parquet"
    rows: int = at_least(1000, 1_000_000)
    file: str | None = None


@dataclass(frozen=True)
class ResourcesConfig:
    """What the job may use of the machine; the result does not depend on it.

    Attributes:
        processes: Processes that code; one for each core if not given.
        memory_share: Share of the memory that DuckDB may use before it goes to disk.
        answers: Distinct answers that are coded in one go and kept from then on; a
            multiple of 4,096, rounded up.
    """

    processes: int | None = at_least(1, None)
    memory_share: float = share(0.4)
    answers: int = at_least(1, 65_536)


@dataclass(frozen=True)
class JobConfig:
    """A job file.

    Attributes:
        name: Name of the job, in its output and events.
        input: The rows.
        tasks: The variables to code, by name: `occupation`, `activity`.
        output: Where the result goes.
        resources: What the machine may give.
        store: A catalogue to which the job is added when it is finished.
        only_approved: Whether runs must be approved there.
    """

    name: str
    input: JobInput
    tasks: dict[str, TaskConfig]
    output: OutputConfig
    resources: ResourcesConfig = field(default_factory=ResourcesConfig)
    store: str | None = None
    only_approved: bool = False


def read_job(file: Path, overrides: list[str] | None = None) -> JobConfig:
    """Reads a job file and `key.sub=value` overrides, as `read_config` does.

    Raises:
        InputError: For what is wrong in the file, or contradicts itself.
    """
    tree = read_overrides(
        read_yaml(file, "job", "`input:`, `tasks:` and `output:`"), overrides or []
    )
    config: JobConfig = read_section(JobConfig, tree)
    found = [] if config.tasks else ["`tasks` is empty. Expected one variable or more."]
    found += [
        f"`tasks.{name}`: its columns would be called like columns of another "
        "variable. Give it another name."
        for name in clashing_names(config.tasks)
    ]
    for name, task in config.tasks.items():
        found += _faults(name, task)
    if config.only_approved and not config.store:
        found.append("`only_approved` needs `store`: the catalogue that says what is.")
    for message in found:
        raise InputError(f"{file}: {message}")
    return config


def _faults(name: str, task: TaskConfig) -> list[str]:
    """What contradicts itself in a task."""
    stages, key, found = task.stages, f"tasks.{name}", []
    if not _NAME.fullmatch(name):
        found.append(
            f"a task is called {name!r}. Columns of the output begin with its name: "
            "expected letters, digits and _ alone."
        )
    if not stages:
        found.append(f"`{key}.stages` is empty. Expected {', '.join(STAGES)}.")
    if twice := sorted({stage for stage in stages if stages.count(stage) > 1}):
        found.append(f"`{key}.stages` has {', '.join(twice)} twice.")
    if "clerk" in stages[:-1]:
        found.append(f"`{key}.stages`: clerk gets what is left, so it comes last.")
    for section, users in SETTINGS.items():
        is_set, is_used = getattr(task, section) is not None, {*users} & {*stages}
        if is_set and not is_used:
            found.append(
                f"`{key}.{section}` is set, and `{key}.stages` has no "
                f"{' or '.join(users)}. Add the stage, or take the section out."
            )
        if section in NEEDED and is_used and not is_set:
            found.append(
                f"`{key}.stages` has {section}, and `{key}.{section}` is missing. Say "
                "there which file it reads."
            )
    return found
