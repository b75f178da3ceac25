"""Sets of codes of encoded documents, as the cells of a prediction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.closure import checked_sets, closure
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.set_decoding import sets_of_members
from han.code_sets.set_plan import SetRoutes, route_sets
from han.code_sets.set_rule import SetRule
from han.decisions.decoding import Rule, check_rule, most_probable_codes
from han.decisions.routing import AUTO
from han.errors import InputError
from han.runs.node_columns import Cells, listed_code, node_columns, top_columns
from han.runs.router import TextRoutes, counts_texts
from han.runs.set_runs import SEPARATOR
from han.tables.typed_cells import FLOAT
from han.text.encoded_texts import EncodedTexts

FloatArray = npt.NDArray[np.floating]
AllLogs = Callable[[EncodedTexts], FloatArray]


@dataclass(frozen=True)
class SetCoder:
    """Gives each document a set of codes, as `TextCoder` gives it one.

    Attributes:
        set_rule: Which codes the run gives.
        all_logs: Calibrated log-probabilities of all nodes, `(n, N)`, of documents.
        separator: What stands between the codes of a cell.
    """

    set_rule: SetRule
    all_logs: AllLogs
    separator: str = SEPARATOR

    def cells(
        self,
        texts: EncodedTexts,
        top_k: int,
        rule: Rule | None = None,
        routes: TextRoutes | None = None,
    ) -> Cells:
        """Cells by column.

        Args:
            texts: The documents, `(n,)`.
            top_k: Number of codes that have columns of their own: of those given, and
                of the most probable full codes.
            rule: As for `Classifier.predict`, but it gives node ids `(n, A)`, -1 for
                none, or what has them as `sets`; by default that of the run.
            routes: What routes them by a plan, if the run applies one.

        Raises:
            InputError: If the rule is no function, or gives no sets of nodes, or not
                one for each document.
        """
        check_rule(rule)
        tree, logs = self.set_rule.tree, self.all_logs(texts)
        blank = texts.document_words == 0
        top = most_probable_codes(logs, tree, top_k=top_k, blank=blank)
        shown = top.top_nodes.shape[1]
        if routes is not None and routes.policy.set_plan is not None:
            plan, unread = routes.policy.set_plan, texts.known_words == 0
            routed = route_sets(logs, tree, plan, repeats=routes.scaled, manual=unread)
            return {
                **set_columns(routed.codes, logs, tree, shown, self.separator),
                **top_columns(top, tree),
                **self._routed(routed, routes, blank),
            }
        found = self.set_rule.codes(logs) if rule is None else rule(logs, tree)
        sets = checked_sets(getattr(found, "sets", found), tree, "rule")
        if len(sets) != len(logs):
            raise InputError(
                f"`rule`: It gave {len(sets)} sets for {len(logs)} records. Expected a "
                "row of node ids for each row of the log-probabilities, in their order."
            )
        members = closure(np.where(blank[:, None], ROOT, sets), tree).toarray()
        given = sets_of_members(members, logs, tree)
        return {
            **set_columns(given, logs, tree, shown, self.separator),
            **top_columns(top, tree),
        }

    def _routed(
        self, found: SetRoutes, routes: TextRoutes, blank: npt.NDArray[np.bool_]
    ) -> Cells:
        """The cells of routes, lists and repeats; blank documents have no list."""
        tree, shown = self.set_rule.tree, (found.listed != ROOT).sum(axis=1)
        sizes = np.where(blank, 0, shown)
        listed = listed_code(found.listed, tree)
        once = (found.routes != AUTO) & counts_texts(routes.policy)
        return {
            "route": found.routes,
            "set_size": np.where(blank, 0, found.list_sizes),
            "set_codes": _joined(listed, sizes, self.separator),
            "set_cut": (found.list_sizes > shown) & ~blank,
            "repeats": routes.counts,
            "decision": np.where(once, routes.numbers, 0),
        }


def set_columns(
    sets: IntArray,
    logs: FloatArray,
    tree: Taxonomy,
    shown: int,
    separator: str = SEPARATOR,
) -> Cells:
    """The cells that say which codes a record got, and how probable they are.

    Args:
        sets: Node ids, most probable first, `(n, A)`, -1 after the last.
        logs: Log-probabilities of all nodes, `(n, N)`.
        tree: The code list.
        shown: How many codes have columns of their own.
        separator: What stands between the codes of a cell.

    Example:
        >>> tree = Taxonomy(["1", "2", "21"], [-1, -1, 1])
        >>> logs = np.log([[0.75, 0.5, 0.25], [0.5, 0.5, 0.5]])
        >>> cells = set_columns(np.array([[0, 2], [-1, -1]]), logs, tree, 1)
        >>> cells["codes"].tolist(), cells["probabilities"].tolist()
        (['1|21', ''], ['0.75|0.25', ''])
        >>> cells["least_probability"].tolist(), cells["code_1"].tolist()
        ([0.25, nan], ['1', ''])
    """
    p = np.take_along_axis(logs, np.maximum(sets, 0), axis=1).astype(np.float64)
    p = np.where(sets == ROOT, np.nan, np.exp(p))
    sizes = (sets != ROOT).sum(axis=1)
    least = np.where(sets == ROOT, np.inf, p).min(axis=1, initial=np.inf)
    cells = {
        "codes": _joined(np.array([*tree.codes, ""], object)[sets], sizes, separator),
        "num_codes": sizes,
        "probabilities": _joined(_numbers(p), sizes, separator),
        "least_probability": np.where(sizes > 0, least, np.nan),
    }
    if tree.naming.has_repeats:
        paths = np.array([*tree.naming.paths, ""], object)[sets]
        cells["code_paths"] = _joined(paths, sizes, separator)
    missing = max(0, shown - sets.shape[1])
    sets = np.pad(sets, ((0, 0), (0, missing)), constant_values=ROOT)
    p = np.pad(p, ((0, 0), (0, missing)), constant_values=np.nan)
    for k in range(shown):
        own = node_columns(sets[:, k], tree) | {"probability": p[:, k]}
        cells |= {f"{name}_{k + 1}": values for name, values in own.items()}
    return cells


def _joined(
    cells: npt.NDArray[np.object_], sizes: IntArray, separator: str
) -> npt.NDArray[np.object_]:
    """The first cells of each row as one, `(n,)`."""
    found = np.empty(len(cells), object)
    rows: Iterable[tuple[list[str], int]] = zip(
        cells.tolist(), sizes.tolist(), strict=True
    )
    found[:] = [separator.join(row[:size]) for row, size in rows]
    return found


def _numbers(p: FloatArray) -> npt.NDArray[np.object_]:
    """Numbers as a file of text has them."""
    found = [FLOAT % value for value in p.ravel().tolist()]
    return np.array(found, object).reshape(p.shape)


def set_coder(
    known: SetRule | None, tree: Taxonomy, all_logs: AllLogs, separator: str
) -> SetCoder:
    """What codes sets by the rule of a run; without one at even odds."""
    return SetCoder(known or SetRule.at_half(tree), all_logs, separator)
