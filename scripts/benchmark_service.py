"""What a service takes: requests by clients, batches, suggestions, memory.

    OMP_NUM_THREADS=1 python scripts/benchmark_service.py RUN TEXTS.parquet --twin

TEXTS has a column for each text field and side feature of the run, and other texts in
each row. Without both, a linear model learns from data/productos first. Clients and
service are processes of this machine, over loopback, and share its cores: `taskset`
says which. Each client asks again once it has its answer, over one connection. With
`--twin` the same model answers over FastAPI and uvicorn, which must be there: `pip
install '.[benchmark]'`. Printed is Markdown. Each load ends after so many requests or
seconds, whichever comes first.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd

import han
from han.usable_cores import usable_cores
from service_load.clients import Load
from service_load.measured_service import MeasuredService, Record, service, twin
from speed.tables import markdown, processor

ROOT = Path(__file__).resolve().parents[1]
RECORDS = ROOT / "data" / "productos" / "productos.csv.gz"
CLIENTS, BATCHES = (1, 8, 64), (100, 1000)
ROUNDS, TURNS, STEPS, WARM = 4, 20, 4, 300
LEARNT = 1000
EXPERIMENT = """
name: load
data:
  train: {file}
  fields:
    name: {{column: descripcion}}
    synonyms: {{column: palabras_similares}}
  label_columns: [level_1, level_2, level_3]
