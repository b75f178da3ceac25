"""What `make docs` adds to the pages of docs/: it is a hook of MkDocs (mkdocs.yml).

What stands from `<!-- generated: settings -->` to `<!-- end -->` in a page becomes the
tables of all settings, from the dataclasses of `han.config`; with `commands` it becomes
the help of all commands, from their parsers; with `prediction_columns` a table of
those. README and the other Markdown files of the repository become pages, too, so that
nothing is written twice; links between all of them work in the repository and on the
site.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path, PurePosixPath
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import han
from han.config import Config
from han.config.job_config import JobConfig
from han.search.sweep_config import SweepConfig
from han.tables.prediction_columns import columns_markdown

ROOT = Path(__file__).resolve().parents[1]
# Files of the repository that are pages, and what they are called on the site.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "data/README.md": "shipped_data.md",
    "notebooks/README.md": "notebooks.md",
}
PICTURES = "notebooks/images"
EXPERIMENT = "Experiment file"
FILES: dict[str, Any] = {
    EXPERIMENT: Config,
    "Sweep file": SweepConfig,
    "Job file": JobConfig,
}
WORDS = {int: "whole number", float: "number", bool: "true or false", str: "text"}
LIMITS = {"minimum": "at least", "above": "above", "below": "below"}
LIMITS |= {"maximum": "at most"}
LINK = re.compile(r"(\]\()([^)#:\s]+)(#[^)\s]*)?(\))")
MARK = re.compile(r"<!-- generated: (\w+) -->.*?<!-- end -->", re.S)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds Markdown files and pictures of the repository to those of docs/."""
    pictures = sorted((ROOT / PICTURES).glob("*.png"))
    added = {f"{PICTURES}/{picture.name}": picture.name for picture in pictures}
    for source, page in {**PAGES, **added}.items():
        file = File.generated(config, site_name(page), abs_src_path=str(ROOT / source))
        files.append(file)
    return files


def site_name(page: str) -> str:
    """Where a page or a picture stands on the site."""
    return f"images/{page}" if page.endswith(".png") else page


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Fills in what is generated, and turns links of the repository into the site's."""
    sources = {name: source for source, name in PAGES.items()}
    name = page.file.src_uri
    source = PurePosixPath(sources.get(name, f"docs/{name}"))
    filled = MARK.sub(lambda found: GENERATED[found[1]](), markdown)
    return LINK.sub(lambda link: site_link(link, source, name), filled)


def site_link(link: re.Match[str], source: PurePosixPath, page: str) -> str:
    """One link of a file of the repository, as the page needs it."""
    target = os.path.normpath(source.parent / link[2])
    if target in PAGES:
        place = PAGES[target]
    elif target.startswith(f"{PICTURES}/"):
        place = site_name(PurePosixPath(target).name)
    elif target.startswith("docs/"):
        place = target.removeprefix("docs/")
    else:
        return link[0]  # MkDocs says that there is no such page
    relative = os.path.relpath(place, PurePosixPath(page).parent)
    return f"{link[1]}{relative}{link[3] or ''}{link[4]}"


def settings_markdown() -> str:
    """All keys of an experiment file and of a sweep file, section by section."""
    lines = []
    for title, kind in FILES.items():
        lines += [f"## {title}", ""]
        names = section_names(kind)
        for section in sections(kind):
            lines += section_lines(*section, title, names)
    return "\n".join(lines)


def sections(kind: Any) -> Iterator[tuple[str, Any]]:
    """A section and all below it, each once, with its dotted name."""
    names = section_names(kind)
    waiting = [("", kind)]
    while waiting:
        name, part = waiting.pop()
        if names[part] == name:
            yield name, part
            waiting += reversed([*_below(name, part)])


def section_names(kind: Any) -> dict[Any, str]:
    """The name of each section; of several, that which stands nearest to the top."""
    names: dict[Any, str] = {}
    waiting = [("", kind)]
    for name, part in waiting:  # grows on the way
        if part not in names:
            names[part] = name
            waiting += _below(name, part)
    return names


def _below(name: str, kind: Any) -> Iterator[tuple[str, Any]]:
    for key, hint in get_type_hints(kind).items():
        inside = f"{key}.NAME" if get_origin(hint) is dict else key
        for part in (hint, *get_args(hint)):
            if is_dataclass(part):
                yield f"{name}.{inside}" if name else inside, part


