"""What a plan says of records that are coded, or of what is assumed, unpromised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.data.sampling_units import TEXT
from han.languages.words import Words
from han.planning.plan_names import escaped

LEAST_FOUND = 0.5  # of a sample's texts, in the records that it was drawn from


def assumptions(plan: Mapping[str, Any], words: Words) -> list[str]:
    """What is coded, or assumed, without a promise, one sentence each.

    Args:
        plan: The figures of a plan.
        words: The words of a plan.
    """
    return _Assumptions(plan, words).lines()


class _Assumptions:
    def __init__(self, plan: Mapping[str, Any], words: Words) -> None:
        self.plan, self.words = plan, words
        self._say, self._percent = words.say, words.numbers.percent

    def lines(self) -> list[str]:
        """All of it, a sentence each."""
        plan, say, found = self.plan, self._say, []
        frequent = plan["frequent"]
        is_column = frequent["unit"] not in (None, TEXT)
        if is_column and frequent["most_rows"] is None:
            most = self.words.numbers.count(frequent["tested_rows"])
            column = escaped(frequent["unit"])
            found.append(say("largest_unknown", column=column, most=most))
        found += self._sample()
        if plan.get("unknown_clusters"):
            most = self.words.numbers.count(plan["unknown_clusters"]["most_rows"])
            column = escaped(plan["unknown_clusters"]["column"])
            found.append(say("largest_unknown", column=column, most=most))
        if plan["weights_up_to"] is not None and not plan["weighted"]:
            weight = plan["weights_up_to"]
            digits = 0 if float(weight).is_integer() else 2
            largest = self.words.numbers.count(weight, digits)
            found.append(say("weights_unknown", largest=largest))
        return [*found, *self._seen()]

    def _sample(self) -> list[str]:
        """What may be wrong with the sample."""
        sample, found = self.plan.get("sample"), []
        if not sample:
            return []
        if sample["uncoded"]:
            count = self.words.numbers.count
            counts = {key: count(sample[key]) for key in ("uncoded", "rows")}
            found.append(self._say("sample_uncoded", **counts))
        if sample["found"] < LEAST_FOUND:
            found.append(
                self._say("sample_strange", share=self._percent(sample["found"]))
            )
        return found

    def _seen(self) -> list[str]:
        """What the promise has to do with texts that were seen in training."""
        plan, seen = self.plan, self.plan["seen"]
        about, is_own = plan["populations"], plan["own_part"]
        if not about or any(one["is_sample"] for one in about):
            return []
        if seen is None or about[0]["seen"] is None:
            return [] if is_own else [self._say("seen_unknown")]
        share = self._percent(seen["share"])
        if about[0]["seen"]:
            tested = self._percent(about[0]["seen"])
            return [self._say("seen_mixed", share=share, tested=tested)]
        if not seen["records"]:
            return []
        records = self.words.count_of(seen["records"], "planned_record")
        said = self._say("seen_unpromised", share=share, records=records)
        is_sampled = bool(plan.get("estimates"))
        return [said if is_sampled else said + self._say("seen_advice")]
