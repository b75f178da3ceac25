#!/usr/bin/env python3
"""How long a coding job takes, beside what its parts take alone.

    python scripts/benchmark_job.py runs/demo --rows 100000 1000000 --forms parquet csv

Streams are generated as surveys are: one answer in ten is distinct, the commonest
hundredth of the answers is in 84 % of the rows (INDEC: 832,510 distinct phrases in 8.41
million records, of which 19,811 make up 84 %). Texts are made of names in
data/productos. Each job is a process of its own, on all cores; its parts alone are: the
distinct answers, coded as `han.predict` does, from Parquet to Parquet, and the rows,
read and written again as Parquet by pyarrow. Memory is that of all its processes
together, shared pages once.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from han.code_list.taxonomy import Taxonomy
from han.runs.run_files import TAXONOMY_FILE
from han.runs.run_folder import RunFolder

ROOT = Path(__file__).resolve().parents[1]
RECORDS = ROOT / "data" / "productos" / "productos.csv.gz"
DISTINCT, COMMON, COMMON_SHARE = 10, 100, 0.84
BLOCK = 1 << 18
GIGABYTE = 1e9
Counts: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        wall: Seconds.
        cpu: Seconds of all its processes.
        memory: The most of all its processes together, in GB.
    """

    wall: float
    cpu: float
    memory: float


