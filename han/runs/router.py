"""`Router`: routes of documents, and what thresholds ask of the texts themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.data.sampling_units import TEXT
from han.decisions.conformal_lists import CodeLists
from han.decisions.path_probabilities import CodedPaths
from han.decisions.repeat_limit import BY_THRESHOLDS
from han.decisions.routing import AUTO, Routed, route
from han.decisions.unit_repeats import Repeats, UnitCounts, unit_hashes
from han.errors import InputError
from han.runs.node_columns import Cells
from han.runs.promised_population import leaves_out_seen_texts
from han.runs.routing_policy import RoutingPolicy
from han.runs.seen_texts import SeenTexts
from han.text.distinct_texts import text_keys
from han.text.encoded_texts import EncodedTexts
from han.text.text_encoder import TextEncoder

Columns = Mapping[str, Sequence[str]]
IntArray = npt.NDArray[np.int64]
COUNTED = ("repeats", "decision", "scaled", "records")
MISSING = (
    "The thresholds of this run ask which texts it was trained with, and its "
    "seen_texts.npz is missing. Make them again with python -m han.plan RUN --apply, "
    "or copy the whole run again."
)


@dataclass(frozen=True)
class TextRoutes:
    """Routes documents, knowing of their texts what no probability says.

    Attributes:
        policy: The thresholds.
        counts: Records with the text of each document, `(n,)`; 0 if not known.
        numbers: Number of the frequent text of each, `(n,)`; 0 for others.
        scaled: Repeats of each as for `route`, `(n,)`; None if not known.
        seen: Those that were seen in training, `(n,)`; None: nothing depends on it.
        own_levels: As for `route`, `(n,)`; None: thresholds decide all.
    """

    policy: RoutingPolicy
    counts: IntArray
    numbers: IntArray
    scaled: IntArray | None = None
    seen: npt.NDArray[np.bool_] | None = None
    own_levels: IntArray | None = None

    def take(self, rows: slice | IntArray) -> TextRoutes:
        """The same for some of the documents, in the given order."""
        scaled, seen, own = self.scaled, self.seen, self.own_levels
        return TextRoutes(
            self.policy,
            self.counts[rows],
            self.numbers[rows],
            None if scaled is None else scaled[rows],
            None if seen is None else seen[rows],
            None if own is None else own[rows],
        )

    def route(
        self, paths: CodedPaths, manual: npt.NDArray[np.bool_], tree: Taxonomy
    ) -> Routed:
        """Where each document goes.

        Args:
            paths: What the model says of them.
            manual: Those without a word that the run knows, `(n,)`, which are left to
                a person.
            tree: The code list.
        """
        return route(
            paths,
            self.policy.thresholds,
            tree,
            manual,
            repeats=self.scaled,
            seen=self.seen,
            seen_thresholds=self.policy.seen_thresholds,
            own_levels=self.own_levels,
        )

    def routed(
        self,
        cells: Cells,
        paths: CodedPaths,
        lists: CodeLists | None,
        texts: EncodedTexts,
        tree: Taxonomy,
    ) -> Cells:
        """Cells with routes, as `RoutingPolicy.routed`, with `repeats` and `decision`.

        That one is the number of a frequent text which a person answers once for all.
        There is none where the machine codes a record, nor where units are no texts:
        the records of a firm have texts of their own.
        """
        blank = texts.document_words == 0
        routed = self.route(paths, texts.known_words == 0, tree)
        found = self.policy.routed(cells, routed, paths, lists, blank, tree)
        is_answered_once = (found["route"] != AUTO) & counts_texts(self.policy)
        decisions = np.where(is_answered_once, self.numbers, 0)
        return found | {"repeats": self.counts, "decision": decisions}


def counts_texts(policy: RoutingPolicy) -> bool:
    """Whether texts, and no other units, are those that may stand too often."""
    return policy.limit is not None and policy.limit.unit == TEXT


@dataclass(frozen=True)
class Router:
    """Says who codes each document.

    Attributes:
        policy: The thresholds of a run.
        encoder: Its text encoder, which says what a text is.
        seen_texts: The texts that it was trained with, if it keeps them.
    """

    policy: RoutingPolicy
    encoder: TextEncoder
    seen_texts: SeenTexts | None

    def counted(
        self, columns: Columns, repeats: Repeats | None
    ) -> dict[str, list[int]]:
        """Columns of `COUNTED` before anything is routed.

        Args:
            columns: Texts by field name, `n` each.
            repeats: How often each stands among all records; None: texts are counted
                among these.

        Returns:
            `n` whole numbers each, 0 where there is none; no column without a limit.
        """
        limit = self.policy.limit
        if limit is None:
            return {}
        if repeats is None and limit.unit == TEXT:
            keys = self._keys(columns)
            repeats = UnitCounts(unit_hashes(keys), limit).of(0, len(keys))
        if repeats is None:
            none = [0] * max(map(len, columns.values()), default=0)
            return dict.fromkeys(COUNTED, none)
        return {
            "repeats": repeats.counts.tolist(),
            "decision": repeats.numbers.tolist(),
            "scaled": repeats.scaled.tolist(),
            "records": [repeats.records] * len(repeats.counts),
        }

    def text_routes(
        self, columns: Columns, counted: Mapping[str, Sequence[int]]
    ) -> TextRoutes:
        """What routes some documents.

        Args:
            columns: Texts by field name, `n` each.
            counted: Their cells of what `counted` gave.

        Raises:
            InputError: If the thresholds need texts that the run does not keep.
        """
        rows = max(map(len, columns.values()), default=0)
        counts, numbers, scaled, records = (
            np.array(counted.get(name, [0] * rows), np.int64) for name in COUNTED
        )
        seen, own, limit = self._seen(columns), None, self.policy.limit
        if limit:
            own = self._own_levels(columns, numbers)
        if own is not None and seen is not None:
            # Records of their sample were drawn one by one, however often texts repeat.
            excused = seen
            if limit and self.policy.seen_thresholds is None:
                excused = limit.is_excused(counts, int(records.max(initial=1)), seen)
            own = np.where(excused, BY_THRESHOLDS, own)
            scaled = np.where(excused, 1, scaled)
        return TextRoutes(
            self.policy,
            counts,
            numbers,
            scaled if scaled.all() else None,
            seen,
            own,
        )

    def num_left_out(self, columns: Columns) -> int:
        """Number of records of which nothing is promised, as their texts were seen.

        0 if the run does not know which these are.

        Args:
            columns: Texts by field name, `n` each.
        """
        is_asked = leaves_out_seen_texts(self.policy.populations)
        if self.seen_texts is None or not is_asked:
            return 0
        return int(self.seen_texts.contains(self._keys(columns)).sum())

    def _seen(self, columns: Columns) -> npt.NDArray[np.bool_] | None:
        """Whether each text was seen in training, if anything depends on it."""
        if self.policy.seen_thresholds is not None:
            return self._known().contains(self._keys(columns))
        if self.seen_texts is None or not counts_texts(self.policy):
            return None
        return self.seen_texts.contains(self._keys(columns))

    def _own_levels(self, columns: Columns, numbers: IntArray) -> IntArray:
        """Frequent texts are left to a person, unless they have a promise of their own.

        Other frequent units, such as a firm, have none.
        """
        rows = np.flatnonzero(numbers)
        own, levels = self.policy.own_levels, np.full(len(numbers), BY_THRESHOLDS)
        levels[rows] = 0
        if own and len(rows) and counts_texts(self.policy):
            chosen = {n: [c[row] for row in rows.tolist()] for n, c in columns.items()}
            hashes = self._known().hashes(self._keys(chosen))
            levels[rows] = [own.get(each, 0) for each in hashes]
        return levels

    def _known(self) -> SeenTexts:
        if self.seen_texts is None:
            raise InputError(MISSING)
        return self.seen_texts

    def _keys(self, columns: Columns) -> list[str]:
        """Normalised texts, as `Records.text_keys`."""
        fields = dict(
            zip(self.encoder.fields, self.encoder.texts(columns), strict=True)
        )
        return text_keys(fields, self.encoder.non_answers)
