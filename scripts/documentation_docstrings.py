"""Sections of docstrings as mkdocstrings reads them: an extension of griffe.

What the package writes as `Example:`, `Call arguments:` and `Reference:` is Google's
style, but not among the sections that griffe knows by these names.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

SECTION = re.compile(r"^(Call arguments|References?):\n((?:[ ]+.*\n?|\n)+)", re.M)
ENTRY = re.compile(r"^(\w+): ", re.M)


class Sections(griffe.Extension):
    """Rewrites the docstring of every object before it is shown."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Called by griffe for each object that it has read."""
        if obj.docstring:
            obj.docstring.value = known_sections(obj.docstring.value)


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
