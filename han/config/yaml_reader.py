"""Strict reading of YAML into frozen dataclasses.

Values are read from the text of the file and the type that the key expects, not from
YAML's own guesses: `no`, `1e-3`, `08` and `12:30` mean what the key says they mean.
"""

from __future__ import annotations

import difflib
import math
import operator
import types
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from han.errors import InputError

_DATA_FILES = set(".csv .tsv .gz .parquet .xlsx .xls .ods .dta .sav .zsav .db".split())
_NULL = {"", "null", "~", "Null", "NULL"}
_BOOLEANS = {"true": True, "yes": True, "on": True}
_BOOLEANS |= {"false": False, "no": False, "off": False}
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


def read_yaml(file: Path) -> Value:
    """Reads a YAML file, keeping texts as they are written, with their lines."""
    expected = "Expected an experiment: a YAML file with sections such as `data:`."
    if file.is_dir():
        raise InputError(f"{file}: this is a folder. {expected}")
    if file.is_file() and file.suffix.lower() in _DATA_FILES:
        raise InputError(f"{file}: this is a data file by its name. {expected}")
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{file}: there is no such experiment file.") from None
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: not a UTF-8 text file. {expected} Save it as UTF-8."
        ) from None
    value = _compose(text, str(file))
    if not isinstance(value.content, dict):
        raise InputError(f"{file}: no sections found. {expected}")
    return value


def read_overrides(tree: Value, overrides: list[str]) -> Value:
    """Puts `key.sub=value` settings into the tree."""
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals or not key.strip():
            raise InputError(
                f"{override!r}: expected key.sub=value, for instance training.epochs=3."
            )
        where = f"override {override!r}"
        value = _compose(text, where, with_lines=False)
        tree = put(tree, key.strip().split("."), value)
    return tree


def put(tree: Value, keys: list[str], value: Value, above: str = "") -> Value:
    """A tree with `value` at the key whose path from `above` is `keys`."""
    key = f"{above}.{keys[0]}" if above else keys[0]
    if not isinstance(tree.content, dict):
        raise value.fail(f"`{above}` is not a section, so `{key}` cannot be set.")
    if len(keys) == 1:
        return replace(tree, content={**tree.content, keys[0]: _rename(value, key)})
    empty = Value({}, value.where, key)
    below = tree.content.get(keys[0], empty)
    below = empty if _is_null(below) else below
    return replace(
        tree, content={**tree.content, keys[0]: put(below, keys[1:], value, key)}
    )


def _rename(value: Value, key: str) -> Value:
    content = value.content
    if isinstance(content, dict):
        content = {k: _rename(v, f"{key}.{k}") for k, v in content.items()}
    elif isinstance(content, list):
        content = [_rename(item, key) for item in content]
    return replace(value, key=key, content=content)


def _compose(text: str, where: str, with_lines: bool = True) -> Value:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark and with_lines else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", error)
        hint = next((h for part, h in _HINTS.items() if part in str(problem)), "")
        raise InputError(f"{where}{line}: not valid YAML: {problem}.{hint}") from None
    return _value(node, where, with_lines) if node else Value("", where)


def _value(node: yaml.Node, where: str, with_lines: bool, key: str = "") -> Value:
    place = _place(node, where, with_lines)
    if isinstance(node, yaml.MappingNode):
        return Value(_entries(node, where, with_lines, key), place, key)
    if isinstance(node, yaml.SequenceNode):
        items = [_value(item, where, with_lines, key) for item in node.value]
        return Value(items, place, key)
    quoted = isinstance(node, yaml.ScalarNode) and node.style in {"'", '"'}
    return Value(str(node.value), place, key, quoted)


def _place(node: yaml.Node, where: str, with_lines: bool) -> str:
    return f"{where}, line {node.start_mark.line + 1}" if with_lines else where


def _entries(
    mapping: yaml.MappingNode, where: str, with_lines: bool, key: str
) -> dict[str, Value]:
    entries: dict[str, Value] = {}
    for name_node, value_node in mapping.value:
        place, name = _place(name_node, where, with_lines), str(name_node.value)
        if not isinstance(name_node, yaml.ScalarNode):
            raise InputError(
                f"{place}: a key must be a text. Quote texts with {{ or [."
            )
        if name in entries:
            raise InputError(f"{place}: `{name}` stands here twice. Keep one of them.")
        below = _value(value_node, where, with_lines, f"{key}.{name}" if key else name)
        # A section starts a line below its key, and the key is what a message names.
        entries[name] = replace(below, where=place)
    return entries


