"""Tables of errors by record, level, branch and pair of codes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.decisions.coded_records import CodedRecords
from han.reports.mistakes import KINDS, confused_pairs, error_kinds

RIGHT = "right"


def record_table(coded: CodedRecords) -> pd.DataFrame:
    """A row for each record: the codes, and what is wrong with the one given.

    Args:
        coded: The records.

    Returns:
        The key columns; `true_code`, `true_title`, `given_code`, `given_title`;
        `probability` of the code given; `kind`: `right`, or the kind of error as
        `han.reports.mistakes.kinds_of_error` explains it; `first_wrong_level`: where
        the code leaves the true one, from 1, or 0 where it never contradicts it.

    Example:
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> paths = CodedPaths(np.array([[1, 2]]), np.array([[0.9, 0.6]]))
        >>> coded = CodedRecords(tree, np.array([3]), np.array([2]), paths,
        ...     np.ones(1), {}, np.array([0.3]))
        >>> found = record_table(coded)
        >>> found[["true_code", "given_code", "kind"]].iloc[0].tolist()
        ['22', '21', 'sibling']
    """
    pairs, tree = coded.pairs(), coded.tree
    kinds = error_kinds(pairs)
    contradicts = (kinds >= 0) & (kinds <= KINDS.index("branch"))
    return pd.DataFrame(
        {
            **{name: list(cells) for name, cells in coded.keys.items()},
            **_named("true", coded.true, tree),
            **_named("given", coded.nodes, tree),
            "probability": coded.paths.probabilities[:, -1],
            "kind": np.array([*KINDS, RIGHT], object)[kinds],  # -1 is the last one
            "first_wrong_level": np.where(contradicts, pairs.shared_depth + 1, 0),
        }
    )


def _named(side: str, nodes: IntArray, tree: Taxonomy) -> dict[str, list[str]]:
    """Names and titles of nodes; empty where there is none."""
    codes, titles = [*tree.node_names, ""], [*tree.titles, ""]
    return {
        f"{side}_code": [codes[node] for node in nodes],
        f"{side}_title": [titles[node] for node in nodes],
    }


def level_table(coded: CodedRecords) -> pd.DataFrame:
    """A row for each level: how much is right, and where errors begin.

    Args:
        coded: The records.

    Returns:
        Indexed by `level`: number of `codes`; `records` whose true code reaches the
        level; `right`, the share whose code is right there; `first_wrong`, the number
        of records that go wrong there and nowhere above; `right_below_right`, the
        share that is right among those that are right above. NaN where there is none.
    """
    pairs, tree = coded.pairs(), coded.tree
    rows = []
    for level in range(1, tree.num_levels + 1):
        reach = pairs.true_depth >= level
        right, above = pairs.shared_depth >= level, pairs.shared_depth >= level - 1
        rows.append(
            {
                "level": level,
                "codes": int((tree.levels == level).sum()),
                "records": int(reach.sum()),
                "right": _share(right[reach]),
                "first_wrong": int((reach & above & ~right).sum()),
                "right_below_right": _share(right[reach & above]),
            }
        )
    return pd.DataFrame(rows).set_index("level")


def branch_table(coded: CodedRecords, level: int = 1) -> pd.DataFrame:
    """A row for each true code of a level, those with the most errors first.

    Args:
        coded: The records.
        level: The level, from 1.

    Returns:
        Indexed by `code`: its `title`, or, where it has none, that of its commonest
        full code, after "such as"; `records`; `right_here`, the share that is right on
        this level; `right`, the share whose code agrees with the true one as far as
        that goes; `errors`, the number of others, and their `share_of_errors`.
    """
    tree, pairs = coded.tree, coded.pairs()
    at = tree.paths[coded.true, level - 1]
    wrong = pairs.shared_depth < pairs.true_depth
    rows = []
    for node in np.unique(at[at != ROOT]).tolist():
        here = at == node
        rows.append(
            {
                "code": tree.node_names[node],
                "title": _described(node, coded.true[here], tree),
                "records": int(here.sum()),
                "right_here": _share(pairs.shared_depth[here] >= level),
                "right": _share(~wrong[here]),
                "errors": int(wrong[here].sum()),
                "share_of_errors": float(wrong[here].sum() / max(wrong.sum(), 1)),
            }
        )
    table = pd.DataFrame(rows).set_index("code")
    return table.sort_values("errors", ascending=False, kind="stable")


def pair_table(coded: CodedRecords) -> pd.DataFrame:
    """The pairs of true and given code that are taken for one another most.

    Returns:
        `true_code`, `true_title`, `given_code`, `given_title`; how many `records`, how
        many the other way round (`back`), and `of` how many records of the true code.
    """
    pairs, _ = confused_pairs(coded)
    table = pd.DataFrame(pairs, columns=["true", "given", "records", "back", "of"])
    named = {
        **_named("true", table.true.to_numpy(int), coded.tree),
        **_named("given", table.given.to_numpy(int), coded.tree),
    }
    return table.drop(columns=["true", "given"]).assign(**named)[
        [*named, "records", "back", "of"]
    ]


def _described(node: int, true: IntArray, tree: Taxonomy) -> str:
    title = tree.titles[node]
    if title and title != tree.codes[node]:
        return title
    names, counts = np.unique(true, return_counts=True)
    return f"such as {tree.titles[names[counts.argmax()]]}"


def _share(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else float("nan")
