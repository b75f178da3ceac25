"""Arguments of `python -m han.plan`, and their checks."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from han.cli import (
    OF_TEXTS,
    CommandParser,
    add_language,
    add_table_options,
    given_table,
)
from han.errors import InputError
from han.planning.sample_arguments import add_sample, check_sample
from han.runs.run_files import THRESHOLDS_FILE
from han.tables.file_kinds import READABLE
from han.tables.locations import data_location

EPILOG = """
examples:
  python -m han.plan runs/demo --target leaf=0.95
      how many of the run's own test records can get a full code at 95 % accuracy?
  python -m han.plan runs/demo new.csv --target 2=0.98 --target leaf=0.95
      the same for other records, coded or not; a record whose full code is not safe
      gets its code of level 2, if that is right in 98 %
  python -m han.plan runs/demo new.csv --budget 8000
      I can pay for 8,000 manual codings of these records: what quality do I get?
  python -m han.plan runs/demo wave.csv --target leaf=0.95 --sample wave_sample.csv
      a promise for texts seen in training, too, and an estimate for the whole wave
  python -m han.plan runs/demo --target leaf=0.95 --apply
      from now on python -m han.predict codes by this plan: its column route says
      auto, partial or review

  python -m han.plan jobs/demo
      a job that han.code has coded: rows by stage, its evidence, what clerks get

A level is a number (1 is the top), leaf (the last one), or 4d: the level whose codes
have four characters. The record is coded to the deepest level with a target at which it
is sure enough, there and at all levels above that have one. All promises hold together
with the stated confidence. They come from two thirds of the run's calibration records;
the last third only shapes the search (and fits the calibration of probabilities). Where
there are too few records, or the model is not good enough, nothing is promised and
nothing is coded there.

Equal texts are right or wrong together, so that the evidence is counted in texts, not
in records: the plan says in how many. A text that stands so often in DATA that no
promise can cover it is a question of its own: its own calibration records promise it,
or a person answers it once for all its records (column decision of han.predict).

The run's own calibration records speak of texts that were not seen in training. Most
texts of a new wave have been seen: have people code a random sample of it, and give
it as --sample wave_sample.csv. Then seen and new texts have promises of their own, and
the accuracy of all that is coded is estimated from the sample.

--by-group 1 gives each top-level code with records enough its own thresholds and its
own promise, and all others one together: then no weak branch hides behind a strong
one, at the price of fewer automatic codes.

Where a record has a set of codes (model.head: multi_path) a target is about the codes
given: of those of its level that no person sees at least so many are right. A record is
coded with all its codes or none. --sets alone will do there.

What it writes: plan.md (the page that is printed), plan.csv (the same for a
spreadsheet), plan.json (all figures and thresholds). If DATA is labelled, the realised
accuracy is there, too; it chooses nothing. A plan with another goal or for other
records does not replace the one in RUN/plan: it gets a folder of its own below.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "plan",
        description="Plan what is coded automatically, in part, and by people.",
        epilog=EPILOG,
    )
    _add_input(arguments)
    _add_goal(arguments)
    _add_work(arguments)
    _add_output(arguments)
    return arguments