def section_lines(name: str, kind: Any, file: str, names: dict[Any, str]) -> list[str]:
    """One section of a file: what it is for, and a table of its keys.

    `names` has the name of each section of the file.
    """
    intro, meanings = documented(kind)
    title = [f"### `{name}`", ""] if name else []
    hints = get_type_hints(kind)
    rows = [
        f"| {key_cell(key, hints[key.name], place(file, name, key.name), names)} "
        f"| {cell(meanings[key.name])} |"
        for key in fields(kind)
    ]
    table = ["| key | what it does |", "| --- | --- |", *rows]
    return [*title, intro, "", *table, ""]


def place(file: str, section: str, key: str) -> str:
    """Where a key stands on the page: `training.epochs`, `sweep.trials`."""
    above = section or ("" if file == EXPERIMENT else file.split()[0].lower())
    return f"{above}.{key}" if above else key


def documented(kind: Any) -> tuple[str, dict[str, str]]:
    """What the docstring of a section says of all of it, and of each key."""
    parts = griffe.Docstring(kind.__doc__).parse("google")
    texts = [str(part.value) for part in parts if part.kind.value == "text"]
    found = next(part for part in parts if part.kind.value == "attributes")
    meanings = {item.name: item.description for item in found.value}
    return "\n\n".join(texts), meanings


def key_cell(key: Field[Any], hint: Any, anchor: str, names: dict[Any, str]) -> str:
    """One key with its value, limits and default."""
    if hint in names:
        heading = names[hint].replace(".", "").lower()
        return f"[**`{key.name}`**](#{heading})"
    limits = [f"{LIMITS[word]} {limit:.10g}" for word, limit in key.metadata.items()]
    facts = [", ".join([value_words(hint), *limits]), default_words(key)]
    small = "<br>".join(f"<small>{fact}</small>" for fact in facts if fact)
    return f"**`{key.name}`**{{ #{anchor} }}<br>{small}"


def cell(text: str) -> str:
    """A text as one cell of a table."""
    return text.replace("\n", " ").replace("|", "\\|")


def value_words(hint: Any) -> str:
    """A type as people say it."""
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    if get_origin(hint) is Literal:
        return " \\| ".join(f"`{choice}`" for choice in kinds)
    if get_origin(hint) is tuple:
        return "list" if is_list_of_texts(kinds[0]) else f"list of {WORDS[kinds[0]]}s"
    if get_origin(hint) is dict:
        return "entries by name"
    return WORDS[hint] if hint in WORDS else " or ".join(map(value_words, kinds))


def is_list_of_texts(kind: Any) -> bool:
    """Whether the entries of a list need no word."""
    return kind is str or kind not in WORDS


def default_words(key: Field[Any]) -> str:
    """What holds if nothing is said."""
    if key.default is not MISSING:
        return f"default: {plain(key.default)}"
    if key.default_factory is MISSING:
        return "required"
    return ""


def plain(value: Any) -> str:
    """A value as the experiment file has it."""
    if value is None:
        return "none"
    if value == ():
        return "`[]`"
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


def commands_markdown() -> str:
    """All commands: a line for each, then the help of each."""
    parsers = command_parsers()
    table = [
        f"| [`{parser.prog}`](#{anchor(parser)}) | {parser.description} |"
        for parser in parsers
    ]
    helps = [
        f"## `{parser.prog}` {{ #{anchor(parser)} }}\n\n"
        f"```text\n{parser.format_help().strip()}\n```\n"
        for each in parsers
        for parser in (each, *parts_of(each))
    ]
    lines = ["| command | what it does |", "| --- | --- |", *table, "", *helps]
    return "\n".join(lines)


def command_parsers() -> list[argparse.ArgumentParser]:
    """The parser of each command, in the order of their names."""
    os.environ["COLUMNS"] = "88"  # as wide as the examples in the help
    names = sorted(m.name for m in pkgutil.iter_modules(han.__path__) if not m.ispkg)
    modules = [importlib.import_module(f"han.{name}") for name in names]
    return [module.parser() for module in modules if hasattr(module, "parser")]


def parts_of(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parsers of the parts of a command, such as `han.review out`."""
    found = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                found += [part, *parts_of(part)]
    return found


def anchor(parser: argparse.ArgumentParser) -> str:
    """Name of the place where a command stands on its page."""
    return parser.prog.split(".")[-1].replace(" ", "-")


GENERATED: dict[str, Callable[[], str]] = {
    "settings": settings_markdown,
    "commands": commands_markdown,
    "prediction_columns": columns_markdown,
}
