"""Small coding jobs, whose chunks are coded in the process of the tests."""

import json
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from han import code
from han.config.job_config import read_job
from han.jobs.coding_job import CodingJob
from support.experiments import ROWS

ALL = "[non_answer, exact, rules, recode, fuzzy, model, clerk]"
RULES = """id,words,code,who,why
R1,martillo grande,21,ana,said so
R2,pan*|bolillo* -queso,11,ana,bread
"""
CROSSWALK = "old,new\nx1,22\nx2,21\n"
INDEX = "id,text,code\nE1,Queso de Oaxaca,12\nE2,Clavos para madera,22\n"
TEXTS = [  # one or more for each stage, and what they are called with accents
    "",
    "ns",
    "QUESO de Oaxaca.",
    "martillo grande",
    "pan dulce",
    "algo de antes",
    "Clavos para maderas",
    "queso fresco de vaca",
    "clavo de acero",
    "Piñón zafiro",
]


@contextmanager
def here(processes, make, given, kept):
    """In place of a pool of processes, each of which would take seconds to start."""
    made = []

    def ask(item):
        done = Future()
        try:
            made[:] = made or [make(given)]
            done.set_result(made[0](item))
        except Exception as error:  # as a pool does
            done.set_exception(error)
        return done

    yield ask


def write_rows(file, rows, first=0, texts=TEXTS):
    """Answers of a survey: many are equal, some were coded before under old codes."""
    table = pd.DataFrame({"id": [f"{first + k:05d}" for k in range(rows)]})
    table["text"] = [_text(first + k, texts) for k in range(rows)]
    table["old"] = ["x1" if k % 10 == 5 else "" for k in range(rows)]
    table.to_csv(file, index=False)
    return file


def _text(number, texts):
    text = texts[number % len(texts)]
    if number % 3 or not text:
        return text
    return f"{text} {ROWS[number % 12][0].split()[-1]} n{number // 30}"


def write_tables(folder):
    """A rule table, a crosswalk and an index."""
    contents = {"rules": RULES, "crosswalk": CROSSWALK, "index": INDEX}
    for name, content in contents.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")


def write_job(folder, run, stages=ALL, **sections):
    """A job file with the tables of its stages; `sections` replace its lines.

    Its own folder is `out`, beside the job file.
    """
    write_tables(folder)
    task = [f"run: {run}", f"stages: {stages}", "top_k: 2"]
    tables = {
        "exact": f"{{index: {folder}/index.csv}}",
        "rules": f"{{file: {folder}/rules.csv, date: 2026-11-30}}",
        "recode": f"{{file: {folder}/crosswalk.csv, column: old}}",
    }
    task += [f"{name}: {value}" for name, value in tables.items() if name in stages]
    settings = {
        "name": "small",
        "input": f"{{files: ['{folder}/rows*.csv'], keys: [id]}}",
        "tasks": f"{{kind: {{{', '.join(task)}}}}}",
        "output": f"{{folder: {folder}/out, rows: 1000}}",
        **sections,
    }
    file = Path(folder) / "job.yaml"
    file.write_text("".join(f"{k}: {v}\n" for k, v in settings.items()), "utf-8")
    return file


def coded(job, *more):
    """Gives the command, and then what it wrote: all parts, one after the other."""
    assert code.main([str(job), "--lang", "en", *map(str, more)]) == 0
    overrides = [text for text in more if "=" in str(text)]
    return parts_of(Path(read_job(job, overrides).output.folder))


def parts_of(folder):
    """The coded rows of a job folder."""
    files = sorted((Path(folder) / "coded").iterdir())
    read = {".csv": _csv, ".parquet": pd.read_parquet}
    return pd.concat([read[f.suffix](f) for f in files], ignore_index=True)


def _csv(file):
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def part_bytes(folder):
    """Bytes of each part, by its name."""
    return {f.name: f.read_bytes() for f in sorted((Path(folder) / "coded").iterdir())}


def counts_of(folder):
    """What `counts.json` says."""
    return json.loads((Path(folder) / "counts.json").read_text(encoding="utf-8"))


def opened(job, *overrides):
    """The job itself, open in its folder."""
    found = CodingJob.of(read_job(job, list(overrides)))
    found.open()
    return found
