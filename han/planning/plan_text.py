"""A plan as Markdown, and as rows for a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.decisions.level_names import level_name
from han.decisions.routing import AUTO, PARTIAL, REVIEW, ROUTES
from han.errors import count_of, printable

TITLE_WIDTH = 44
MEANING = {
    AUTO: "full code, nobody looks at it",
    PARTIAL: "shorter code, a person completes it",
    REVIEW: "no code, a person chooses one",
}


def plan_text(plan: Mapping[str, Any], tree: Taxonomy) -> str:
    """The page, in Markdown.

    Args:
        plan: What `han.planning.workload.plan` gave, with the name of the data under
            `data`, and figures of lists under `sets` if there are any.
        tree: The code list.
    """
    parts = [
        f"# Plan for {count_of(plan['records'], 'record')} of {_escaped(plan['data'])}",
        _headline(plan),
        _routes(plan),
        "## How well",
        _levels(plan, tree),
        "\n".join(f"- {line}" for line in promises(plan, tree)),
        "## By top-level code, as the model gives it",
        _groups(plan),
    ]
    if plan.get("sets"):
        parts += ["## Lists for clerks", _sets(plan["sets"])]
    return printable("\n\n".join(parts)) + "\n"


def _escaped(text: str) -> str:
    r"""Names, codes and titles that mean nothing to Markdown and HTML.

    Example:
        >>> _escaped("pan | <b>dulce</b>")
        'pan \\| &lt;b>dulce&lt;/b>'
    """
    text = re.sub(r"[\\`*\[\]|]", r"\\\g<0>", " ".join(text.split()))
    return re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")


def _headline(plan: Mapping[str, Any]) -> str:
    shares = {name: _percent(plan["routes"][name]["share"]) for name in ROUTES}
    minutes = plan["minutes"]
    blank = ""
    if plan["blank"]:
        blank = f" {plan['blank']:,} of them have no word, whatever the thresholds."
    if plan.get("unknown_words"):
        blank += (
            f" {plan['unknown_words']:,} have only words that the run does not know: "
            "they are left to a person, too."
        )
    return (
        f"{shares[AUTO]} are coded automatically, {shares[PARTIAL]} get a shorter code "
        f"that a person completes, {shares[REVIEW]} are left to a person. Manual work: "
        f"{count_of(plan['manual_records'], 'record')}, {plan['clerk_hours']:,.1f} "
        f"clerk-hours ({minutes['review']:g} minutes for a record without a code, "
        f"{minutes['partial']:g} to complete one).{blank}{_labels(plan)}"
    )


def _labels(plan: Mapping[str, Any]) -> str:
    """What is special about the labels of the records."""
    said = ""
    if plan.get("several_codes"):
        said += (
            f" {plan['several_codes']:,} of the records have several acceptable codes: "
            "any of them is right."
        )
    outside = plan.get("outside", {"records": 0})
    if outside["records"]:
        codes = ", ".join(entry["code"] for entry in outside["codes"])
        said += (
            f" {outside['records']:,} ({outside['share']:.1%} of those with a code) "
            "have a code that the run's list does not have, and count as wrong"
            f"{f': {codes}' if codes else ''}."
        )
    return said


def _routes(plan: Mapping[str, Any]) -> str:
    rows = []
    for name in ROUTES:
        part = plan["routes"][name]
        row = [name, MEANING[name], f"{part['records']:,}", _percent(part["share"])]
        rows.append(row + _weighted(plan, part))
    return _table(["route", "what happens", "records", "share"], rows, plan)


def _weighted(plan: Mapping[str, Any], part: Mapping[str, Any]) -> list[str]:
    return [_percent(part["weighted_share"])] if plan["weighted"] else []


def _levels(plan: Mapping[str, Any], tree: Taxonomy) -> str:
    labels = f"right here, {plan['confidence']:.0%} interval"
    header = ["level", "coded so far or further", "share", "promised"]
    header += ["right among calibration", labels]
    rows = []
    for level in plan["levels"]:
        data, calibration = level["data"], level["calibration"]
        rows.append(
            [
                level_name(level["level"], tree),
                f"{level['records']:,}",
                _percent(level["share"]),
                f"≥ {level['at_least']:.1%}" if level["at_least"] is not None else "-",
                _ratio(calibration),
                _ratio(data, interval=data["interval"]),
                *_weighted(plan, level),
            ]
        )
        if plan["weighted"]:
            rows[-1].append(_percent(data["weighted_accuracy"]))
    more = ["weighted right here"] if plan["weighted"] else []
    return _table(header, rows, plan, more)


def _ratio(part: Mapping[str, Any], interval: Sequence[float] | None = None) -> str:
    if not part["known"]:
        return "-"
    text = f"{_percent(part['accuracy'])} ({part['right']:,} of {part['known']:,})"
    return f"{text} [{interval[0]:.1%}, {interval[1]:.1%}]" if interval else text


def promises(plan: Mapping[str, Any], tree: Taxonomy) -> list[str]:
    """What is promised, what cannot be, and what is not, one sentence each."""
    lines = [_promise(plan, level, tree) for level in plan["levels"]]
    lines = [line for line in lines if line] + _refusals(plan, tree)
    together = "Each bound holds by itself, not all of them together. "
    if plan["mode"] == "target":
        together = "All promises hold together with that confidence. "
    return [
        *lines,
        *_own_promises(plan, tree),
        *_all_paid_for(plan),
        f"{together}They hold for records like the {plan['calibration_records']:,} "
        "calibration records that were used: same form, period and kind of answers.",
        "Not promised: the accuracy of one code, region or interviewer by itself, "
        "survey-weighted accuracy, next year's records or another form. What people "
        "coded is taken for the truth, their errors included. Where the same "
        "establishments or texts stand there many times, the confidence is less.",
    ]


def _promise(plan: Mapping[str, Any], level: Mapping[str, Any], tree: Taxonomy) -> str:
    if level["at_least"] is None or not (
        level["is_target"] or plan["mode"] != "target"
    ):
        return ""
    what = "full code" if level["level"] == tree.num_levels else "code of that level"
    return (
        f"{level_name(level['level'], tree).capitalize()}: with "
        f"{plan['confidence']:.0%} confidence, of the records that are coded to this "
        f"level or further without a person ({level['records']:,} here) at least "
        f"{level['at_least']:.1%} have the right {what}."
    )


def _all_paid_for(plan: Mapping[str, Any]) -> list[str]:
    if plan["mode"] != "budget" or plan["routes"]["review"]["share"] != 1:
        return []
    return ["The budget pays for all records: nothing need be automatic."]


def _own_promises(plan: Mapping[str, Any], tree: Taxonomy) -> list[str]:
    """Which codes have thresholds of their own, where that was asked for."""
    if plan["group_level"] is None:
        return []
    where = level_name(plan["group_level"], tree)
    own = [group["code"] for group in plan["thresholds"] if group["code"] != "others"]
    if not own:
        return [
            f"No code of {where} has calibration records enough for a promise of its "
            "own: all share one."
        ]
    return [
        f"Codes of {where} with a promise of their own: "
        f"{', '.join(map(_escaped, own))}. All others share one. More promises want "
        "more records: without --by-group more may be automatic."
    ]


def _refusals(plan: Mapping[str, Any], tree: Taxonomy) -> list[str]:
    lines = []
    for group in plan["refusals"]:
        among = f" among {_escaped(group['code'])}"
        where = "" if len(plan["thresholds"]) == 1 else among
        lines.append(
            f"{level_name(group['level'], tree).capitalize()}{where}: {group['why']}. "
            "Nothing is coded at that level, nor deeper, without a person: lower "
            "the target, leave it out, or set aside more calibration records."
            f"{_hint(group)}"
        )
    return lines


def _hint(refusal: Mapping[str, Any]) -> str:
    if not refusal.get("reachable"):
        return ""
    target, share = refusal["reachable"]
    return (
        f" These records could promise {target:.1%} for {share:.0%} of the records "
        "(a hint: a target is to be chosen before its records are looked at)."
    )


def _groups(plan: Mapping[str, Any]) -> str:
    header = ["code", "title", "records", *ROUTES, "right of the codes given"]
    rows = []
    for group in plan["groups"]:
        title = group["title"]
        short = title if len(title) <= TITLE_WIDTH else title[: TITLE_WIDTH - 1] + "…"
        shares = [_percent(group[f"{name}_share"]) for name in ROUTES]
        names = [_escaped(group["code"]), _escaped(short)]
        row = [*names, f"{group['records']:,}", *shares]
        rows.append([*row, _percent(group["accuracy"]), *_weighted(plan, group)])
    return _table(header, rows, plan)


def _sets(sets: Mapping[str, Any]) -> str:
    if sets["limit"] is None:
        return (
            f"With {sets['rows']:,} calibration records no list shorter than the whole "
            f"code list holds the right code with probability {sets['coverage']:.0%}."
        )
    header = ["records", "number", "codes on average", "median", "one narrow code"]
    rows = []
    for name, title in {"all": "all", "manual": "partial and review"}.items():
        part = sets[name]
        means = [_number(part["mean_size"]), _number(part["median_size"])]
        covered = _percent(part["covered_by_a_short_node"])
        inside = _percent(part["right_code_inside"])
        rows.append([title, f"{part['records']:,}", *means, covered, inside])
    table = _table([*header, "right code inside"], rows, {"weighted": False})
    return (
        f"The list of a record holds its right full code with probability "
        f"{sets['coverage']:.0%} at least, over all records together, those coded "
        "automatically included; among the harder ones that reach a clerk it is less: "
        "see the table. Lists that are cut for the screen promise less.\n\n" + table
    )


def _table(
    header: list[str],
    rows: list[list[str]],
    plan: Mapping[str, Any],
    more: Sequence[str] = (),
) -> str:
    """A Markdown table whose columns are aligned for the screen, too."""
    header = [*header, *(["weighted share"] if plan["weighted"] else []), *more]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [
        "| " + " | ".join(map(str.ljust, row, widths)) + " |"
        for row in [header, rule, *rows]
    ]
    return "\n".join(lines)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def plan_rows(plan: Mapping[str, Any]) -> pd.DataFrame:
    """The figures of a plan as one table: a row for each route, level and group."""
    rows: list[dict[str, Any]] = []
    for name, part in plan["routes"].items():
        rows.append({"kind": "route", "name": name, **part})
    for level in plan["levels"]:
        data = level["data"]
        row = {"kind": "level", "name": level["level"], **level}
        interval = data["interval"] or (None, None)
        row |= {"low": interval[0], "high": interval[1]}
        row |= {key: data[key] for key in ("known", "right", "accuracy")}
        rows.append(row | {"calibration_accuracy": level["calibration"]["accuracy"]})
    for group in plan["groups"]:
        rows.append({"kind": "group", "name": group["code"], **group})
    table = pd.DataFrame(rows)
    dropped = {"level", "code", "data", "calibration"} & set(table.columns)
    return table.drop(columns=sorted(dropped))