def read_section(kind: type[Any], value: Value) -> Any:
    """Builds the dataclass `kind` from a mapping, checking every key and type."""
    if _is_null(value):
        value = replace(value, content={})
    if not isinstance(value.content, dict):
        raise value.fail(f"`{value.key}` is a section. Expected keys below it.")
    declared = {f.name: f for f in fields(kind)}
    for name, below in value.content.items():
        if name not in declared:
            raise below.fail(_unknown_key(below.key or name, name, list(declared)))
    hints = get_type_hints(kind)
    settings = {
        name: _checked(declared[name], read_type(hints[name], below), below)
        for name, below in value.content.items()
    }
    for name, option in declared.items():
        required = option.default is MISSING and option.default_factory is MISSING
        if required and name not in settings:
            key = f"{value.key}.{name}" if value.key else name
            raise value.fail(f"`{key}` is missing. It is required.")
    return kind(**settings)


def _unknown_key(key: str, name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = (
        f"Did you mean `{key.removesuffix(name)}{close[0]}`?"
        if close
        else f"Known keys here: {', '.join(known)}."
    )
    return f"unknown key `{key}`. {hint}"


def read_type(kind: Any, value: Value) -> Any:
    """Reads a value as the type that its key declares."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if _is_null(value) else read_type(_chosen(arguments, value), value)
    if is_dataclass(kind):
        return read_section(kind, value)  # type: ignore[arg-type]
    if origin is dict:
        return _read_mapping(arguments[1], value)
    if origin is tuple:
        return _read_list(arguments[0], value)
    if origin is Literal:
        return _read_choice(arguments, value)
    return _read_scalar(kind, value)


def _chosen(kinds: tuple[Any, ...], value: Value) -> Any:
    """Of a key that takes a text or a list, what it was given; else the first."""
    lists = [kind for kind in kinds if get_origin(kind) is tuple]
    return lists[0] if lists and isinstance(value.content, list) else kinds[0]


def _read_mapping(kind: Any, value: Value) -> dict[str, Any]:
    if not isinstance(value.content, dict):
        raise value.fail(
            f"`{value.key}` is a section. Expected named entries below it."
        )
    return {name: read_type(kind, below) for name, below in value.content.items()}


def _read_list(kind: Any, value: Value) -> tuple[Any, ...]:
    if _is_null(value):
        return ()
    if not isinstance(value.content, list):
        raise value.fail(
            f"`{value.key}` must be a list, like [a, b]. Received: {_show(value)}."
        )
    return tuple(read_type(kind, item) for item in value.content)


def _read_choice(choices: tuple[Any, ...], value: Value) -> Any:
    if isinstance(value.content, str) and value.content in choices:
        return value.content
    close = difflib.get_close_matches(str(value.content), choices, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise value.fail(
        f"`{value.key}` must be one of {', '.join(choices)}. "
        f"Received: {_show(value)}.{hint}"
    )


def _read_scalar(kind: Any, value: Value) -> Any:
    names = {int: "a whole number", float: "a number", bool: "true or false"}
    names[str] = "a text"
    expected = f"`{value.key}` must be {names[kind]}. Received: {_show(value)}."
    if not isinstance(value.content, str) or _is_null(value):
        raise value.fail(expected)
    if kind is str:
        return value.content
    if kind is bool:
        if value.content.lower() not in _BOOLEANS:
            raise value.fail(expected)
        return _BOOLEANS[value.content.lower()]
    try:
        return int(value.content) if kind is int else _finite(value.content)
    except ValueError:
        raise value.fail(expected) from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):  # YAML would write it in a form we do not read
        raise ValueError(text)
    return number


def _checked(option: Field[Any], read: Any, value: Value) -> Any:
    """Holds a number against the limits of its key."""
    limits = option.metadata
    if read is None or not limits:
        return read
    tests = {
        "minimum": (operator.ge, "at least"),
        "above": (operator.gt, "above"),
        "below": (operator.lt, "below"),
        "maximum": (operator.le, "at most"),
    }
    for name, limit in limits.items():
        holds, words = tests[name]
        if not holds(read, limit):
            raise value.fail(
                f"`{value.key}` must be {words} {limit:.10g}. Received: {_show(value)}."
            )
    return read


def _is_null(value: Value) -> bool:
    text = value.content
    return isinstance(text, str) and not value.quoted and text in _NULL


def _show(value: Value) -> str:
    if isinstance(value.content, str):
        return repr(value.content) if value.content or value.quoted else "nothing"
    return "a section" if isinstance(value.content, dict) else "a list"


def to_plain(value: Any) -> Any:
    """Dataclasses, tuples and dictionaries as plain dictionaries and lists."""
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {name: to_plain(below) for name, below in value.items()}
    return [to_plain(item) for item in value] if isinstance(value, tuple) else value
