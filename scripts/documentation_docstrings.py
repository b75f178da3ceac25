"""Sections of docstrings as mkdocstrings reads them: an extension of griffe.

What the package writes as `Example:`, `Call arguments:` and `Reference:` is Google's
style, but not among the sections that griffe knows by these names.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

import han.config

SECTION = re.compile(r"^(Call arguments|References?):\n((?:[ ]+.*\n?|\n)+)", re.M)
DEFAULT = re.compile(r"(\w*Config)\.(\w+)")
ENTRY = re.compile(r"^(\w+): ", re.M)


class Sections(griffe.Extension):
    """Rewrites docstrings, and defaults that are those of settings, before showing."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Called by griffe for each object that it has read."""
        if obj.docstring:
            obj.docstring.value = known_sections(obj.docstring.value)
        if isinstance(obj, griffe.Function):
            for parameter in obj.parameters:
                parameter.default = shown_default(parameter.default)


def shown_default(default: str | griffe.Expr | None) -> str | griffe.Expr | None:
    """The value of a default such as `ModelConfig.kind`; any other one as it is.

    Example:
        >>> shown_default("SplitConfig.validation"), shown_default("0.0")
        ('0.1', '0.0')
    """
    found = DEFAULT.fullmatch(str(default))
    return repr(getattr(getattr(han.config, found[1]), found[2])) if found else default


def known_sections(text: str) -> str:
    r"""A docstring with the names of sections that griffe knows.

    Example:
        >>> text = "Sum.\n\nCall arguments:\n    inputs: Numbers.\n"
        >>> print(known_sections(text).strip())
        Sum.
        <BLANKLINE>
        **Call arguments:**
        <BLANKLINE>
        - `inputs`: Numbers.
    """
    text = re.sub(r"^Example:$", "Examples:", text, flags=re.M)
    return SECTION.sub(lambda found: _as_list(found[1], found[2]), text)


def _as_list(title: str, body: str) -> str:
    """A section as a bold line and a list, or a paragraph if nothing has a name."""
    lines = re.sub(r"^ {4}", "", body.rstrip(), flags=re.M)
    lines = ENTRY.sub(r"- `\1`: ", lines) if title == "Call arguments" else lines
    return f"**{title}:**\n\n{lines}\n\n"
