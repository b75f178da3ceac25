"""`python -m han.plan RUN [DATA]`: how much can be coded without people, how well."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from han.applied import THRESHOLDS_FILE, Applied
from han.classifier import Classifier
from han.config import Config
from han.decisions.conformal import ConformalSets
from han.decisions.levels import find_level
from han.decisions.plan_text import plan_rows, plan_text
from han.decisions.planning import Minutes, Pile, plan, set_figures
from han.decisions.routing import route
from han.decisions.thresholds import (
    Thresholds,
    budget_thresholds,
    choose_thresholds,
)
from han.doors import run_door
from han.errors import InputError
from han.taxonomy import Taxonomy
from han.training.evaluation import find_source
from han.training.planned import Calibrating, Lists, read_calibration, read_pile
from han.training.run_folder import RunFolder

EPILOG = """
examples:
  python -m han.plan runs/demo --target leaf=0.95
      how many of the run's own test records can get a full code at 95 % accuracy?
  python -m han.plan runs/demo new.csv --target 2=0.98 --target leaf=0.95
      the same for other records, coded or not; a record whose full code is not safe
      gets its code of level 2, if that is right in 98 %
  python -m han.plan runs/demo new.csv --budget 8000
      I can pay for 8,000 manual codings of these records: what quality do I get?
  python -m han.plan runs/demo --target leaf=0.95 --apply
      from now on python -m han.predict codes by this plan: its column route says
      auto, partial or review

A level is a number (1 is the top), leaf (the last one), or 4d: the level whose codes
have four characters. The record is coded to the deepest level with a target at which it
is sure enough, there and at all levels above that have one. All promises hold together
with the stated confidence. They come from two thirds of the run's calibration records;
the last third only shapes the search (and fits the calibration of probabilities). Where
there are too few records, or the model is not good enough, nothing is promised and
nothing is coded there.

--by-group 1 gives each top-level code with records enough its own thresholds and its
own promise, and all others one together: then no weak branch hides behind a strong
one, at the price of fewer automatic codes.