def repeats(rows: int) -> Counts:
    """Rows of each distinct answer: 1 and more, Zipf's law with the wanted share."""
    answers = rows // DISTINCT
    ranks = np.arange(1, answers + 1, dtype=float)
    low, high = 0.0, 6.0
    for _ in range(60):
        power = (low + high) / 2
        counts = _counts(ranks, power, rows)
        share = counts[: answers // COMMON].sum() / rows
        low, high = (power, high) if share < COMMON_SHARE else (low, power)
    return counts


def _counts(ranks: npt.NDArray[np.float64], power: float, rows: int) -> Counts:
    weights = ranks**-power
    counts = 1 + np.floor((rows - len(ranks)) * weights / weights.sum()).astype(int)
    counts[0] += rows - counts.sum()
    whole: Counts = counts.astype(np.int64)
    return whole


def distinct_texts(number: int, seed: int = 1) -> list[str]:
    """So many different texts: beginnings and ends of two names of products."""
    names = pd.read_csv(RECORDS, dtype=str)["descripcion"].str.split().tolist()
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        one, two = draw.choice(names), draw.choice(names)
        found[" ".join([*one[:3], *two[-2:]])] = None
    return list(found)


def write_stream(rows: int, form: str, folder: Path, fields: Sequence[str]) -> Path:
    """A file with `id` and the columns of the text fields, the first one filled."""
    texts = pa.array(distinct_texts(rows // DISTINCT))
    pq.write_table(_table(texts, 0, fields), folder / "distinct.parquet")
    places = np.repeat(np.arange(len(texts)), repeats(rows))
    np.random.default_rng(2).shuffle(places)
    file = folder / f"rows.{form}"
    blocks = (
        _table(texts.take(pa.array(places[first : first + BLOCK])), first, fields)
        for first in range(0, rows, BLOCK)
    )
    first = next(blocks)
    if form == "parquet":
        with pq.ParquetWriter(file, first.schema) as writer:
            for table in (first, *blocks):
                writer.write_table(table)
        return file
    for number, table in enumerate((first, *blocks)):
        table.to_pandas().to_csv(file, mode="a", header=number == 0, index=False)
    return file


def _table(texts: pa.Array, first: int, fields: Sequence[str]) -> pa.Table:
    ids = pa.array([f"{n:09d}" for n in range(first, first + len(texts))])
    blank = pa.array([""] * len(texts))
    columns = {"id": ids, fields[0]: texts} | dict.fromkeys(fields[1:], blank)
    return pa.table(columns)


def measured(command: Sequence[str]) -> Cost:
    """Runs a command and watches its processes."""
    began = time.perf_counter()
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    watch = _Watch(process)
    watch.start()
    code = process.wait()
    watch.over.set()
    watch.join()
    if code:
        raise SystemExit(f"{' '.join(command)}: exit code {code}")
    return Cost(time.perf_counter() - began, watch.cpu, watch.memory / GIGABYTE)


class _Watch(threading.Thread):
    """Looks at a process and its children five times a second."""

    def __init__(self, process: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self.process, self.over = process, threading.Event()
        self.memory, self._seconds = 0, dict[int, float]()

    @property
    def cpu(self) -> float:
        return sum(self._seconds.values())

    def run(self) -> None:
        while not self.over.wait(0.2):
            used = 0
            for one in self._family():
                try:
                    used += one.memory_full_info().pss
                    times = one.cpu_times()
                    self._seconds[one.pid] = times.user + times.system
                except psutil.Error:
                    continue
            self.memory = max(self.memory, used)

    def _family(self) -> Iterator[psutil.Process]:
        try:
            yield from (self.process, *self.process.children(recursive=True))
        except psutil.Error:
            return


def step_seconds(events: Path) -> str:
    """Seconds of each step of a job: read, find equal answers, code, write."""
    ends: dict[str, float] = {}
    for line in events.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        ends[event["event"]] = datetime.fromisoformat(event["time"]).timestamp()
    stamps = [ends[name] for name in ("begun", "read", "answers", "coded", "finished")]
    return " / ".join(f"{b - a:.0f}" for a, b in pairwise(stamps))


def job_file(
    run: Path, stream: Path, folder: Path, columns: dict[str, str], dictionary: bool
) -> Path:
    """A job of the stages non_answer, model and clerk; perhaps with a dictionary."""
    file = folder / "job.yaml"
    task: dict[str, Any] = {"run": str(run.resolve()), "fields": columns}
    if dictionary:
        index = _index(run, folder / "distinct.parquet", next(iter(columns.values())))
        task["stages"] = ["non_answer", "exact", "model", "clerk"]
        task["exact"] = {"titles": False, "index": str(index)}
    job = {
        "name": "benchmark",
        "input": {"files": [str(stream)], "keys": ["id"]},
        "tasks": {"code": task},
        "output": {"folder": str(folder / "job")},
    }
    file.write_text(yaml.safe_dump(job), encoding="utf-8")
    return file


def _index(run: Path, distinct: Path, column: str) -> Path:
    """Every other distinct answer with a full code of the run, in turn."""
    tree = Taxonomy.load(run / TAXONOMY_FILE)
    texts = pq.read_table(distinct)[column].to_pylist()[::2]
    codes = [tree.codes[leaf] for leaf in tree.leaves]
    file = distinct.with_name("index.parquet")
    listed = [codes[k % len(codes)] for k in range(len(texts))]
    pq.write_table(pa.table({"text": texts, "code": listed}), file)
    return file


def parquet_cost(stream: Path, coded: Path, folder: Path) -> float:
    """Seconds to read the rows and to write the coded ones, by pyarrow alone."""
    began = time.perf_counter()
    if stream.suffix == ".parquet":
        for _ in pq.ParquetFile(stream).iter_batches(BLOCK):
            pass
    else:
        pd.read_csv(stream, dtype=str)
    reading = time.perf_counter() - began
    target, spent = folder / "again.parquet", 0.0
    for part in sorted(coded.glob("*.parquet")):
        table = pq.read_table(part)
        began = time.perf_counter()
        pq.write_table(table, target)
        spent += time.perf_counter() - began
    return reading + spent


def row(
    run: Path, rows: int, form: str, folder: Path, *, dictionary: bool
) -> list[str]:
    """One row of the table."""
    config = RunFolder(run).config()
    columns = {n: f.column or n for n, f in config.data.fields.items()}
    stream = write_stream(rows, form, folder, list(columns.values()))
    file = job_file(run, stream, folder, columns, dictionary)
    job = measured([sys.executable, "-m", "han.code", str(file)])
    distinct, out = folder / "distinct.parquet", folder / "alone.parquet"
    keyed = [sys.executable, str(Path(__file__)), "--alone", str(run)]
    alone = measured([*keyed, str(distinct), str(out)])
    plain = parquet_cost(stream, folder / "job" / "coded", folder)
    known = json.loads((folder / "job" / "counts.json").read_text())["tasks"]["code"]
    share = known["commonest"] / rows
    ratio = job.wall / (alone.wall + plain)
    return [
        f"{rows:,}",
        form,
        f"{known['answers']:,}",
        f"{share:.0%}",
        f"{job.wall:.0f}",
        step_seconds(folder / "job" / "events.jsonl"),
        f"{rows / job.wall:,.0f}",
        f"{job.cpu:.0f}",
        f"{job.memory:.1f}",
        f"{alone.wall:.0f}",
        f"{plain:.0f}",
        f"{ratio:.2f}",
    ]


def code_alone(run: Path, distinct: Path, out: Path) -> None:
    """`han.predict` on the distinct answers; key columns of the run are not there."""
    from han.prediction.input_records import Block
    from han.prediction.workers import PredictionJob, code_blocks
    from han.tables.output_file import target
    from han.usable_cores import usable_cores

    names = {
        name: field.column or name
        for name, field in RunFolder(run).config().data.fields.items()
    }

    def blocks() -> Iterator[Block]:
        reader = pq.ParquetFile(distinct).iter_batches(4096)
        for number, batch in enumerate(reader):
            table = pa.Table.from_batches([batch]).to_pandas()
            fields = {name: table[at].tolist() for name, at in names.items()}
            yield Block(number, table[["id"]], fields, {}, None)

    with target(out) as write:
        for part in code_blocks(
            blocks(), PredictionJob(run, output=out), usable_cores()
        ):
            write(part.content)


HEAD = [
    "rows",
    "input",
    "distinct",
    "of the commonest 1 %",
    "job s",
    "read / equal / code / write",
    "rows/s",
    "CPU s",
    "memory GB",
    "distinct alone s",
    "read and write s",
    "ratio",
]


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = arguments.add_argument
    add("run", type=Path, help="a trained run")
    add("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    add("--forms", nargs="+", choices=["parquet", "csv"], default=["parquet"])
    add(
        "--dictionary",
        action="store_true",
        help="with a dictionary of half of the distinct answers",
    )
    return arguments


def main() -> int:
    """Prints the table."""
    if sys.argv[1:2] == ["--alone"]:
        code_alone(*map(Path, sys.argv[2:5]))
        return 0
    given = parser().parse_args()
    table = [HEAD, ["---"] * len(HEAD)]
    for rows in given.rows:
        for form in given.forms:
            folder = Path(tempfile.mkdtemp(prefix="han-job-"))
            try:
                table.append(
                    row(given.run, rows, form, folder, dictionary=given.dictionary)
                )
                print("| " + " | ".join(table[-1]) + " |", file=sys.stderr)
            finally:
                shutil.rmtree(folder)
    print("\n".join("| " + " | ".join(cells) + " |" for cells in table))
    cores = len(psutil.Process().cpu_affinity() or [])
    print(f"\nPython {platform.python_version()}, {platform.machine()}, {cores} cores")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
