"""What it costs to code texts with a trained run, from its start to its last row.

    OMP_NUM_THREADS=1 python scripts/benchmark_prediction.py RUN TEXTS.parquet

TEXTS has a column for each field of the run. Printed are CPU seconds, user and system,
of processes of their own with one thread, medians of rounds in which all take turns,
Python's compiled files kept as where a package is installed; *records a CPU second*
leaves out what it takes to start and to code a single record. `PYTHONPATH` says which
copy of the package is measured.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from speed.tables import markdown

REPEATS = 10
IN_MEMORY = """
import sys, time, han, pandas as pd
run = han.load(sys.argv[1])
texts = pd.read_parquet(sys.argv[2])[list(run.encoder.fields)]
run.decode(run.encode(texts.head(300)))
start = time.process_time()
run.decode(run.encode(texts))
print(time.process_time() - start)
"""
ALONE = """
import sys, time, han, pandas as pd
run = han.load(sys.argv[1])
texts = pd.read_parquet(sys.argv[2])[list(run.encoder.fields)]
for row in range(100, 300):
    if row == 150:
        start = time.process_time()
    run.predict(texts.iloc[[row]])
print((time.process_time() - start) / 150)
"""


def keep_compiled(folder: Path) -> None:
    """Python's compiled files are kept there, as those of an installed package are."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def cpu_seconds(*arguments: object) -> float:
    """Of Python with these arguments, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, *map(str, arguments)]
    subprocess.run(words, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def said_seconds(program: str, *arguments: object) -> float:
    """What a program says that it took."""
    words = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return float(done.stdout)


def measured(run: Path, files: dict[str, Path], folder: Path) -> dict[str, float]:
    """Seconds of everything, once."""

    def coded(name: str) -> float:
        options = "-o", folder / "coded.parquet", "--processes", 1
        return cpu_seconds("-m", "han.predict", run, files[name], *options)

    return {
        "`import han`": cpu_seconds("-c", "import han"),
        "`han.predict --help`": cpu_seconds("-m", "han.predict", "--help"),
        "`han.load(run)`": cpu_seconds("-c", f"import han; han.load({str(run)!r})"),
        "one text by `predict`": said_seconds(ALONE, run, files["distinct"]),
        "in memory": said_seconds(IN_MEMORY, run, files["distinct"]),
        "`han.predict`, one text": coded("one"),
        "`han.predict`, all differ": coded("distinct"),
        f"`han.predict`, each {REPEATS} times": coded("repeated"),
    }


def written(texts: pd.DataFrame, folder: Path) -> dict[str, Path]:
    """Files of one text, of all, and of each several times in random order."""
    several = pd.concat([texts] * REPEATS).sample(frac=1, random_state=1)
    tables = {"one": texts.head(1), "distinct": texts, "repeated": several}
    files = {name: folder / f"{name}.parquet" for name in tables}
    for name, table in tables.items():
        table.to_parquet(files[name], index=False)
    return files


def rows(seconds: dict[str, float], count: int) -> list[tuple[str, str, str]]:
    """Each measure with its seconds, and its rate where it has one."""
    *_, start, once, several = seconds.values()
    all_differ, repeated = list(seconds)[-2:]
    rates = dict.fromkeys(seconds, "")
    rates["in memory"] = f"{count / seconds['in memory']:,.0f}"
    rates[all_differ] = f"{count / (once - start):,.0f}"
    rates[repeated] = f"{REPEATS * count / (several - start):,.0f}"
    return [(name, f"{seconds[name]:.4f}", rates[name]) for name in seconds]


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    texts = pd.read_parquet(given.texts).drop_duplicates()
    with tempfile.TemporaryDirectory() as name:
        files = written(texts, Path(name))
        keep_compiled(Path(name))
        cpu_seconds("-m", "han.predict", given.run, files["one"])
        rounds = [measured(given.run, files, Path(name)) for _ in range(given.rounds)]
    medians = {n: statistics.median(one[n] for one in rounds) for n in rounds[0]}
    date, load = time.strftime("%d %B %Y"), os.getloadavg()[0]
    print(f"{len(texts):,} texts, {given.rounds} rounds, {date}, load {load:.1f}\n")
    head = ("what", "CPU seconds", "records a CPU second")
    print(markdown(head, rows(medians, len(texts))))
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("run", type=Path, help="run folder")
    made.add_argument("texts", type=Path, help="Parquet file of texts to code")
    made.add_argument("--rounds", type=int, default=3, help="default 3")
    return made


if __name__ == "__main__":
    sys.exit(main())
