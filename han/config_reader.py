"""Strict reading of YAML into frozen dataclasses.

Values are read from the text of the file and the type that the key expects, not from
YAML's own guesses: `no`, `1e-3`, `08` and `12:30` mean what the key says they mean.
"""

from __future__ import annotations

import difflib
import types
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from han.errors import InputError

_NULL = {"", "null", "~", "Null", "NULL"}
_BOOLEANS = {"true": True, "yes": True, "on": True}
_BOOLEANS |= {"false": False, "no": False, "off": False}


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
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{file}: there is no such experiment file.") from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError(f"{file}: not a UTF-8 text file. Save it as UTF-8.") from None
    value = _compose(text, str(file))
    if not isinstance(value.content, dict):
        raise InputError(f"{file}: expected sections such as `data:`. Found none.")
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
        tree = _put(tree, key.strip().split("."), value)
    return tree


def _put(tree: Value, keys: list[str], value: Value, above: str = "") -> Value:
    key = f"{above}.{keys[0]}" if above else keys[0]
    if not isinstance(tree.content, dict):
        raise value.fail(f"`{above}` is not a section, so `{key}` cannot be set.")
    if len(keys) == 1:
        return replace(tree, content={**tree.content, keys[0]: _rename(value, key)})
    empty = Value({}, value.where, key)
    below = tree.content.get(keys[0], empty)
    if below.content in _NULL if isinstance(below.content, str) else False:
        below = empty
    return replace(
        tree, content={**tree.content, keys[0]: _put(below, keys[1:], value, key)}
    )


def _rename(value: Value, key: str) -> Value:
    content = value.content
    if isinstance(content, dict):
        content = {k: _rename(v, f"{key}.{k}") for k, v in content.items()}
    return replace(value, key=key, content=content)


def _compose(text: str, where: str, with_lines: bool = True) -> Value:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark and with_lines else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise InputError(f"{where}{line}: not valid YAML: {problem}.") from None
    return _value(node, where, with_lines) if node else Value("", where)


def _value(node: yaml.Node, where: str, with_lines: bool, key: str = "") -> Value:
    place = f"{where}, line {node.start_mark.line + 1}" if with_lines else where
    if isinstance(node, yaml.MappingNode):
        content: dict[str, Value] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            if name in content:
                line = f", line {name_node.start_mark.line + 1}" if with_lines else ""
                raise InputError(
                    f"{where}{line}: `{name}` stands here twice. Keep one of them."
                )
            below = f"{key}.{name}" if key else name
            content[name] = _value(value_node, where, with_lines, below)
        return Value(content, place, key)
    if isinstance(node, yaml.SequenceNode):
        items = [_value(item, where, with_lines, key) for item in node.value]
        return Value(items, place, key)
    return Value(str(node.value), place, key, quoted=node.style in {"'", '"'})


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
        return None if _is_null(value) else read_type(arguments[0], value)
    if is_dataclass(kind):
        return read_section(kind, value)  # type: ignore[arg-type]
    if origin is dict:
        return _read_mapping(arguments[1], value)
    if origin is tuple:
        return _read_list(arguments[0], value)
    if origin is Literal:
        return _read_choice(arguments, value)
    return _read_scalar(kind, value)


def _read_mapping(kind: Any, value: Value) -> dict[str, Any]:
    if not isinstance(value.content, dict):
        raise value.fail(f"`{value.key}` is a section. Expected named entries below it.")
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
        return kind(value.content)
    except ValueError:
        raise value.fail(expected) from None


def _checked(option: Field[Any], read: Any, value: Value) -> Any:
    """Holds a number against the limits of its key. The comparisons refuse NaN."""
    limits = option.metadata
    if read is None or not limits:
        return read
    tests = {
        "minimum": (lambda limit: read >= limit, "at least"),
        "above": (lambda limit: read > limit, "above"),
        "below": (lambda limit: read < limit, "below"),
    }
    for name, limit in limits.items():
        holds, words = tests[name]
        if not holds(limit):
            raise value.fail(
                f"`{value.key}` must be {words} {limit:g}. Received: {_show(value)}."
            )
    return read


def _is_null(value: Value) -> bool:
    return (
        isinstance(value.content, str) and not value.quoted and value.content in _NULL
    )


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
