"""HTML page of an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.decisions.coded_records import LEAF, CodedRecords, FloatArray
from han.languages.number_format import Language, Numbers
from han.metrics.partial_truth import TO_TRUTH
from han.reports import report_english, report_spanish
from han.reports.confusion import confusion
from han.reports.curves import Bins, accuracy_band, reliability_bins, risk_points
from han.reports.group_scores import group_rows
from han.reports.mistakes import (
    confused_pairs,
    doubtful_codes,
    first_wrong_levels,
    kinds_of_error,
)
from han.reports.rarity import rarity
from han.reports.routed_records import AppliedPlan, route_rows
from han.reports.svg_plots import Plots

WORDS: dict[Language, dict[str, str]] = {
    "es": report_spanish.WORDS,
    "en": report_english.WORDS,
}
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class About:
    """What was evaluated on what.

    Attributes:
        run: Name of the run.
        kind: Kind of model.
        data: Name of the file.
        part: Part of it that was used, such as `test`; empty for all of it.
        name: Name of the result in metrics.json.
        training_counts: Number of training records of each node, `(N,)`; None if
            not known.
        plan: What the applied plan makes of the records; None if there is none.
    """

    run: str
    kind: str
    data: str
    part: str
    name: str
    training_counts: IntArray | None = None
    plan: AppliedPlan | None = None


@dataclass(frozen=True)
class LevelPlots:
    """Plots of one level.

    Attributes:
        level: `1` to `L`, or `leaf`.
        coverage: Coverage against accuracy.
        reliability: Probability against accuracy.
        bins: The numbers of it.
        before: The same before calibration.
    """

    level: str
    coverage: str
    reliability: str
    bins: Bins
    before: Bins | None


def report_page(
    coded: CodedRecords,
    result: dict[str, Any],
    path_losses: FloatArray,
    about: About,
    language: Language,
) -> str:
    """The page as HTML; the same input gives the same text.

    Args:
        coded: The records.
        result: Their scores, as `metrics.json` holds them.
        path_losses: 1 - hF of each record up to the depth of its truth, `(n,)`.
        about: What was evaluated.
        language: `es` or `en`.
    """
    numbers, words = Numbers(language), WORDS[language]
    say = speaker(words, numbers)
    plots = Plots(numbers, words)
    page: str = page_template("report.html").render(
        language=language,
        n=numbers,
        say=say,
        about=about,
        result=result,
        selective=result["selective"],
        is_partial=result["headline"] == TO_TRUTH,
        risk_plot=_risk_plot(coded, path_losses, result["selective"], plots, say),
        key_names=list(coded.keys),
        is_calibrated=coded.before is not None,
        **_code_list(coded.tree, words),
        **_levels_and_groups(coded, result, plots, say),
        **_mistakes(coded),
        **_training_and_routes(coded, about),
    )
    return page


def _code_list(tree: Taxonomy, words: dict[str, str]) -> dict[str, Any]:
    """What the page says of the code list, by the names in the template."""
    return {
        "levels": shown_levels(tree),
        "level_name": lambda level: _level_name(level, words),
        "num_codes": [
            int((tree.levels == level).sum()) for level in range(1, tree.num_levels + 1)
        ],
        "num_leaves": len(tree.leaves),
        "title": titles(tree),
    }


def _levels_and_groups(
    coded: CodedRecords, result: dict[str, Any], plots: Plots, say: Callable[..., str]
) -> dict[str, Any]:
    """Plots of each level, and scores of groups of records."""
    selective = result["selective"]
    groups = group_rows(coded, selective)
    too_low = [row.auto_right.interval[1] < selective["target"] for row in groups]
    levels = shown_levels(coded.tree)
    return {
        "plots": [_level_plots(coded, result, level, plots, say) for level in levels],
        "groups": groups,
        "low_groups": any(too_low),
    }


def _mistakes(coded: CodedRecords) -> dict[str, Any]:
    """Which codes are confused, and which true codes are in doubt."""
    pairs, num_pairs = confused_pairs(coded)
    doubts, num_doubts = doubtful_codes(coded)
    return {
        "kinds": kinds_of_error(coded),
        "first_wrong": first_wrong_levels(coded),
        "confusion": confusion(coded),
        "pairs": pairs,
        "num_pairs": num_pairs,
        "doubts": doubts,
        "num_doubts": num_doubts,
    }


def _training_and_routes(coded: CodedRecords, about: About) -> dict[str, Any]:
    """Scores by number of training records, and routes; None where not known."""
    counts, plan = about.training_counts, about.plan
    return {
        "plan": plan,
        "routes": plan and route_rows(coded, plan.routed),
        "rarity": None if counts is None else rarity(coded, counts),
    }


def page_template(name: str) -> Any:
    """A template of a page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def speaker(words: dict[str, str], numbers: Numbers) -> Callable[..., str]:
    """Finds words and fills numbers in."""

    def say(key: str, **values: Any) -> str:
        return words[key].format(gap=numbers.gap, **values)

    return say