model: {{kind: tfidf_linear}}
logging: {{run_folder: {folder}/run}}
"""


def learnt(folder: Path) -> tuple[Path, pd.DataFrame]:
    """A small run, and other records of the same file."""
    table = pd.read_csv(RECORDS, dtype=str, keep_default_na=False)
    table = table.sample(frac=1, random_state=1)
    file, experiment = folder / "data.csv", folder / "experiment.yaml"
    table.head(LEARNT).to_csv(file, index=False)
    experiment.write_text(EXPERIMENT.format(file=file, folder=folder), encoding="utf-8")
    from han import train

    if train.main([str(experiment)]):
        raise RuntimeError("The small run could not be trained.")
    columns = {"descripcion": "name", "palabras_similares": "synonyms"}
    return folder / "run", table[LEARNT:].rename(columns=columns)[[*columns.values()]]


def single(
    services: dict[str, MeasuredService],
    records: list[Record],
    given: argparse.Namespace,
) -> Iterator[list[str]]:
    """Rows of requests of one record, by number of clients; services take turns."""
    begin, most, seconds = WARM, given.requests // ROUNDS, given.seconds / ROUNDS
    for one in services.values():  # loops are compiled, pages are there
        one.code(records[:WARM], 1, max(CLIENTS), WARM, 60)
    for clients in CLIENTS:
        found = {name: Load([], 0.0) for name in services}
        for _ in range(ROUNDS):
            part, begin = records[begin : begin + most], begin + most
            for name, one in services.items():
                found[name] += one.code(part, 1, clients, most, seconds)
        for name, load in found.items():
            yield [name, str(clients), *times(load), f"{load.rate:,.0f}"]


def alone(given: argparse.Namespace) -> int:
    """Records that are sent one by one; a service knows them then, and is faster."""
    return WARM + len(CLIENTS) * int(given.requests)


def times(found: Load) -> list[str]:
    """Median and 99th percentile, in milliseconds."""
    return [f"{found.percentile(share):.1f}" for share in (50, 99)]


def batches(
    one: MeasuredService, run: Path, records: list[Record]
) -> Iterator[list[str]]:
    """Rows of requests of many records, each beside `predict` for the same ones."""
    classifier = han.load(run, engine="numpy")
    fields, parts = classifier.encoder.fields, classifier.side_features.parts

    def predict(block: list[Record]) -> float:
        texts = {name: [record[name] for record in block] for name in fields}
        side = {name: [record[name] for record in block] for name in parts}
        before = time.perf_counter()
        classifier.predict(texts, side=side)
        return time.perf_counter() - before

    for size in BATCHES:  # each of records that no batch has had before
        begins = range(0, len(records) - size + 1, size)[: TURNS + 1]
        blocks = [records[begin : begin + size] for begin in begins]
        records = records[size * len(blocks) :]
        both = [(*one.code(b, size, 1, 1, 60).seconds, predict(b)) for b in blocks]
        asked, ours = (
            statistics.median(s) / size * 1000 for s in zip(*both[1:], strict=True)
        )
        yield [f"{size:,}", f"{asked:.3f}", f"{ours:.3f}", f"{asked / ours:.2f}"]


def memory(
    one: MeasuredService, records: list[Record], requests: int
) -> Iterator[list[str]]:
    """Rows of memory as requests are answered."""
    yield ["0", f"{one.megabytes:,.0f}"]
    for step in range(1, STEPS + 1):
        one.code(records, 1, 8, requests // STEPS, 600)
        yield [f"{step * requests // STEPS:,}", f"{one.megabytes:,.0f}"]


def parser() -> argparse.ArgumentParser:
    """Arguments of the script."""
    arguments = argparse.ArgumentParser(description="Measure the service under load.")
    add = arguments.add_argument
    add("run", type=Path, nargs="?", help="run folder (default: learns a small one)")
    add("texts", type=Path, nargs="?", help="Parquet file of texts that all differ")
    add("--requests", type=int, default=4000, help="of a load (default: 4000)")
    add("--seconds", type=float, default=20, help="of a load (default: 20)")
    add(
        "--hour",
        type=int,
        default=36_000,
        help="requests over which memory is looked at (default: 36000, an hour of ten "
        "a second)",
    )
    add(
        "--twin",
        type=int,
        nargs="?",
        const=8765,
        metavar="PORT",
        help="measure the twin in FastAPI, too (default of PORT: 8765)",
    )
    return arguments


def suggestions(
    one: MeasuredService, records: list[Record], given: argparse.Namespace
) -> list[list[str]]:
    """The row of suggestions, asked for at each letter that is typed."""
    texts = [text for record in records[:200] for text in record.values()]
    words = [text[:12] for text in texts if len(text) > 2]
    found = one.suggest(words, 8, given.requests, given.seconds)
    return [["by 8 clients", *times(found), f"{found.rate:,.0f}"]]


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    speeds = ("clients", "p50 ms", "p99 ms", "requests a second")
    with measured_run(given) as (run, texts), ExitStack() as stack:
        rows = texts.astype(str).to_numpy().tolist()
        records = [dict(zip(texts.columns, row, strict=True)) for row in rows]
        print(f"{processor()}, {usable_cores()} cores; {len(records):,} records.")
        one = stack.enter_context(service(run))
        services = {"han.serve": one}
        if given.twin:
            services["FastAPI"] = stack.enter_context(twin(run, given.twin))
        show(("single records", *speeds), single(services, records, given))
        many = batches(one, run, records[alone(given) :])
        show(("records of a request", "ms a record", "`predict`", "times"), many)
        show(("suggestions", *speeds[1:]), suggestions(one, records, given))
        show(("requests answered", "MB"), memory(one, records, given.hour))
    return 0


def show(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints a table, once it is measured."""
    print(f"\n{markdown(header, rows)}", flush=True)


@contextmanager
def measured_run(given: argparse.Namespace) -> Iterator[tuple[Path, pd.DataFrame]]:
    """The run that is measured, and records for it."""
    if given.run and given.texts:
        table = pd.read_parquet(given.texts).fillna("")
        if len(table) < (
            needed := alone(given) + (TURNS + 1) * min(BATCHES) + 3 * max(BATCHES)
        ):
            sys.exit(f"{given.texts}: expected {needed:,} rows or more.")
        yield given.run, table
        return
    if given.run:
        sys.exit("Give TEXTS.parquet beside RUN.")
    with tempfile.TemporaryDirectory() as name:
        yield learnt(Path(name))


if __name__ == "__main__":
    sys.exit(main())
