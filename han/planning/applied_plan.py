"""Keeps the rules of a plan in the run, for `han.predict` to route by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from han.decisions.conformal_lists import ConformalSets
from han.languages.words import Words
from han.planning.plan_folder import applied_plan
from han.planning.rules import Rules
from han.runs.classifier import Classifier
from han.runs.manifest import bind_file
from han.runs.promised_population import Population
from han.runs.routing_policy import RoutingPolicy
from han.runs.run_files import THRESHOLDS_FILE
from han.runs.run_folder import RunFolder


def apply_rules(
    rules: Rules,
    lists: tuple[ConformalSets | None, int],
    about: Sequence[Population],
    run: RunFolder,
    classifier: Classifier,
    asked: str,
    words: Words,
) -> list[str]:
    """Writes `thresholds.json`, and says what that means.

    Args:
        rules: The rules.
        lists: What makes the lists for clerks, if there are any, and their length.
        about: For which records the promises hold.
        run: The run.
        classifier: The same, loaded.
        asked: What the plan was asked, in words.
        words: Those of a plan.
    """
    sets, most = lists
    policy = RoutingPolicy(
        rules.thresholds,
        sets,
        most,
        most,
        rules.seen_thresholds,
        rules.limit,
        _hashed(rules, classifier),
        about,
    )
    form = policy.to_dict(run.folder, classifier.taxonomy)
    return write_applied(run, form, asked, policy.promises_anything, words)


def write_applied(
    run: RunFolder,
    form: Mapping[str, Any],
    asked: str,
    promises_anything: bool,
    words: Words,
) -> list[str]:
    """Writes `thresholds.json`, binds it to the run, and says what that means.

    Args:
        run: The run.
        form: What the file holds.
        asked: What the plan was asked, in words.
        promises_anything: Whether any record is coded without a person.
        words: Those of a plan.
    """
    before = applied_plan(run / THRESHOLDS_FILE)
    run.write_json(THRESHOLDS_FILE, {**form, "asked": asked})
    bind_file(run.folder, THRESHOLDS_FILE)
    lines = [words.say("applied", asked=asked, file=run / THRESHOLDS_FILE)]
    if before not in ("", asked):
        lines.append(words.say("applied_instead", asked=before))
    if not promises_anything:
        lines.append(words.say("nothing_promised"))
    return lines


def _hashed(rules: Rules, classifier: Classifier) -> dict[str, int]:
    """Promised frequent texts by their keyed hash, never by their words."""
    known = classifier.seen_texts
    if known is None or not rules.own:
        return {}
    return dict(zip(known.hashes(list(rules.own)), rules.own.values(), strict=True))
