"""What a plan says in sentences: its headline, and what it promises and does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from han.code_list.taxonomy import Taxonomy
from han.data.sampling_units import TEXT
from han.decisions.routing import ROUTES
from han.languages.words import Words
from han.planning.plan_assumptions import assumptions
from han.planning.plan_names import escaped, level_name


def work_said(plan: Mapping[str, Any], words: Words) -> str:
    """Work of clerks in records, and in decisions where these are fewer."""
    manual = words.count_of(plan["manual_records"], "planned_record")
    if plan["decisions"] == plan["manual_records"]:
        return manual
    decisions = words.count_of(plan["decisions"], "decision")
    return words.say("work_in_decisions", manual=manual, decisions=decisions)


class PlanSentences:
    """The sentences of a plan.

    Args:
        plan: What `han.planning.workload.plan` gave.
        tree: The code list.
        words: The words of a plan.
        about: For which records the promises hold, a sentence each.
    """

    def __init__(
        self,
        plan: Mapping[str, Any],
        tree: Taxonomy,
        words: Words,
        about: Sequence[str] = (),
    ) -> None:
        self.plan, self.tree, self.words, self.about = plan, tree, words, about
        self._say, self._percent = words.say, words.numbers.percent

    def title(self) -> str:
        """How many records of which data."""
        records = self.words.count_of(self.plan["records"], "planned_record")
        return self._say("title", records=records, data=escaped(self.plan["data"]))

    def headline(self) -> str:
        """Shares of the routes and hours of work."""
        plan, minutes = self.plan, self.plan["minutes"]
        shares = {k: self._percent(plan["routes"][k]["share"]) for k in ROUTES}
        said = self._say(
            "headline",
            **shares,
            work=work_said(plan, self.words),
            hours=self.words.numbers.count(plan["clerk_hours"], 1),
            minutes_review=f"{minutes['review']:g}",
            minutes_partial=f"{minutes['partial']:g}",
        )
        special = ("blank", "unknown_words", "several_codes")
        found = [self._counted(key, plan[key]) for key in special if plan.get(key)]
        repeated = self._frequent() + self._once()
        return said + "".join(found) + repeated + self._outside()

    def _once(self) -> str:
        """Records of texts that a person answers once each."""
        once = self.plan["answered_once"]
        if once["records"] == once["decisions"]:
            return ""
        return self._say(
            "answered_once",
            least=self.words.numbers.count(self.plan["frequent"]["most_rows"] + 1),
            records=self.words.count_of(once["records"], "planned_record"),
            decisions=self.words.count_of(once["decisions"], "decision"),
        )

    def _frequent(self) -> str:
        """Texts, or other units, that stand too often for any promise."""
        found = self.plan["frequent"]
        if not found["units"]:
            return ""
        numbers, records = self.words.numbers, "planned_record"
        key = "frequent_text" if found["unit"] == TEXT else "frequent_value"
        said = self._say(
            key if found["units"] == 1 else f"{key}s",
            count=numbers.count(found["units"]),
            most=numbers.count(found["most_rows"]),
            least=numbers.count(found["most_rows"] + 1),
            seen=self._say("frequent_seen") if found["excuses_seen"] else "",
            records=self.words.count_of(found["records"], records),
            share=self._percent(found["share"]),
            column=escaped(found["unit"]),
        )
        if not found["promised_units"]:
            return said
        is_one = found["promised_units"] == 1
        return said + self._say(
            "frequent_promised_one" if is_one else "frequent_promised",
            texts=numbers.count(found["promised_units"]),
            records=self.words.count_of(found["promised_records"], records),
        )

    def _counted(self, key: str, count: int, **values: str) -> str:
        """A sentence about a number of records; about one it is `key_one`."""
        return self._say(key if count != 1 else f"{key}_one", count=count, **values)

    def _outside(self) -> str:
        """Which records have codes that the run cannot give."""
        outside = self.plan.get("outside", {"records": 0})
        if not outside["records"]:
            return ""
        codes = ", ".join(escaped(entry["code"]) for entry in outside["codes"])
        share = self._percent(outside["share"])
        said = self._counted("outside", outside["records"], share=share)
        return f"{said}{f': {codes}' if codes else ''}."

    def promises(self) -> list[str]:
        """What is promised, what cannot be, and what is not, one sentence each."""
        plan, say = self.plan, self._say
        lines = [self._promise(level) for level in plan["levels"]]
        together = say(f"together_{plan['mode']}")
        about = plan["populations"]
        weighted = any(one["is_weighted"] and not one["is_sample"] for one in about)
        return [
            *filter(None, lines),
            *self._refusals(),
            *self._own_promises(),
            *self._all_paid(),
            *map(escaped, self.about),
            f"{together} {say('like_these')}" if about else say("no_promise"),
            *assumptions(plan, self.words),
            say("not_promised", weighted="" if weighted else say("not_weighted")),
        ]

    def _level(self, level: int) -> str:
        return level_name(level, self.tree, self.words)

    def _promise(self, level: Mapping[str, Any]) -> str:
        is_asked = level["is_target"] or self.plan["mode"] != "target"
        if level["at_least"] is None or not is_asked:
            return ""
        is_full = level["level"] == self.tree.num_levels
        return self._say(
            "promise_full" if is_full else "promise",
            level=self._level(level["level"]).capitalize(),
            confidence=self.words.numbers.asked(self.plan["confidence"]),
            records=level["records"],
            at_least=self._percent(level["at_least"]),
        )

    def _all_paid(self) -> list[str]:
        is_budget = self.plan["mode"] == "budget"
        if not is_budget or self.plan["routes"]["review"]["share"] != 1:
            return []
        return [self._say("all_paid")]

    def _own_promises(self) -> list[str]:
        """Which codes have thresholds of their own, where that was asked for."""
        if self.plan["group_level"] is None:
            return []
        where = self._level(self.plan["group_level"])
        codes = [group["code"] for group in self.plan["thresholds"]]
        own = ", ".join(escaped(code) for code in codes if code != "others")
        if not own:
            return [self._say("no_own", level=where)]
        return [self._say("own", level=where, codes=own)]

    def _refusals(self) -> list[str]:
        return [self._refusal(refusal) for refusal in self.plan["refusals"]]

    def _refusal(self, refusal: Mapping[str, Any]) -> str:
        say, key, among = self._say, "refusal", {}
        if refusal["seen"]:
            key = "refusal_seen"
        elif self.plan["seen_thresholds"] and not refusal["repeats"]:
            key = "refusal_new"
        elif refusal["repeats"]:
            key, (least, most, records) = "refusal_band", refusal["repeats"]
            times = say("band_times", least=least, most=most)
            among = {"times": say("band_once") if most == 1 else times}
            among |= {"among": self.words.numbers.count(records)}
        is_frequent = self.plan["frequent"]["promised_units"]
        said = say(
            key,
            level=self._level(refusal["level"]).capitalize(),
            where=self._where(refusal["code"]),
            why=self._why(refusal),
            more=say(f"more_{self._labelled(refusal)}"),
            but=say("but_frequent") if is_frequent else "",
            **among,
        )
        if not refusal.get("reachable"):
            return said
        target, share = refusal["reachable"]
        reached = self._percent(target), self._percent(share, 0)
        return said + say("reachable", target=reached[0], share=reached[1])

    def _where(self, code: str) -> str:
        """Among which codes, where some have promises of their own."""
        if code == "others" and len(self.plan["thresholds"]) == 1:
            return ""
        name = self._say("others") if code == "others" else escaped(code)
        return self._say("where_code", code=name)

    def _labelled(self, refusal: Mapping[str, Any]) -> str:
        """Whether calibration records or a sample could not show it."""
        is_sample = refusal["seen"] or self.plan["tested_by"] == "sample"
        return "sample" if is_sample else "calibration"

    def _why(self, refusal: Mapping[str, Any]) -> str:
        key, largest = "refused", refusal["largest"]
        if refusal["rows"] < refusal["needed"]:
            key = "refused_few"
        elif refusal["right"] == refusal["rows"]:
            key = "refused_right"
        said = self._say(
            key,
            target=f"{100 * refusal['target']:.6g}{self.words.numbers.gap}%",
            rows=refusal["rows"],
            right=refusal["right"],
            needed=refusal["needed"],
            labelled=self._say(f"labelled_{self._labelled(refusal)}"),
        )
        if key == "refused" or largest <= 1:
            return said
        is_whole = largest >= 10 or round(largest, 1).is_integer()
        size = self.words.numbers.count(largest, 0 if is_whole else 1)
        return said + self._say("refused_largest", largest=size)
