"""Names of nodes for people: the code, or its path where the code stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from han.code_list.code_spelling import plain_code
from han.errors import InputError

# No code has it in it, no spreadsheet takes `1 > 11` for a date (as it does `1/11`),
# and lists of codes are separated by `|` or a comma.
SEPARATOR = " > "


def path_text(path: Sequence[str]) -> str:
    """A path of codes as one text; `>` in a code is doubled, so that no two are equal.

    Example:
        >>> path_text(["1", "11", "111"]), path_text(["a > b"]), path_text(["a", "b"])
        ('1 > 11 > 111', 'a >> b', 'a > b')
    """
    return SEPARATOR.join(code.replace(">", ">>") for code in path)


def check_codes(codes: Sequence[str]) -> None:
    """Raises InputError if codes, such as a path, are no list of filled texts."""
    if isinstance(codes, str):
        raise InputError(
            "Codes, or a path of codes, are one text. Expected a list or tuple of them "
            "from the top down, such as ('46', '461') or ('46',)."
        )
    wrong = [
        code for code in codes if not isinstance(code, str) or not plain_code(code)
    ]
    if wrong:
        kind = "a blank" if isinstance(wrong[0], str) else type(wrong[0]).__name__
        raise InputError(
            f"Codes of a code list are texts that are not blank. Received {kind}. As "
            "0110 and 110 are two codes, read them with `dtype=str`."
        )


class NodeNames:
    """What the nodes of a code list are called in every output, and back.

    Args:
        paths: Codes from the top down to each node, `N` of them, all different.

    Attributes:
        paths: The path of each node as one text, `(N,)`, all different.
        names: Its code where no other node has it, else its path, `(N,)`, all
            different.
        nodes_of_code: All nodes with a given code.
        has_repeats: Whether some code stands under two parents.

    Example:
        >>> names = NodeNames([("1",), ("2",), ("2", "8"), ("1", "9"), ("2", "9")])
        >>> names.names
        ('1', '2', '8', '1 > 9', '2 > 9')
        >>> names.find("8"), names.find("2 > 8"), names.find("9"), names.find("7")
        ([2], [2], [3, 4], [])
    """

    def __init__(self, paths: Sequence[Sequence[str]]) -> None:
        self.paths = tuple(map(path_text, paths))
        self.nodes_of_code: dict[str, list[int]] = {}
        codes = [path[-1] for path in paths]
        for node, code in enumerate(codes):
            self.nodes_of_code.setdefault(code, []).append(node)
        self.has_repeats = len(self.nodes_of_code) < len(codes)
        # Where paths are needed, a code that could be read as one is written as one.
        self.names = tuple(
            path if len(self.nodes_of_code[code]) > 1 or ">" in code else code
            for code, path in zip(codes, self.paths, strict=True)
        )
        if not self.has_repeats:
            self.names = tuple(codes)

    @cached_property
    def _by_text(self) -> dict[str, int]:
        numbered = [*enumerate(self.paths), *enumerate(self.names)]  # names win
        return {text: node for node, text in numbered}

    def find(self, text: str) -> list[int]:
        """Nodes that a name, a path or a code may mean; none if it is not known.

        More than one only for a code without its path, if no node is called by the
        code alone.
        """
        text = text if text in self._by_text else plain_code(text)
        if text in self._by_text:
            return [self._by_text[text]]
        return self.nodes_of_code.get(text, [])
