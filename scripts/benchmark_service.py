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
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

import han
from han.usable_cores import usable_cores
from service_load.clients import Load
from service_load.measured_service import MeasuredService, Record, service, twin
from speed.tables import markdown, processor

ROOT = Path(__file__).resolve().parents[1]
RECORDS = ROOT / "data" / "productos" / "productos.csv.gz"
CLIENTS, BATCHES, STEPS = (1, 8, 64), (100, 1000), 4
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
    name: str, one: MeasuredService, records: list[Record], given: argparse.Namespace
) -> Iterator[list[str]]:
    """Rows of requests of one record, by number of clients."""
    one.code(records, 1, max(CLIENTS), 300, 60)  # loops are compiled, pages are there
    for clients in CLIENTS:
        found = one.code(records, 1, clients, given.requests, given.seconds)
        yield [name, str(clients), *times(found), f"{found.rate:,.0f}"]


def times(found: Load) -> list[str]:
    """Median and 99th percentile, in milliseconds."""
    return [f"{found.percentile(share):.1f}" for share in (50, 99)]


def alone(run: Path, records: list[Record]) -> dict[int, float]:
    """Milliseconds a record that `predict` takes for batches, medians of rounds."""
    classifier, found = han.load(run, engine="numpy"), {}
    fields = [*classifier.encoder.fields]
    parts = [*classifier.side_features.parts]

    def code(block: list[Record]) -> None:
        texts = {name: [record[name] for record in block] for name in fields}
        side = {name: [record[name] for record in block] for name in parts}
        classifier.predict(texts, side=side)

    for size in BATCHES:
        code(records[:size])
        rounds = []
        for begin in range(0, len(records) - size + 1, size):
            before = time.perf_counter()
            code(records[begin : begin + size])
            rounds.append((time.perf_counter() - before) / size * 1000)
        found[size] = statistics.median(rounds)
    return found


def batches(
    one: MeasuredService, records: list[Record], predicted: dict[int, float]
) -> Iterator[list[str]]:
    """Rows of requests of many records, beside `predict`."""
    for size in BATCHES:
        most = len(records) // size
        one.code(records, size, 1, 1, 60)
        spent = one.code(records, size, 1, most, 120).percentile(50) / size
        yield [
            f"{size:,}",
            f"{spent:.3f}",
            f"{predicted[size]:.3f}",
            f"{spent / predicted[size]:.2f}",
        ]


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
    with measured_run(given) as (run, texts):
        records = texts.astype(str).to_dict("records")
        print(f"{processor()}, {usable_cores()} cores; {len(records):,} records.")
        predicted = alone(run, records)
        with service(run) as one:
            show(("single records", *speeds), single("han.serve", one, records, given))
            many = batches(one, records, predicted)
            show(("records of a request", "ms a record", "`predict`", "times"), many)
            show(("suggestions", *speeds[1:]), suggestions(one, records, given))
            show(("requests answered", "MB"), memory(one, records, given.hour))
        if given.twin:
            with twin(run, given.twin) as other:
                rows = single("FastAPI", other, records, given)
                show(("single records", *speeds), rows)
    return 0


def show(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints a table, once it is measured."""
    print(f"\n{markdown(header, rows)}", flush=True)


@contextmanager
def measured_run(given: argparse.Namespace) -> Iterator[tuple[Path, pd.DataFrame]]:
    """The run that is measured, and records for it."""
    if given.run and given.texts:
        yield given.run, pd.read_parquet(given.texts).fillna("")
        return
    if given.run:
        sys.exit("Give TEXTS.parquet beside RUN.")
    with tempfile.TemporaryDirectory() as name:
        yield learnt(Path(name))


if __name__ == "__main__":
    sys.exit(main())
