"""Names of levels, codes and files as a plan writes them."""

from __future__ import annotations

import re

from han.code_list.taxonomy import Taxonomy
from han.languages.words import Words


def level_name(level: int, tree: Taxonomy, words: Words) -> str:
    """What a level is called in a plan: `level 2, full codes`."""
    is_last = level == tree.num_levels
    return words.say("full_level_name" if is_last else "level_name", level=level)


def escaped(text: str) -> str:
    r"""Names, codes and titles that mean nothing to Markdown and HTML.

    Example:
        >>> escaped("pan | <b>dulce</b>")
        'pan \\| &lt;b>dulce&lt;/b>'
    """
    text = re.sub(r"[\\`*\[\]|]", r"\\\g<0>", " ".join(text.split()))
    return re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")
