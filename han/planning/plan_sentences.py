"""What a plan says in sentences: its headline, and what it promises and does not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from han.code_list.taxonomy import Taxonomy
from han.data.sampling_units import TEXT
from han.decisions.routing import ROUTES
from han.languages.words import Words
from han.runs.promised_population import Population, leaves_out_seen_texts


def level_name(level: int, tree: Taxonomy, words: Words) -> str:
    """What a level is called in a plan: `level 2, full codes`."""
    is_last = level == tree.num_levels
    return words.say("full_level_name" if is_last else "level_name", level=level)


def escaped(text: str) -> str:
    r"""Names, codes and titles that mean nothing to Markdown and HTML.

    Example:
        >>> escaped("pan | <b>dulce</b>")
        'pan \\| &lt;b>dulce&lt;/b>'
    """
    text = re.sub(r"[\\`*\[\]|]", r"\\\g<0>", " ".join(text.split()))
    return re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")


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
            work=self._work(),
            hours=self.words.numbers.count(plan["clerk_hours"], 1),
            minutes_review=f"{minutes['review']:g}",
            minutes_partial=f"{minutes['partial']:g}",
        )
        special = ("blank", "unknown_words", "several_codes")
        found = [self._counted(key, plan[key]) for key in special if plan.get(key)]
        return said + "".join(found) + self._frequent() + self._outside()

    def _work(self) -> str:
        """Work of clerks in records, and in decisions where these are fewer."""
        plan, count_of = self.plan, self.words.count_of
        manual = count_of(plan["manual_records"], "planned_record")
        if plan["decisions"] == plan["manual_records"]:
            return manual
        decisions = count_of(plan["decisions"], "decision")
        return self._say("work_in_decisions", manual=manual, decisions=decisions)

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
        return said + self._say(
            "frequent_promised",
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
        weighted = any(one["is_weighted"] for one in plan["populations"])
        return [
            *filter(None, lines),
            *self._refusals(),
            *self._own_promises(),
            *self._all_paid(),
            *map(escaped, self.about),
            f"{together} {say('like_these')}",
            *self._assumptions(),
            say("not_promised", weighted="" if weighted else say("not_weighted")),
        ]

    def _assumptions(self) -> list[str]:
        """What is coded, or assumed, without a promise."""
        plan, say, found = self.plan, self._say, []
        frequent, seen = plan["frequent"], plan["seen"]
        is_column = frequent["unit"] not in (None, TEXT)
        if is_column and frequent["most_rows"] is None:
            most = self.words.numbers.count(frequent["tested_rows"])
            column = escaped(frequent["unit"])
            found.append(say("largest_unknown", column=column, most=most))
        about = [Population.from_dict(one) for one in plan["populations"]]
        if not leaves_out_seen_texts(about):
            return found
        if seen is None:
            return found if plan["own_part"] else [*found, say("seen_unknown")]
        if seen["records"]:
            records = self.words.count_of(seen["records"], "planned_record")
            share = self._percent(seen["share"])
            found.append(say("seen_unpromised", share=share, records=records))
        return found

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
            confidence=self._percent(self.plan["confidence"], 0),
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
        is_alone = len(self.plan["thresholds"]) == 1
        code = refusal["code"]
        key = "refusal" if is_alone else "refusal_group"
        said = self._say(
            "refusal_seen" if refusal["seen"] else key,
            level=self._level(refusal["level"]).capitalize(),
            code=self._say("others") if code == "others" else escaped(code),
            why=self._why(refusal),
        )
        if not refusal.get("reachable"):
            return said
        target, share = refusal["reachable"]
        reached = self._percent(target), self._percent(share, 0)
        return said + self._say("reachable", target=reached[0], share=reached[1])

    def _why(self, refusal: Mapping[str, Any]) -> str:
        is_few = refusal["rows"] < refusal["needed"]
        largest = ""
        if is_few and refusal["largest"] > 1:
            size = f"{refusal['largest']:.3g}"
            largest = self._say("refused_largest", largest=size)
        said = self._say(
            "refused_few" if is_few else "refused",
            target=f"{100 * refusal['target']:.6g}{self.words.numbers.gap}%",
            rows=refusal["rows"],
            right=refusal["right"],
            needed=refusal["needed"],
        )
        return said + largest
