"""The stage that takes an answer's earlier code to the code list of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from han.code_list.code_spelling import plain_code
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError
from han.stages.answer_texts import Answers
from han.stages.lookup_tables import code_nodes, read_lookup_table
from han.stages.verdicts import Verdicts
from han.tables.locations import DataFile


@dataclass(frozen=True)
class Crosswalk:
    """What became of each code of an older code list.

    Attributes:
        targets: Nodes of the new codes of each old one; none where it has no successor.
        tree: The code list of today.

    Example:
        >>> tree = Taxonomy(["11", "12"], [-1, -1])
        >>> Crosswalk.of(["1", "2", "2"], [0, 0, 1], tree).targets
        {'1': (0,), '2': (0, 1)}
    """

    targets: dict[str, tuple[int, ...]]
    tree: Taxonomy

    @classmethod
    def of(
        cls, old: Sequence[str], nodes: Sequence[int] | IntArray, tree: Taxonomy
    ) -> Crosswalk:
        """From pairs of an old code and the node of a new one, or -1."""
        found: dict[str, dict[int, None]] = {}
        for code, node in zip(map(plain_code, old), map(int, nodes), strict=True):
            found.setdefault(code, {}).update({node: None} if node != ROOT else {})
        return cls({code: tuple(nodes) for code, nodes in found.items()}, tree)

    @classmethod
    def read(
        cls,
        file: DataFile,
        tree: Taxonomy,
        *,
        old: str = "old",
        new: str = "new",
        encoding: str = "utf-8",
    ) -> Crosswalk:
        """From a table with a column of old codes and one of new codes.

        Args:
            file: A table of any kind. A code with several successors has a row for
                each; one without any has a row whose new code is blank.
            tree: The code list of today.
            old: Column of the old codes.
            new: Column of the new codes.
            encoding: Encoding of a text file.

        Raises:
            InputError: For a file that cannot be read, a missing column, a row without
                an old code, or a new code that is not in the code list.
        """
        table = read_lookup_table(
            file, "crosswalk", [old, new], codes=[old, new], encoding=encoding
        )
        codes = table.cells[old]
        table.refuse(
            [k for k, code in enumerate(codes) if not code],
            old,
            "there is no old code. Expected one in each row: enter it, or remove the "
            "row.",
        )
        return cls.of(codes, code_nodes(table, new, tree), tree)


@dataclass(frozen=True)
class RecodeStage:
    """Gives an answer the one code that its earlier code has become.

    It declines with `no_old_code`, `old_code_not_in_crosswalk`, and
    `crosswalk_1_to_n:3` where the old code has become three, or `crosswalk_1_to_n:0`
    where it has no successor.

    Attributes:
        crosswalk: What became of each old code.
        column: Column of the answers with their earlier codes.
        name: What outputs call it.

    Example:
        >>> tree = Taxonomy(["11", "12"], [-1, -1])
        >>> stage = RecodeStage(Crosswalk.of(["1", "2", "2"], [0, 0, 1], tree), "isic3")
        >>> answers = Answers({"what": ["pan"] * 4}, {"isic3": ["1", "2", "", "9"]})
        >>> said = stage.decide(answers)
        >>> said.nodes.tolist(), said.reasons[:2]
        ([0, -1, -1, -1], ['crosswalk:1>11', 'crosswalk_1_to_n:2'])
    """

    crosswalk: Crosswalk
    column: str
    name: str = "recode"

    def __post_init__(self) -> None:
        if not self.column:
            raise InputError(
                "Recoding needs the column of the earlier codes. Name it, such as "
                "'old_code'."
            )

    def decide(self, answers: Answers) -> Verdicts:
        """A code, or declined.

        Raises:
            InputError: If the answers lack the column.
        """
        why = f"the stage {self.name!r} reads"
        cells = [plain_code(cell) for cell in answers.cells(self.column, why)]
        said = {cell: self._of(cell) for cell in set(cells)}
        found = [said[cell] for cell in cells]
        return Verdicts.of([node for node, _ in found], [why for _, why in found])

    def _of(self, old: str) -> tuple[int, str]:
        if not old:
            return ROOT, "no_old_code"
        targets = self.crosswalk.targets.get(old)
        if targets is None:  # which may be anything, and is not repeated
            return ROOT, "old_code_not_in_crosswalk"
        if len(targets) != 1:
            return ROOT, f"crosswalk_1_to_n:{len(targets)}"
        new = self.crosswalk.tree.node_names[targets[0]]
        return targets[0], f"crosswalk:{old}>{new}"