def shown_levels(tree: Taxonomy) -> list[str]:
    """The levels, and full codes where these do not all stand on the last one."""
    levels = list(map(str, range(1, tree.num_levels + 1)))
    even = (tree.levels[tree.leaves] == tree.num_levels).all()
    return levels if even else [*levels, LEAF]


def _level_name(level: str, words: dict[str, str]) -> str:
    return words["leaf"] if level == LEAF else f"{words['level']} {level}"


def titles(tree: Taxonomy) -> Callable[[int], tuple[str, str]]:
    """Finds code and title of a node; a title that repeats the code is left out."""

    def title(node: int) -> tuple[str, str]:
        if node == ROOT:
            return "", ""
        title = tree.titles[node]
        return tree.node_names[node], "" if title == tree.codes[node] else title

    return title


def _level_plots(
    coded: CodedRecords,
    result: dict[str, Any],
    level: str,
    plots: Plots,
    say: Callable[..., str],
) -> LevelPlots:
    judged, numbers = coded.at(level), plots.numbers
    selective = result["selective"]
    name = _level_name(level, plots.words)
    target, share = selective["target"], selective["coverage"][level]
    said = say(
        "coverage_alt",
        level=name,
        accuracy=numbers.percent(level_accuracy(result, level)),
        target=numbers.percent(target, digits=0),
        coverage=numbers.percent(share),
    )
    error = result["level_calibration_error"].get(level)
    bins = reliability_bins(judged)
    before = None
    if coded.before is not None:
        before = reliability_bins(coded.at(level, before=True))
    about_bins = say("reliability_alt", level=name, error=numbers.decimal(error))
    return LevelPlots(
        level,
        plots.accuracy(accuracy_band(judged), target, share, said),
        plots.reliability(bins, before, about_bins),
        bins,
        before,
    )


def level_accuracy(result: dict[str, Any], level: str) -> float | None:
    """Accuracy of a level, or of full codes, as `metrics.json` has it."""
    if level == LEAF:
        return result["leaf_accuracy"]  # type: ignore[no-any-return]
    return result["level_accuracy"][level]  # type: ignore[no-any-return]


def _risk_plot(
    coded: CodedRecords,
    losses: FloatArray,
    selective: dict[str, Any],
    plots: Plots,
    say: Callable[..., str],
) -> str:
    sure = np.asarray(coded.paths.probabilities[:, -1], np.float64)
    said = say(
        "risk_alt",
        aurc=plots.numbers.decimal(selective["aurc"]["path_to_truth"]),
        excess=plots.numbers.decimal(selective["excess_aurc"]["path_to_truth"]),
    )
    own = risk_points(losses, sure, coded.weights)
    # The best order knows the loss; ties within it are told apart by their place.
    rank = np.argsort(np.argsort(losses, kind="stable"))
    best = risk_points(losses, -rank.astype(np.float64), coded.weights)
    return plots.risk(own, best, said)
