"""The rules that a new run must keep, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.errors import InputError, listing
from han.gating.changed_totals import ChangedTotals, changed_totals, share_interval
from han.gating.two_runs import TwiceCoded


@dataclass(frozen=True)
class GateLimits:
    """What may change at most.

    Attributes:
        changed: Weighted share of the records that get another full code.
        points: Points by which a code's share of all weight changes, at any level.
        protected: Share of its total by which a protected code's total changes.
        codes: The protected codes, of any level.
    """

    changed: float = 0.1
    points: float = 1.0
    protected: float = 0.05
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleResult:
    """One rule.

    Attributes:
        rule: `changed`, `points` or `protected`.
        value: What was found, in the unit of the limit.
        limit: What is allowed.
        low: Lower end of its interval.
        high: Upper end.
        code: The code that it is about, the worst one; "" for all records.
        level: Its level; 0 for all records.
    """

    rule: str
    value: float
    limit: float
    low: float
    high: float
    code: str = ""
    level: int = 0

    @property
    def holds(self) -> bool:
        """Whether what was found is within the limit."""
        return bool(self.value <= self.limit)

    @property
    def is_sure(self) -> bool:
        """Whether all of the interval says the same."""
        sure = self.high <= self.limit if self.holds else self.low > self.limit
        return bool(sure)


def totals_of_levels(coded: TwiceCoded) -> dict[int, ChangedTotals]:
    """Totals of the codes of each level, by node."""
    found = {}
    for level in range(1, coded.tree.num_levels + 1):
        old, new = coded.at_level(level)
        given = coded.weights, coded.units, coded.tree.num_nodes
        found[level] = changed_totals(old, new, *given)
    return found


def rule_results(
    coded: TwiceCoded, totals: dict[int, ChangedTotals], limits: GateLimits
) -> list[RuleResult]:
    """All rules, in the order of `GateLimits`.

    Raises:
        InputError: If a protected code is not in the code list.
    """
    changed = coded.nodes[0] != coded.nodes[1]
    share, low, high = share_interval(changed, coded.weights, coded.units)
    found = [RuleResult("changed", share, limits.changed, low, high)]
    found += [
        _worst(coded, totals[level], level, limits.points) for level in sorted(totals)
    ]
    return found + [_protected(coded, totals, code, limits) for code in limits.codes]


def _worst(
    coded: TwiceCoded, totals: ChangedTotals, level: int, limit: float
) -> RuleResult:
    """The code of a level whose share changes most."""
    node = int(np.abs(totals.points).argmax())
    scale = 100 / totals.weight
    ends = totals.low[node] * scale, totals.high[node] * scale
    low, high = _of_size(*ends)
    code = coded.tree.code_path(node)[-1] if totals.points[node] else ""
    return RuleResult("points", abs(totals.points[node]), limit, low, high, code, level)


def _protected(
    coded: TwiceCoded, totals: dict[int, ChangedTotals], code: str, limits: GateLimits
) -> RuleResult:
    nodes = coded.tree.nodes_of_code.get(code, [])
    if not nodes:
        raise InputError(
            f"the protected code {code!r} is not in the code list. It has "
            f"{listing(list(coded.tree.nodes_of_code), 5)}."
        )
    node = max(nodes, key=lambda one: _relative(coded, totals, one))
    level = int(coded.tree.levels[node])
    own = totals[level]
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = own.low[node] / own.old[node], own.high[node] / own.old[node]
    low, high = _of_size(*map(float, np.nan_to_num(ends, nan=0.0)))
    value = _relative(coded, totals, node)
    return RuleResult("protected", value, limits.protected, low, high, code, level)


def _relative(coded: TwiceCoded, totals: dict[int, ChangedTotals], node: int) -> float:
    return abs(float(totals[int(coded.tree.levels[node])].relative[node]))


def _of_size(low: float, high: float) -> tuple[float, float]:
    """Ends of the size of what lies between two ends."""
    sizes = sorted((abs(low), abs(high)))
    return (0.0, sizes[1]) if low <= 0 <= high else (sizes[0], sizes[1])
