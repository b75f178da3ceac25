"""`text.language` by any of its names."""

from __future__ import annotations

from dataclasses import replace

from han.config.yaml_tree import Value
from han.languages.language_names import plain_name


def with_plain_language(tree: Value) -> Value:
    """The same settings, with `text.language: español` read as `spanish`."""
    above = tree.content
    text = above.get("text") if isinstance(above, dict) else None
    if (
        text is None
        or not isinstance(above, dict)
        or not isinstance(text.content, dict)
    ):
        return tree
    name = text.content.get("language")
    if name is None or not isinstance(name.content, str):
        return tree
    named = replace(name, content=plain_name(name.content))
    text = replace(text, content={**text.content, "language": named})
    return replace(tree, content={**above, "text": text})
