"""`python -m han.predict RUN INPUT -o OUTPUT`: codes records that have no code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from han.config import Config, read_config
from han.data.records import Records, read_records
from han.doors import run_door
from han.errors import InputError

CHUNK = 4096
EPILOG = """
examples:
  python -m han.predict runs/demo new.csv -o coded.csv
  python -m han.predict runs/demo --text "Pan de dulce" --text "Tornillos de acero"
  cat answers.txt | python -m han.predict runs/demo - -o coded.csv

The output has one row for each row of the input, in its order: the key columns, then
code, level, label, probability, margin (distance to the runner-up), flag, the
probability at each level, and the most probable full codes. flag says blank (no word,
so no code), unknown_words (the model knows none of them) or cut (words beyond the
field's limits were not read).
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = argparse.ArgumentParser(
        prog="python -m han.predict",
        description="Code new records with a trained run.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
        "-o",
        "--output",
        type=Path,
        help="file to write: .csv, .tsv or .parquet, or .gz (default: the screen)",
    )
    arguments.add_argument(
        "--top-k", type=int, default=5, help="full codes to list (default: 5)"
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Codes the records and writes them."""
    given = parser().parse_args(argv)
    if bool(given.input) == bool(given.text):
        raise InputError("Give records to code: either INPUT or --text, not both.")
    if given.top_k < 1:
        raise InputError(f"--top-k must be at least 1. Received: {given.top_k}.")
    _check_output(given.output)
    config = read_config(given.run / "config.yaml") if given.run.is_dir() else None
    from han.classifier import Classifier

    classifier = Classifier.load(given.run)
    fields, keys = _read(given.input, given.text, config)
    total = len(next(iter(fields.values())))
    parts = []
    for first in tqdm(
        range(0, total, CHUNK), "coding", disable=not sys.stderr.isatty()
    ):
        chunk = {name: texts[first : first + CHUNK] for name, texts in fields.items()}
        parts.append(classifier.predict(chunk, top_k=given.top_k))
    table = pd.concat([keys, pd.concat(parts, ignore_index=True)], axis=1)
    _write(table, given.output)
    return 0


def _read(
    name: str | None, texts: list[str], config: Config | None
) -> tuple[dict[str, list[str]], pd.DataFrame]:
    """Columns of text by field name, and the key columns."""
    if config is None:
        raise InputError("There is no such run folder.")
    if name in (None, "-"):
        lines = texts or [line.rstrip("\r\n") for line in sys.stdin]
        if not lines:
            raise InputError("Standard input is empty. Expected one text a line.")
        first = next(iter(config.data.fields))
        return {first: lines}, pd.DataFrame({"row": range(1, len(lines) + 1)})
    from han.training.corpus import columns_of

    columns = columns_of(config, role="test", labels=False)
    records = read_records(Path(str(name)), columns, encoding=config.data.encoding)
    return {n: t.tolist() for n, t in records.fields.items()}, _keys(records)


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


def _check_output(file: Path | None) -> None:
    if file is None:
        return
    if not file.parent.is_dir():
        raise InputError(f"{file}: there is no folder {file.parent}. Make it first.")
    if not {".csv", ".tsv", ".parquet"} & set(file.suffixes):
        raise InputError(f"{file}: expected a name ending in .csv, .tsv or .parquet.")


def _write(table: pd.DataFrame, file: Path | None) -> None:
    """Writes the whole file under a temporary name, then renames it."""
    if file is None:
        print(_screen(table))
        return
    temporary = file.with_name(f".{os.getpid()}.{file.name}")
    try:
        if file.suffix == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            separator = "\t" if ".tsv" in file.suffixes else ","
            table.to_csv(temporary, index=False, sep=separator, float_format="%.6g")
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    flagged = table["flag"].replace("", "none").value_counts().to_dict()
    print(f"{len(table)} records coded in {file}. Flags: {flagged}")


if __name__ == "__main__":
    run_door(main)
