"""YAML as a tree of texts with their places, however the file tries to be larger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import yaml

from han.errors import InputError

MOST_PIECES = 100_000  # keys and values, each alias counted as what it stands for
DEEPEST = 40
_HINTS = {  # by what the parser says
    "<block end>": " Give all entries of a section the same number of spaces.",
    "\\t": " Indent with spaces, not with tabs.",
    "mapping values": " Indent it as the line above, or put a text with : in quotes.",
}


@dataclass(frozen=True)
class Value:
    """A piece of an experiment file: a mapping, a list or a text, and where it stands.

    `quoted` texts are never null.
    """

    content: dict[str, Value] | list[Value] | str
    where: str
    key: str = ""
    quoted: bool = False

    def fail(self, message: str) -> InputError:
        """An error that begins with the place."""
        return InputError(f"{self.where}: {message}")


def compose(text: str, where: str, with_lines: bool = True) -> Value:
    """The tree of a YAML text.

    Args:
        text: The text.
        where: What to call it in messages.
        with_lines: Whether messages say lines.

    Raises:
        InputError: If it is no YAML, holds a key twice or itself, or is too large.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark and with_lines else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", error)
        hint = next((h for part, h in _HINTS.items() if part in str(problem)), "")
        raise InputError(f"{where}{line}: not valid YAML: {problem}.{hint}") from None
    except RecursionError:
        raise InputError(
            f"{where}: brackets or sections stand in each other without end. Expected "
            f"{DEEPEST} levels at most."
        ) from None
    return _Reader(where, with_lines).read(node) if node else Value("", where)


@dataclass
class _Reader:
    where: str
    with_lines: bool
    pieces: int = field(default=0)

    def read(self, node: yaml.Node, key: str = "", depth: int = 0) -> Value:
        place = self._place(node)
        self.pieces += 1
        if depth > DEEPEST or self.pieces > MOST_PIECES:
            top = ".".join(key.split(".")[:2])
            raise InputError(
                f"{place}: `{top}` grows without end by aliases (`*name`), or has more "
                f"than {DEEPEST} levels or {MOST_PIECES:,} values. Write out what is "
                "meant."
            )
        if isinstance(node, yaml.MappingNode):
            return Value(self._entries(node, key, depth), place, key)
        if isinstance(node, yaml.SequenceNode):
            return Value(list(self._items(node, key, depth)), place, key)
        quoted = isinstance(node, yaml.ScalarNode) and node.style in {"'", '"'}
        return Value(str(node.value), place, key, quoted)

    def _items(self, node: yaml.SequenceNode, key: str, depth: int) -> Iterator[Value]:
        for item in node.value:
            yield self.read(item, key, depth + 1)

    def _entries(
        self, mapping: yaml.MappingNode, key: str, depth: int
    ) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        for name_node, value_node in mapping.value:
            place, name = self._place(name_node), str(name_node.value)
            if not isinstance(name_node, yaml.ScalarNode):
                raise InputError(
                    f"{place}: a key must be a text. Quote texts with {{ or [."
                )
            if name in entries:
                raise InputError(
                    f"{place}: `{name}` stands here twice. Keep one of them."
                )
            below = self.read(value_node, f"{key}.{name}" if key else name, depth + 1)
            # A section starts a line below its key, and the key is what messages name.
            entries[name] = replace(below, where=place)
        return entries

    def _place(self, node: yaml.Node) -> str:
        line = f", line {node.start_mark.line + 1}"
        return self.where + line * self.with_lines