def _add_input(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument(
        "run", type=Path, help="run folder; or the folder of a job that is coded"
    )
    arguments.add_argument(
        "data",
        nargs="?",
        help=f"records to plan for: {READABLE}, with or without codes "
        "(default: the run's own test records)",
    )
    add_table_options(arguments, "DATA")
    arguments.add_argument(
        "--calibration",
        metavar="FILE",
        help="labelled records that the run has not seen, in place of its own "
        "calibration records; equal texts in it count as one unit",
    )
    arguments.add_argument(
        "--cluster",
        metavar="COLUMN",
        help="what the records of --calibration were drawn by, in place of texts: a "
        "column such as household or firm, or none where they were drawn one by one; "
        "also of the run's own, if a column or a time divided them",
    )
    add_sample(arguments)


def _add_goal(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="LEVEL=ACCURACY",
        help="accuracy at a level, such as leaf=0.95; may be repeated",
    )
    arguments.add_argument(
        "--budget",
        type=int,
        metavar="N",
        help="decisions that people can make for DATA: one for each record, or for all "
        "records of a text that stands often",
    )
    arguments.add_argument(
        "--confidence",
        type=float,
        default=0.95,
        help="of all promises together; with --budget of each bound (default: 0.95)",
    )
    arguments.add_argument(
        "--weighted",
        action="store_true",
        help="promise accuracy by survey weights (data.weight_column), not by records",
    )
    arguments.add_argument(
        "--by-group",
        metavar="LEVEL",
        help="own thresholds for each code of this level that has records enough",
    )


def _add_work(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument(
        "--minutes-per-record",
        type=float,
        default=2.0,
        metavar="M",
        help="clerk's time for a record without a code (default: 2)",
    )
    arguments.add_argument(
        "--minutes-per-partial",
        type=float,
        default=1.0,
        metavar="M",
        help="clerk's time to complete a partial code (default: 1)",
    )
    arguments.add_argument(
        "--sets",
        type=float,
        metavar="COVERAGE",
        help="lists of codes for clerks that hold the right one with this probability, "
        "such as 0.95; where a record has a set of codes, all right ones",
    )
    arguments.add_argument(
        "--list-codes",
        type=int,
        default=10,
        metavar="N",
        help="codes that such a list shows at most, and full codes under the one code "
        "that stands for it (default: 10)",
    )


def _add_output(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument(
        "-o",
        "--output",
        type=Path,
        help="folder to write into, in place of a plan that is there (default: "
        "RUN/plan, or a folder below it if another plan is there)",
    )
    arguments.add_argument(
        "--apply",
        action="store_true",
        help=f"store the thresholds in the run ({THRESHOLDS_FILE}): han.predict routes "
        "by them",
    )
    add_language(arguments, "the plan", OF_TEXTS)


def asked_of(given: argparse.Namespace, data: str) -> str:
    """What makes one plan another than the next: its goals and its records, in words.

    Args:
        given: The arguments.
        data: Name of the records.
    """
    budget = [] if given.budget is None else [f"budget={given.budget}"]
    parts = [*budget, *sorted(given.target)]
    for name, usual in (("confidence", 0.95), ("by_group", None), ("sets", None)):
        value = getattr(given, name)
        if value != usual:
            parts.append(f"{name}={value}")
    parts += ["weighted"] if given.weighted else []
    for name in ("calibration", "sample"):
        if getattr(given, name):
            parts.append(f"{name}={data_location(getattr(given, name)).name}")
    for name in ("cluster", "sample_weight", "strata", "sample_cluster"):
        if getattr(given, name):
            parts.append(f"{name}={getattr(given, name)}")
    return f"{' '.join(parts)} {data}"


def check_goal(given: argparse.Namespace) -> None:
    """Raises InputError unless either a target or a budget is given."""
    if bool(given.target) == (given.budget is not None):
        raise InputError(
            "Say what is wanted: --target LEVEL=ACCURACY (may be repeated), such as "
            "--target leaf=0.95, or --budget N, not both. --sets SHARE alone plans "
            "lists; runs with sets of codes have no --budget."
        )


def check_arguments(given: argparse.Namespace) -> None:
    """Raises InputError for what cannot be meant."""
    if given.sets is None or given.target or given.budget is not None:
        check_goal(given)  # lists alone are planned for sets of codes
    for name in ("confidence", "sets"):
        value = getattr(given, name)
        if value is not None and not 0 < value < 1:
            raise InputError(
                f"--{name} must be above 0 and under 1, as 0.95. Received: {value}."
            )
    check_minutes(given)
    _check_budget(given)
    check_sample(given)


def check_minutes(given: argparse.Namespace) -> None:
    """Raises InputError for a time that is none."""
    for name in ("minutes_per_record", "minutes_per_partial"):
        value = getattr(given, name)
        if not 0 <= value < math.inf:
            option = name.replace("_", "-")
            raise InputError(f"--{option} must be 0 or more. Received: {value}.")


def _check_budget(given: argparse.Namespace) -> None:
    if given.budget is not None and given.budget < 0:
        raise InputError(f"--budget must be 0 or more. Received: {given.budget}.")
    if given.budget is not None and given.by_group:
        raise InputError("--by-group goes with --target: a budget has one threshold.")
    if given.list_codes < 1:
        raise InputError(
            f"--list-codes must be at least 1. Received: {given.list_codes}."
        )
    given_table(given, given.data, "DATA")  # for its errors
