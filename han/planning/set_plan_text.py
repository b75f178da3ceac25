"""A plan for sets of codes as Markdown, and as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.data.sampling_units import ROW, TEXT
from han.decisions.routing import ROUTES
from han.errors import printable
from han.languages.number_format import Language
from han.languages.words import PLAN, Words
from han.planning.plan_names import escaped, level_name
from han.planning.plan_sentences import work_said
from han.planning.plan_text import markdown_table


def set_plan_text(
    plan: Mapping[str, Any],
    tree: Taxonomy,
    language: Language = "en",
    about: Sequence[str] = (),
) -> str:
    """The page, in Markdown.

    Args:
        plan: What `set_plan_figures` gave, with the name of the data under `data`.
        tree: The code list.
        language: `es` or `en`.
        about: For which records the promises hold, a sentence each.
    """
    page = _Page(plan, tree, Words(PLAN, language))
    parts = [f"# {page.title()}", page.headline(), page.routes()]
    if plan["levels"]:
        lines = "\n".join(f"- {line}" for line in page.promises(about))
        parts += [f"## {page.say('how_well')}", page.levels(), lines]
    if plan["lists"]:
        parts += [f"## {page.say('lists')}", page.lists(plan["lists"])]
    return printable("\n\n".join(parts)) + "\n"


class _Page:
    """Tables and sentences of a plan for sets."""

    def __init__(self, plan: Mapping[str, Any], tree: Taxonomy, words: Words) -> None:
        self.plan, self.tree, self.words = plan, tree, words
        self.say, self._count = words.say, words.numbers.count

    def title(self) -> str:
        """How many records of which data."""
        records = self.words.count_of(self.plan["records"], "planned_record")
        return self.say("title", records=records, data=escaped(self.plan["data"]))

    def headline(self) -> str:
        """Shares of the routes, hours of work, and what no promise covers."""
        plan = self.plan
        said = self.say(
            "sets_headline",
            **{name: self._percent(plan["routes"][name]["share"]) for name in ROUTES},
            codes=plan["routes"]["auto"]["codes"],
            manual=work_said(plan, self.words),
            hours=self._count(plan["clerk_hours"], 1),
            minutes_review=f"{plan['minutes']['review']:g}",
            minutes_partial=f"{plan['minutes']['partial']:g}",
        )
        for key in ("blank", "unknown_words"):
            if plan[key]:
                name = key if plan[key] != 1 else f"{key}_one"
                said += self.say(name, count=plan[key])
        if plan["too_many"]:
            most, unit = plan["most_codes"], self._unit()
            count = plan["too_many"]
            said += self.say("sets_too_many", count=count, most=most, unit=unit)
        return said

    def _unit(self) -> str:
        unit = self.plan["unit"]
        return self.say("sets_unit_text") if unit in (TEXT, ROW) else escaped(unit)

    def routes(self) -> str:
        """How many records and codes go where."""
        rows = []
        for name in ROUTES:
            part = self.plan["routes"][name]
            row = [name, self.say(f"sets_meaning_{name}"), self._count(part["records"])]
            rows.append(
                [*row, self._percent(part["share"]), self._count(part["codes"])]
            )
        names = ("route", "what_happens", "records", "share", "sets_codes")
        return markdown_table([self.say(name) for name in names], rows)

    def levels(self) -> str:
        """What is promised and measured at each level with a target."""
        names = ("level", "sets_records_so_far", "share", "sets_codes_here", "promised")
        header = [*map(self.say, (*names, "sets_right"))]
        confidence = self._percent(0.95, 0)
        header.append(self.say("sets_right_here", confidence=confidence))
        return markdown_table(header, [self._level(one) for one in self.plan["levels"]])

    def _level(self, level: Mapping[str, Any]) -> list[str]:
        bound = level["at_least"]
        return [
            level_name(level["level"], self.tree, self.words),
            self._count(level["records"]),
            self._percent(level["share"]),
            self._count(level["codes"]),
            f"≥ {self._percent(bound)}" if bound is not None else "-",
            self._ratio(level["calibration"]),
            self._ratio(level["data"], level["data"]["interval"]),
        ]

    def _ratio(
        self, part: Mapping[str, Any], interval: Sequence[float] | None = None
    ) -> str:
        if not part["known"]:
            return "-"
        counts = {"right": part["right"], "known": part["known"]}
        text = self.say("ratio", share=self._percent(part["accuracy"]), **counts)
        ends = self.words.numbers.ends(interval)
        return f"{text} [{', '.join(ends)}]" if interval else text

    def promises(self, about: Sequence[str]) -> list[str]:
        """What is promised, what cannot be, and what is not, one sentence each."""
        kept = [self._promise(one) for one in self.plan["levels"] if one["at_least"]]
        together = f"{self.say('together_target')} {self.say('like_these')}"
        return [
            *kept,
            *([self.say("sets_none_missing")] if kept else []),
            *map(self._refusal, self.plan["refusals"]),
            *map(escaped, about),
            together if kept else self.say("no_promise"),
            *self._assumed(),
            *self._measured(),
            self.say("sets_not_promised"),
        ]

    def _promise(self, level: Mapping[str, Any]) -> str:
        return self.say(
            "sets_promise",
            level=level_name(level["level"], self.tree, self.words).capitalize(),
            confidence=self.words.numbers.asked(self.plan["confidence"]),
            codes=level["codes"],
            records=level["records"],
            at_least=self._percent(level["at_least"]),
        )

    def _refusal(self, refusal: Mapping[str, Any]) -> str:
        key = "refused"
        if refusal["rows"] < refusal["needed"]:
            key = "refused_few"
        elif refusal["right"] == refusal["rows"]:
            key = "refused_right"
        why = self.say(
            key,
            target=f"{100 * refusal['target']:.6g}{self.words.numbers.gap}%",
            labelled=self.say("sets_labelled"),
            **{name: refusal[name] for name in ("rows", "right", "needed")},
        )
        if key != "refused_right" and refusal["largest"] > 1:
            why += self.say("sets_largest", largest=round(refusal["largest"]))
        level = level_name(refusal["level"], self.tree, self.words).capitalize()
        more = self.say("more_calibration")
        return self.say("refusal", level=level, where="", why=why, but="", more=more)

    def _assumed(self) -> list[str]:
        """What is coded, or assumed, without a promise."""
        plan, found = self.plan, []
        if not plan["populations"]:
            return []
        if not plan["unit_known"]:
            column, most = escaped(plan["unit"]), self._count(1)
            found.append(self.say("largest_unknown", column=column, most=most))
        if plan["small"]:
            here = self._count(plan["records"])
            records = self._count(plan["small"])
            found.append(self.say("sets_small", records=records, here=here))
        return found + self._seen()

    def _seen(self) -> list[str]:
        plan, seen = self.plan, self.plan["seen"]
        tested = plan["populations"][0]["seen"]
        if seen is None or tested is None:
            return [] if plan["own_part"] else [self.say("sets_seen_unknown")]
        share = self._percent(seen["share"])
        if tested:
            return [self.say("seen_mixed", share=share, tested=self._percent(tested))]
        if not seen["records"]:
            return []
        records = self.words.count_of(seen["records"], "planned_record")
        said = self.say("seen_unpromised", share=share, records=records)
        return [said + self.say("sets_seen_advice")]

    def _measured(self) -> list[str]:
        """Which codes are missing, where true codes are known."""
        auto = self.plan["auto"]
        if auto["exact"] is None:
            return []
        shares = {name: self._percent(auto[name]) for name in ("exact", "recall")}
        return [self.say("sets_measured", known=auto["known"], **shares)]

    def lists(self, lists: Mapping[str, Any]) -> str:
        """How long the lists are, and how often all right codes are inside."""
        coverage = self.words.numbers.asked(lists["coverage"])
        if lists["limit"] is None:
            return self.say("sets_no_list", count=lists["rows"], coverage=coverage)
        rows = []
        for name in ("all", "manual"):
            part = lists[name]
            sizes = [self._mean(part["mean_size"]), self._mean(part["median_size"])]
            shares = [self._percent(part[k]) for k in ("cut", "all_codes_inside")]
            rows.append([self.say(name), self._count(part["records"]), *sizes, *shares])
        names = ("records", "number", "mean", "median", "sets_cut", "sets_inside")
        table = markdown_table([self.say(name) for name in names], rows)
        most = self.plan["most_listed"]
        said = self.say("sets_list_promise", coverage=coverage, most=most)
        return f"{said}\n\n{table}"

    def _mean(self, value: float | None) -> str:
        return "-" if value is None else self.words.numbers.decimal(value, 1)

    def _percent(self, value: float | None, digits: int = 1) -> str:
        return "-" if value is None else self.words.numbers.percent(value, digits)


def set_plan_rows(plan: Mapping[str, Any]) -> pd.DataFrame:
    """The figures as one table: a row for each route and level."""
    rows: list[dict[str, Any]] = []
    for name, part in plan["routes"].items():
        rows.append({"kind": "route", "name": name, **part})
    for level in plan["levels"]:
        data, names = level["data"], ("records", "share", "codes", "at_least")
        low, high = data["interval"] or (None, None)
        row = {"kind": "level", "name": level["level"], "low": low, "high": high}
        row |= {name: level[name] for name in names}
        row |= {name: data[name] for name in ("known", "right", "accuracy")}
        rows.append(row)
    return pd.DataFrame(rows)
