"""Strict reading of YAML into frozen dataclasses.

Values are read from the text of the file and the type that the key expects, not from
YAML's own guesses: `no`, `1e-3`, `08` and `12:30` mean what the key says they mean.
"""

from __future__ import annotations

import difflib
import math
import operator
import types
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from han.config.yaml_tree import Value, compose
from han.errors import InputError
from han.tables.file_access import check_file

_DATA_FILES = set(".csv .tsv .gz .parquet .xlsx .xls .ods .dta .sav .zsav .db".split())
_NULL = {"", "null", "~", "Null", "NULL"}
MOST_BYTES = 1 << 22  # the parser reads about a megabyte in ten seconds
SHOWN = 60  # letters of a value that a message shows
# What 32 bits take, of seeds and of the network's numbers.
LARGEST = {int: 2**32 - 1, float: 3e38}
_BOOLEANS = {"true": True, "yes": True, "on": True}
_BOOLEANS |= {"false": False, "no": False, "off": False}


def read_yaml(file: Path, what: str = "experiment", sections: str = "`data:`") -> Value:
    """Reads a YAML file, keeping texts as they are written, with their lines.

    Args:
        file: The file.
        what: What it should hold, for messages.
        sections: Some of its sections, for messages.
    """
    article = "an" if what[0] in "aeiou" else "a"
    expected = (
        f"Expected {article} {what}: a YAML file with sections such as {sections}."
    )
    check_file(file, f"{what} file", expected)
    if file.suffix.lower() in _DATA_FILES:
        raise InputError(f"{file}: this is a data file by its name. {expected}")
    if file.stat().st_size > MOST_BYTES:
        raise InputError(
            f"{file}: more than {MOST_BYTES:,} bytes are no {what} file. "
            f"{expected} Put data into files of its own."
        )
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: not a UTF-8 text file. {expected} Save it as UTF-8."
        ) from None
    value = compose(text, str(file))
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
        value = compose(text, where, with_lines=False)
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
        if "\0" in value.content:
            raise value.fail(f"`{value.key}` holds the character NUL. Take it out.")
        return value.content
    if kind is bool:
        if value.content.lower() not in _BOOLEANS:
            raise value.fail(expected)
        return _BOOLEANS[value.content.lower()]
    try:
        number = kind(value.content)
    except ValueError:
        raise value.fail(expected) from None
    if kind is float and not math.isfinite(number):
        raise value.fail(expected)
    if abs(number) > LARGEST[kind]:
        limit = f"at {'most ' if number > 0 else 'least -'}{LARGEST[kind]:.10g}"
        raise value.fail(f"`{value.key}` must be {limit}. Received: {_show(value)}.")
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
        shown = value.content[:SHOWN] + "..." * (len(value.content) > SHOWN)
        return repr(shown) if value.content or value.quoted else "nothing"
    return "a section" if isinstance(value.content, dict) else "a list"


def to_plain(value: Any) -> Any:
    """Dataclasses, tuples and dictionaries as plain dictionaries and lists."""
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {name: to_plain(below) for name, below in value.items()}
    return [to_plain(item) for item in value] if isinstance(value, tuple) else value