What it writes: plan.md (the page that is printed), plan.csv (the same for a
spreadsheet), plan.json (all figures and thresholds). If DATA is labelled, the realised
accuracy is there, too; it chooses nothing.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = argparse.ArgumentParser(
        prog="python -m han.plan",
        description="Plan what is coded automatically, in part, and by people.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_input(arguments)
    _add_goal(arguments)
    _add_work(arguments)
    return arguments


def _add_input(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument("run", type=Path, help="run folder")
    arguments.add_argument(
        "data",
        type=Path,
        nargs="?",
        help="records to plan for, CSV, TSV or Parquet, with or without codes "
        "(default: the run's own test records)",
    )
    arguments.add_argument(
        "--encoding", help="encoding of DATA, if it is not that of the training file"
    )
    arguments.add_argument(
        "--calibration",
        type=Path,
        metavar="FILE",
        help="labelled records that the run has not seen, in place of its own "
        "calibration records",
    )


def _add_goal(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="LEVEL=ACCURACY",
        help="accuracy at a level, such as leaf=0.95; may be repeated",
    )
    arguments.add_argument(
        "--budget", type=int, metavar="N", help="records of DATA that people can code"
    )
    arguments.add_argument(
        "--confidence",
        type=float,
        default=0.95,
        help="of all promises together; with --budget of each bound (default: 0.95)",
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
        "such as 0.95",
    )
    arguments.add_argument(
        "--list-codes",
        type=int,
        default=10,
        metavar="N",
        help="codes that such a list shows at most, and full codes under the one code "
        "that stands for it (default: 10)",
    )
    arguments.add_argument(
        "-o", "--output", type=Path, help="folder to write into (default: RUN/plan)"
    )
    arguments.add_argument(
        "--apply",
        action="store_true",
        help=f"store the thresholds in the run ({THRESHOLDS_FILE}): han.predict routes "
        "by them",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the plan, prints it, writes it."""
    given = parser().parse_args(argv)
    _check(given)
    run = RunFolder(given.run)
    config = run.config()
    classifier = Classifier.load(run.folder)
    tree = classifier.taxonomy
    targets = read_targets(given.target, tree)
    group_level = find_level(given.by_group, tree) if given.by_group else None
    if run.warning():
        print(run.warning(), file=sys.stderr)
    progress = sys.stderr.isatty()
    calibrating = read_calibration(
        run, config, classifier, given.calibration, progress=progress
    )
    sets = None
    if given.sets:
        sets = ConformalSets.fit(calibrating.true_scores, given.sets)
    pile, lists, name = _pile(given, run, config, classifier, sets)
    if targets:
        thresholds = choose_thresholds(
            calibrating.tested,
            calibrating.reference,
            targets,
            given.confidence,
            group_level,
        )
    else:
        thresholds = _budget(given, calibrating, pile)
    found = _figures(given, thresholds, calibrating, pile, tree)
    found = {"run": str(given.run), "data": name, **found}
    if sets and lists:
        found["sets"] = _set_figures(sets, lists, pile, thresholds, tree)
    text = plan_text(found, tree)
    print(text)
    _write(given.output or run / "plan", found, text)
    if given.apply:
        applied = Applied(thresholds, sets, given.list_codes, given.list_codes)
        run.write_json(THRESHOLDS_FILE, applied.to_dict(run.folder, tree))
        print(f"han.predict routes by {run / THRESHOLDS_FILE} from now on.")
    return 0


def _check(given: argparse.Namespace) -> None:
    if bool(given.target) == (given.budget is not None):
        raise InputError(
            "Say what is wanted: --target LEVEL=ACCURACY (may be repeated), such as "
            "--target leaf=0.95, or --budget N, not both."
        )
    for name in ("confidence", "sets"):
        value = getattr(given, name)
        if value is not None and not 0 < value < 1:
            raise InputError(
                f"--{name} must be above 0 and under 1, as 0.95. Received: {value}."
            )
    for name in ("minutes_per_record", "minutes_per_partial"):
        value = getattr(given, name)
        if not 0 <= value < np.inf:
            option = name.replace("_", "-")
            raise InputError(f"--{option} must be 0 or more. Received: {value}.")
    _check_budget(given)


def _check_budget(given: argparse.Namespace) -> None:
    if given.budget is not None and given.budget < 0:
        raise InputError(f"--budget must be 0 or more. Received: {given.budget}.")
    if given.budget is not None and given.by_group:
        raise InputError("--by-group goes with --target: a budget has one threshold.")
    if given.list_codes < 1:
        raise InputError(
            f"--list-codes must be at least 1. Received: {given.list_codes}."
        )
    if given.encoding and not given.data:
        raise InputError("--encoding goes with DATA: the run knows its own files.")


def read_targets(given: Sequence[str], tree: Taxonomy) -> dict[int, float]:
    """Targets by level.

    Args:
        given: Such as `leaf=0.95`.
        tree: The code list.

    Raises:
        InputError: If one is of another form, or a level is named twice.

    Example:
        >>> read_targets(["1=0.98", "leaf=0.9"], Taxonomy(["1", "11"], [-1, 0]))
        {1: 0.98, 2: 0.9}
    """
    found: dict[int, float] = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            accuracy = float(value)
        except ValueError:
            accuracy = np.nan
        if not 0 < accuracy < 1:
            raise InputError(
                f"--target {text}: expected LEVEL=ACCURACY, the accuracy above 0 and "
                "under 1, such as leaf=0.95 or 2=0.98."
            )
        level = find_level(name.strip(), tree)
        if level in found:
            raise InputError(f"--target {text}: level {level} has a target already.")
        found[level] = accuracy
    return found


def _pile(
    given: argparse.Namespace,
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    sets: ConformalSets | None,
) -> tuple[Pile, Lists | None, str]:
    """The records to plan for, their lists, and what they are called."""
    source = find_source(run, config, given.data, None)
    if source.name is None and given.encoding:
        config = run.config(given.encoding)
    pile, lists = read_pile(
        config,
        classifier,
        source,
        sets=sets,
        progress=sys.stderr.isatty(),
        sizes=(given.list_codes, given.list_codes),
    )
    part = f" (the run's {source.name} records)" if source.name else ""
    return pile, lists, f"{source.file}{part}"


def _budget(
    given: argparse.Namespace, calibrating: Calibrating, pile: Pile
) -> Thresholds:
    blank = int(pile.blank.sum())
    if blank > given.budget:
        raise InputError(
            f"--budget {given.budget}: {blank} records of DATA have no word, so that "
            "only people can code them. Give a budget of that many at least."
        )
    sure = np.where(pile.blank, -1.0, pile.paths.probabilities[:, -1])
    return budget_thresholds(calibrating.tested, sure, given.budget, given.confidence)


def _figures(
    given: argparse.Namespace,
    thresholds: Thresholds,
    calibrating: Calibrating,
    pile: Pile,
    tree: Taxonomy,
) -> dict[str, Any]:
    return plan(
        thresholds,
        calibrating.tested,
        pile,
        tree,
        mode="target" if given.target else "budget",
        minutes=Minutes(given.minutes_per_record, given.minutes_per_partial),
    )


def _set_figures(
    sets: ConformalSets,
    lists: Lists,
    pile: Pile,
    thresholds: Thresholds,
    tree: Taxonomy,
) -> dict[str, Any]:
    routed = route(pile.paths, thresholds, tree, pile.blank)
    figures = set_figures(lists.sizes, lists.is_covered, lists.inside, routed)
    return {**sets.to_dict(), **figures}


def _write(folder: Path, found: dict[str, Any], text: str) -> None:
    """The three files, each whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be made: {error.strerror}. Give another folder with -o."
        ) from None
    target = RunFolder(folder)
    target.write("plan.md", lambda file: file.write_text(text, encoding="utf-8"))
    target.write("plan.csv", lambda file: plan_rows(found).to_csv(file, index=False))
    target.write_json("plan.json", found)
    print(f"Written: plan.md, plan.csv and plan.json in {folder}.")


if __name__ == "__main__":
    run_door(main)
