"""Titles and notes of a code list as texts that teach its codes.

A note is cut into units: one sentence, or one item of a list, each. What a note
excludes belongs to another code. It teaches that code where the note names it in
brackets right after the item, and nothing where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from han.code_list.code_checks import looks_like_code
from han.code_list.list_columns import NOTES
from han.code_list.taxonomy import Taxonomy
from han.text.cleaning import normalise
from han.text.splitting import Splitter

KINDS = ("title", *NOTES)

# "Incluye también: ..." at the beginning of a cell.
_LABEL = re.compile(r"\s*[^\W\d]+(?:\s+[^\W\d]+){0,2}\s*:\s*")
_ITEMS = re.compile(r"[;\n•]")
_TOKEN = re.compile(r"\w+(?:[.\-/]\w+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}


@dataclass(frozen=True)
class CodeText:
    """One text that teaches a code.

    Attributes:
        text: The text.
        node: The node it teaches; an inner node's is an example of a partial code.
        kind: `title`, `description`, `includes` or `excludes` (the last one taught by
            the note of another code).
    """

    text: str
    node: int
    kind: str


@dataclass(frozen=True)
class ChosenTexts:
    """What is left of the texts of a code list.

    Attributes:
        texts: Those that train, each once.
        known: Number of those left out because they are texts of validation,
            calibration or test.
        unclear: Number of those left out because they stand for codes that exclude
            each other.
    """

    texts: list[CodeText]
    known: int
    unclear: int


def choose_texts(
    texts: Sequence[CodeText], tree: Taxonomy, held_out: Collection[str]
) -> ChosenTexts:
    """Leaves out repetitions, texts that would leak, and texts of unlike codes.

    Args:
        texts: The texts.
        tree: The code list.
        held_out: Normalised texts (`han.text.cleaning.normalise`) of the records that
            validate, calibrate or test.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> texts = [CodeText(t, n, "title") for t, n in (("Pan", 0), ("pan", 0))]
        >>> texts += [CodeText("Sal", 1, "title")]
        >>> chosen = choose_texts(texts, tree, {"sal"})
        >>> [text.text for text in chosen.texts], chosen.known, chosen.unclear
        (['Pan'], 1, 0)
    """
    by_key: dict[str, dict[int, CodeText]] = {}
    for text in texts:
        by_key.setdefault(normalise([text.text]), {}).setdefault(text.node, text)
    by_key.pop("", None)
    known = sum(len(of_node) for key, of_node in by_key.items() if key in held_out)
    kept: list[CodeText] = []
    unclear = 0
    for of_node in (nodes for key, nodes in by_key.items() if key not in held_out):
        deepest = max(of_node, key=lambda node: tree.levels[node])
        if all(_one_path(node, deepest, tree) for node in of_node):
            kept += of_node.values()
        else:
            unclear += len(of_node)
    return ChosenTexts(kept, known, unclear)


def title_texts(tree: Taxonomy) -> list[CodeText]:
    """The title of each node that has one.

    Example:
        >>> tree = Taxonomy(["4", "46"], [-1, 0], ["", "Comercio"])
        >>> [(text.text, text.node) for text in title_texts(tree)]
        [('Comercio', 1)]
    """
    named = zip(tree.titles, tree.codes, strict=True)
    return [
        CodeText(title, node, "title")
        for node, (title, code) in enumerate(named)
        if title != code or not looks_like_code(code)  # a code stands for no title
    ]


def note_texts(row: Mapping[str, str], node: int, tree: Taxonomy) -> list[CodeText]:
    """Units of the notes of one code.

    A unit of `description` or `includes` that names another code ("see 4612") may be
    about either of the two, and is left out.

    Args:
        row: Cells `description`, `includes` and `excludes`, any of them.
        node: The node that the notes are about.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["461", "462"], [-1, -1], ["Abarrotes", "Departamentales"])
        >>> row = {
        ...     "includes": "Incluye: tiendas de dulces; dulcerías",
        ...     "excludes": "farmacias; tiendas de ropa (462, Departamentales)",
        ... }
        >>> [(text.text, tree.codes[text.node]) for text in note_texts(row, 0, tree)]
        [('tiendas de dulces', '461'), ('dulcerías', '461'), ('tiendas de ropa', '462')]
    """
    found = []
    for kind in ("description", "includes"):
        cell = row.get(kind, "")
        cell = _LABEL.sub("", cell, count=1) if kind == "includes" else cell
        for item in _ITEMS.split(cell):
            if not _named_codes(item, tree) - {tree.codes[node]}:
                found += [CodeText(unit, node, kind) for unit in _sentences(item)]
    for text, other in exclusions(row.get("excludes", ""), tree):
        if not _one_path(node, other, tree):  # else the brackets meant something else
            found.append(CodeText(text, other, "excludes"))
    return found


def _sentences(text: str) -> list[str]:
    return [" ".join(words) for words in Splitter()(text)]


def _one_path(one: int, two: int, tree: Taxonomy) -> bool:
    """Whether two nodes are the same or one stands below the other."""
    return one in tree.paths[two] or two in tree.paths[one]


def _named_codes(text: str, tree: Taxonomy) -> set[str]:
    """Codes that a text names; short numbers may count something else."""
    return {
        token
        for token in _TOKEN.findall(text)
        if len(token) > 2 and _is_code(token, tree)
    }


def _is_code(token: str, tree: Taxonomy) -> bool:
    return any(sign.isdigit() for sign in token) and token in tree.nodes_of_code


def exclusions(cell: str, tree: Taxonomy) -> Iterator[tuple[str, int]]:
    """What a note excludes, with the code that it names for it.

    Read are items like `sale of bread (4612, Bakeries)`: one code, in brackets, with
    its title or alone. Of several items before one bracket the last is taken, for it
    may be the only one that is meant.

    Args:
        cell: The note.
        tree: The code list.

    Yields:
        Text and node.
    """
    cell, start = _LABEL.sub("", cell, count=1), 0
    for begin, end in _brackets(cell):
        first = _TOKEN.match(cell[begin + 1 : end].strip())
        if not first or not _is_code(first[0], tree):
            continue  # an aside within an item
        item = _ITEMS.split(cell[start:begin])[-1].strip(" .,")
        node = _node_named(cell[begin + 1 : end].strip(), tree)
        units = _sentences(item)
        start = end + 1
        if node is not None and units:
            yield units[-1], node


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each outermost pair of brackets."""
    depth, begin = 0, 0
    for place, sign in enumerate(text):
        step = _BRACKETS.get(sign, 0)
        if step == 1 and depth == 0:
            begin = place
        if step == -1 and depth == 1:
            yield begin, place
        depth = max(0, depth + step)


def _node_named(inside: str, tree: Taxonomy) -> int | None:
    """The node of `code` or `code, title`; None if that cannot be told for sure."""
    code, *rest = _TOKEN.findall(inside)
    nodes = tree.nodes_of_code[code]
    if len(nodes) > 1 or any(_is_code(token, tree) for token in rest):
        return None
    title, said = (normalise([t]).split() for t in (tree.titles[nodes[0]], inside))
    said = said[len(normalise([code]).split()) :]
    if not said:
        return None if _YEAR.fullmatch(code) else nodes[0]
    has_title = tree.titles[nodes[0]] != code
    return nodes[0] if has_title and said[0] == title[0] else None
