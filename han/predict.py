"""`python -m han.predict RUN INPUT -o OUTPUT`: codes records that have no code."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from han.classifier import Classifier
from han.config import Config
from han.data.records import Records, read_records
from han.doors import run_door
from han.encodings import HEAD, check_encoding
from han.errors import InputError
from han.training.corpus import columns_of
from han.training.run_folder import RunFolder

CELLS = 2**24  # probabilities held at once: 128 MB, and a few copies
ENDINGS = (".csv", ".tsv", ".parquet", ".csv.gz", ".tsv.gz")
FLAGS = {
    "blank": "blank (no code)",
    "unknown_words": "with unknown words only",
    "cut": "cut (words beyond the limits were not read)",
}
EPILOG = """
examples:
  python -m han.predict runs/demo new.csv -o coded.csv
  python -m han.predict runs/demo --text "Pan de dulce" --text "Tornillos de acero"
  cat answers.txt | python -m han.predict runs/demo - -o coded.csv

The output has one row for each row of the input, in its order: the key columns, then
code, level, label, probability, margin (distance to the runner-up), flag, the
probability at each level, and the most probable full codes. flag says blank (no word,
so no code and no level), unknown_words (the model knows none of them) or cut (words
beyond the field's limits were not read).

--text and standard input fill one field, the first one of the run or the one that
--field names; other fields stay blank.

.csv and .tsv are written in UTF-8, codes with their leading zeros. Excel drops the
zeros when a file is opened by a click: import it (Data, From Text/CSV) and choose UTF-8
and the type Text for the columns of codes.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = argparse.ArgumentParser(
        prog="python -m han.predict",
        description="Code new records with a trained run.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_input(arguments)
    arguments.add_argument(
        "-o",
        "--output",
        type=Path,
        help=f"file to write: {', '.join(ENDINGS)} (default: the screen)",
    )
    arguments.add_argument(
        "--top-k", type=int, default=5, help="full codes to list (default: 5)"
    )
    return arguments


def _add_input(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument("run", type=Path, help="run folder")
    arguments.add_argument(
        "input",
        nargs="?",
        help="records, CSV, TSV or Parquet; or - for standard input, one text a line",
    )
    arguments.add_argument(
        "--text", action="append", default=[], help="a text to code; may be repeated"
    )
    arguments.add_argument(
        "--field",
        metavar="NAME",
        help="text field that --text and standard input fill (default: the first)",
    )
    arguments.add_argument(
        "--encoding", help="encoding of INPUT, if it is not that of the training file"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Codes the records and writes them."""
    given = parser().parse_args(argv)
    _check_arguments(given)
    run = RunFolder(given.run)
    config = run.config(given.encoding)
    _check_output(given.output, given.input)
    fields, keys = _read(given.input, given.text, given.field, config)
    if run.warning():
        print(run.warning(), file=sys.stderr)
    coded = _code(Classifier.load(given.run), fields, given.top_k)
    # A row without a code has no level; in whole numbers, which plain ones cannot say.
    coded["level"] = coded["level"].astype("Int64").mask(coded["level"] == 0)
    _write(pd.concat([keys, coded], axis=1), given.output)
    return 0


def _check_arguments(given: argparse.Namespace) -> None:
    if bool(given.input) == bool(given.text):
        raise InputError("Give records to code: either INPUT or --text, not both.")
    if given.top_k < 1:
        raise InputError(f"--top-k must be at least 1. Received: {given.top_k}.")
    if given.encoding and given.text:
        raise InputError("--encoding goes with INPUT: --text comes from the terminal.")
    if given.field and given.input not in (None, "-"):
        raise InputError(
            "--field goes with --text or standard input: a file has a column for each "
            "field."
        )


def _code(
    classifier: Classifier, fields: dict[str, list[str]], top_k: int
) -> pd.DataFrame:
    """Codes in chunks, so that long work shows how far it is."""
    total = len(next(iter(fields.values())))
    size = max(256, CELLS // classifier.taxonomy.num_nodes)
    parts = []
    for first in tqdm(range(0, total, size), "coding", disable=not sys.stderr.isatty()):
        chunk = {name: texts[first : first + size] for name, texts in fields.items()}
        parts.append(classifier.predict(chunk, top_k=top_k))
    return pd.concat(parts, ignore_index=True)


def _read(
    name: str | None, texts: list[str], field: str | None, config: Config
) -> tuple[dict[str, list[str]], pd.DataFrame]:
    """Columns of text by field name, and the key columns."""
    encoding = config.data.encoding
    if name in (None, "-"):
        names = list(config.data.fields)
        if field and field not in names:
            raise InputError(
                f"--field {field}: there is no such field. This run has: "
                f"{', '.join(names)}."
            )
        lines = texts or _lines(sys.stdin.buffer.read(), encoding)
        keys = pd.DataFrame({"row": range(1, len(lines) + 1)})
        return {field or names[0]: lines}, keys
    columns = columns_of(config, role="test", labels=False)
    records = read_records(Path(str(name)), columns, encoding=encoding)
    return {n: t.tolist() for n, t in records.fields.items()}, _keys(records)


def _lines(content: bytes, encoding: str) -> list[str]:
    """Lines of standard input, in the encoding of the data and not of the terminal."""
    head = content[:HEAD]
    check_encoding(head, encoding, where="Standard input", option="--encoding")
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise InputError(
            f"Standard input: the encoding {encoding!r} is not known. Use --encoding "
            "utf-8 or --encoding latin-1."
        ) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        other = "utf-8" if "latin" in encoding.lower() else "latin-1"
        raise InputError(
            f"Standard input, line {line}: not {encoding} text. Say how it is written "
            f"with --encoding, for instance {other}."
        ) from None
    if not text:
        raise InputError("Standard input is empty. Expected one text a line.")
    return [line.rstrip("\n") for line in io.StringIO(text, newline=None)]


def _keys(records: Records) -> pd.DataFrame:
    """The key columns; the row number where the experiment names none."""
    if len(records.keys.columns):
        return records.keys.reset_index(drop=True)
    return pd.DataFrame({"row": records.rows})


def _screen(table: pd.DataFrame) -> str:
    """What a person wants to see first; the file has every column."""
    runners_up = [c for c in ("top_2_code", "top_3_code") if c in table]
    last = list(table.columns).index("code")
    kept = [*table.columns[:last], "code", "label", "probability", "margin", "flag"]
    levels = [name for name in table.columns if name.startswith("p_level_")]
    shown = table[[*kept, *levels, *runners_up]]
    return shown.to_string(index=False, float_format="{:.3f}".format, na_rep="")


def _check_output(file: Path | None, source: str | None) -> None:
    """Finds what is wrong with the output before anything is coded."""
    if file is None:
        return
    if file.is_dir():
        raise InputError(f"{file}: this is a folder. Give the name of a file in it.")
    if not file.parent.is_dir():
        raise InputError(f"{file}: there is no folder {file.parent}. Make it first.")
    if not file.name.lower().endswith(ENDINGS):
        raise InputError(f"{file}: expected a name ending in {', '.join(ENDINGS)}.")
    if source and file.exists() and Path(source).exists() and file.samefile(source):
        raise InputError(f"{file}: this is the input. Give the output another name.")
    try:
        _temporary(file).touch()
        _temporary(file).unlink()
    except OSError as error:
        raise _not_written(file, error) from None


def _temporary(file: Path) -> Path:
    return file.with_name(f".{os.getpid()}.{file.name}")


def _not_written(file: Path, error: OSError) -> InputError:
    return InputError(
        f"{file}: cannot be written: {error.strerror or error}. Give a file in a "
        "folder where you can write, with room on the disk."
    )


def _write(table: pd.DataFrame, file: Path | None) -> None:
    """Writes the whole file under a temporary name, then renames it."""
    if file is None:
        print(_screen(table))
        return
    temporary = _temporary(file)
    try:
        _save(table, temporary)
        os.replace(temporary, file)
    except OSError as error:
        raise _not_written(file, error) from None
    finally:
        temporary.unlink(missing_ok=True)
    flags = table["flag"].value_counts()
    said = [f"{flags[flag]} {words}" for flag, words in FLAGS.items() if flag in flags]
    print(f"{len(table)} records coded in {file}: {', '.join(said) or 'none flagged'}.")


def _save(table: pd.DataFrame, file: Path) -> None:
    name = file.name.lower()
    if name.endswith(".parquet"):
        table.to_parquet(file, index=False)
        return
    table.to_csv(
        file,
        index=False,
        sep="\t" if name.removesuffix(".gz").endswith(".tsv") else ",",
        float_format="%.6g",
        encoding="utf-8",
        compression="gzip" if name.endswith(".gz") else None,
    )


if __name__ == "__main__":
    run_door(main)
