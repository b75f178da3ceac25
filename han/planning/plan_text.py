"""A plan as Markdown, and as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.decisions.routing import ROUTES
from han.errors import printable
from han.languages.number_format import Language
from han.languages.words import PLAN, Words
from han.planning.plan_names import escaped, level_name
from han.planning.plan_sentences import PlanSentences

TITLE_WIDTH = 44


def plan_text(
    plan: Mapping[str, Any],
    tree: Taxonomy,
    language: Language = "en",
    about: Sequence[str] = (),
) -> str:
    """The page, in Markdown.

    Args:
        plan: What `han.planning.workload.plan` gave, with the name of the data under
            `data`, and figures of lists under `sets` if there are any.
        tree: The code list.
        language: `es` or `en`.
        about: For which records the promises hold, a sentence each.
    """
    page = _Page(plan, tree, Words(PLAN, language))
    say = page.words.say
    sentences = PlanSentences(plan, tree, page.words, about)
    parts = [
        f"# {sentences.title()}",
        sentences.headline(),
        page.routes(),
        f"## {say('how_well')}",
        page.levels(),
        "\n".join(f"- {line}" for line in sentences.promises()),
        f"## {say('by_group')}",
        page.groups(),
    ]
    if plan.get("estimates"):
        parts += [f"## {say('estimates')}", page.estimates()]
    if plan.get("sets"):
        parts += [f"## {say('lists')}", page.lists(plan["sets"])]
    return printable("\n\n".join(parts)) + "\n"


class _Page:
    """The tables of a plan."""

    def __init__(self, plan: Mapping[str, Any], tree: Taxonomy, words: Words) -> None:
        self.plan, self.tree, self.words = plan, tree, words

    def routes(self) -> str:
        say, rows = self.words.say, []
        for name in ROUTES:
            part = self.plan["routes"][name]
            row = [name, say(f"meaning_{name}"), self._count(part["records"])]
            rows.append([*row, self._percent(part["share"]), *self._weighted(part)])
        header = [say(k) for k in ("route", "what_happens", "records", "share")]
        return markdown_table([*header, *self._weighted_header()], rows)

    def levels(self) -> str:
        say, plan = self.words.say, self.plan
        header = [say(k) for k in ("level", "so_far", "share", "promised")]
        confidence = self.words.numbers.asked(plan["confidence"])
        has_seen = any(one["is_seen"] for one in plan["populations"])
        right = "calibration_right_new" if has_seen else "calibration_right"
        header += [say(right), say("right_here", confidence=confidence)]
        header += [say("judged")] if self._is_partly_judged() else []
        header += self._weighted_header()
        header += [say("weighted_right")] if plan["weighted"] else []
        return markdown_table(header, [self._level(level) for level in plan["levels"]])

    def _level(self, level: Mapping[str, Any]) -> list[str]:
        data, bound = level["data"], level["at_least"]
        row = [
            level_name(level["level"], self.tree, self.words),
            self._count(level["records"]),
            self._percent(level["share"]),
            f"≥ {self._percent(bound)}" if bound is not None else "-",
            self._ratio(level["calibration"]),
            self._ratio(data, interval=data["interval"]),
            *([self._percent(self._judged(level))] if self._is_partly_judged() else []),
            *self._weighted(level),
        ]
        if self.plan["weighted"]:
            row.append(self._percent(data["weighted_accuracy"]))
        return row

    def _judged(self, level: Mapping[str, Any]) -> float | None:
        """Share of what is coded that can be judged: here, or among calibration."""
        share: float | None = level[self._judges()]["judged"]
        return share

    def _judges(self) -> str:
        """The records whose true codes say how well: those here, if any has one."""
        return "data" if self.plan["labelled"] else "calibration"

    def _is_partly_judged(self) -> bool:
        """Whether true codes stop early, so that some levels cannot be judged."""
        shares = [p[self._judges()]["judged"] for p in self.plan["levels"]]
        return any(share is not None and share < 1 for share in shares)

    def estimates(self) -> str:
        """Accuracy of all that is coded, by the design of the sample."""
        say, rows = self.words.say, []
        names = {"all": "all_texts", "seen": "seen_texts", "new": "new_texts"}
        for part in self.plan["estimates"]:
            ends = ", ".join(self.words.numbers.ends(part["interval"]))
            counts = [self._count(part["records"])]
            counts.append(self._count(round(part["effective_records"])))
            right = f"{self._percent(part['accuracy'])} [{ends}]"
            level = level_name(part["level"], self.tree, self.words)
            rows.append([level, say(names[part["of"]]), right, *counts])
        confidence = self._percent(0.95, 0)
        header = [say("level"), say("of_records")]
        header.append(say("estimated", confidence=confidence))
        header += [say("coded_records"), say("effective")]
        is_chosen = any(one["is_sample"] for one in self.plan["populations"])
        note = say("estimate_note") + (say("estimate_chosen") if is_chosen else "")
        return f"{markdown_table(header, rows)}\n\n{note}"

    def _ratio(
        self, part: Mapping[str, Any], interval: Sequence[float] | None = None
    ) -> str:
        if not part["known"]:
            return "-"
        share = self._percent(part["accuracy"])
        counts = {"right": part["right"], "known": part["known"]}
        text = self.words.say("ratio", share=share, **counts)
        ends = self.words.numbers.ends(interval)
        return f"{text} [{', '.join(ends)}]" if interval else text

    def groups(self) -> str:
        say, rows = self.words.say, []
        header = [say(k) for k in ("code", "code_title", "records")]
        for group in self.plan["groups"]:
            title = group["title"] if group["code"] else say("no_words")
            is_short = len(title) <= TITLE_WIDTH
            short = title if is_short else title[: TITLE_WIDTH - 1] + "…"
            shares = [self._percent(group[f"{name}_share"]) for name in ROUTES]
            names = [escaped(group["code"]), escaped(short)]
            row = [*names, self._count(group["records"]), *shares]
            right = self._percent(group["accuracy"])
            rows.append([*row, right, *self._weighted(group)])
        return markdown_table(
            [*header, *ROUTES, say("right_codes"), *self._weighted_header()], rows
        )

    def lists(self, sets: Mapping[str, Any]) -> str:
        say, coverage = self.words.say, self.words.numbers.asked(sets["coverage"])
        if sets["limit"] is None:
            return say("no_list", count=sets["rows"], coverage=coverage)
        names = ("records", "number", "mean", "median", "narrow", "inside", "by_text")
        rows = []
        for name in ("all", "manual"):
            part = sets[name]
            means = [_number(part["mean_size"]), _number(part["median_size"])]
            covered = self._percent(part["covered_by_a_short_node"])
            inside = self._percent(part["right_code_inside"])
            by_text = self._percent(part["right_code_inside_by_text"])
            count = self._count(part["records"])
            rows.append([say(name), count, *means, covered, inside, by_text])
        table = markdown_table([say(name) for name in names], rows)
        return f"{say('list_promise', coverage=coverage)}\n\n{table}"

    def _weighted_header(self) -> list[str]:
        return [self.words.say("weighted_share")] if self.plan["weighted"] else []

    def _weighted(self, part: Mapping[str, Any]) -> list[str]:
        return [self._percent(part["weighted_share"])] if self.plan["weighted"] else []

    def _count(self, value: int) -> str:
        return self.words.numbers.count(value)

    def _percent(self, value: float | None, digits: int = 1) -> str:
        return "-" if value is None else self.words.numbers.percent(value, digits)


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table whose columns are aligned for the screen, too."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [
        "| " + " | ".join(map(str.ljust, row, widths)) + " |"
        for row in [header, rule, *rows]
    ]
    return "\n".join(lines)


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
