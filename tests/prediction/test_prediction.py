"""Records of any number: blocks, processes, forms of output, and what may go wrong."""

import gzip
import io
import multiprocessing
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from support.experiments import write_experiment

from han import predict, train
from han.errors import InputError
from han.prediction import input_records, workers
from han.prediction.input_records import Block, InputRecords, file_source, text_source
from han.prediction.process_pool import ALONE, environment
from han.prediction.workers import PredictionJob, code_blocks, num_processes
from han.runs.classifier import Classifier
from han.runs.manifest import write_manifest
from han.runs.run_folder import RunFolder
from han.tables import output_file
from han.tables.output_rows import delimited

WORDS = ["queso", "pan", "clavo de acero", "martillo", "", "xyzzy", "crema, de vaca"]


@pytest.fixture
def run(baseline_run):
    return baseline_run


def write_rows(file, rows, name="text"):
    table = pd.DataFrame(
        {
            "id": [f"{i:05d}" for i in range(rows)],
            name: [f"{WORDS[i % 7]} {'dos ' * (i % 3)}" for i in range(rows)],
        }
    )
    if file.suffix == ".parquet":
        table.to_parquet(file, index=False)
    else:
        table.to_csv(file, index=False)
    return file


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of a few rows, so that small files have many."""

    def set_rows(rows):
        monkeypatch.setattr(input_records, "MOST_ROWS", rows)
        monkeypatch.setattr(input_records, "LEAST_ROWS", 1)

    set_rows(7)
    return set_rows


def coded(run, source, target, *more):
    arguments = [str(run), str(source), "-o", str(target), *map(str, more)]
    assert predict.main(arguments) == 0
    return target


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".csv.gz", ".parquet"])
def test_blocks_and_processes_change_nothing(run, tmp_path, small_blocks, ending):
    source = write_rows(tmp_path / "new.csv", 100)
    small_blocks(1000)
    once = coded(run, source, tmp_path / f"once{ending}")
    # Rows of a block and processes; starting some costs most of the time.
    several = [(7, 2)] if ending in (".csv.gz", ".parquet") else []
    for rows, processes in [(7, 1), (1, 1), *several]:
        small_blocks(rows)
        again = coded(run, source, tmp_path / f"b{ending}", "--processes", processes)
        if ending == ".parquet":
            assert pq.read_table(again).equals(pq.read_table(once))
        elif ending == ".csv.gz":
            # Each block is a part of its own; together they hold the same text.
            assert gzip.decompress(again.read_bytes()) == gzip.decompress(
                once.read_bytes()
            )
        else:
            assert again.read_bytes() == once.read_bytes()


@pytest.mark.slow
@pytest.mark.tensorflow
def test_the_network_codes_alike_in_several_processes(
    tmp_path, capsys, small_blocks, eager_steps
):
    experiment = write_experiment(tmp_path, training="{epochs: 1, batch_size: 32}")
    assert train.main([str(experiment)]) == 0
    small_blocks(40)
    source = write_rows(tmp_path / "new.csv", 100)
    for engine in ("auto", "numpy", "tensorflow"):
        for processes in (1,) if engine == "auto" else (1, 2):
            target = tmp_path / f"{engine}{processes}.csv"
            more = ("--engine", engine, "--processes", processes)
            coded(tmp_path / "run", source, target, *more)
    for engine in ("numpy", "tensorflow"):
        one, two = ((tmp_path / f"{engine}{n}.csv").read_bytes() for n in (1, 2))
        assert one == two
    numbers = [
        pd.read_csv(tmp_path / f"{engine}1.csv").filter(like="p_level").to_numpy()
        for engine in ("auto", "numpy", "tensorflow")
    ]
    np.testing.assert_array_equal(numbers[0], numbers[1])
    np.testing.assert_allclose(numbers[1], numbers[2], atol=1e-5)
    err = capsys.readouterr().err
    assert re.search(r"[\d,]+ records a second, 1 process, once started; ", err)
    assert re.search(r"[\d,]+ records a second, 2 processes, once started; ", err)


def test_parquet_has_one_schema_for_all_blocks(run, tmp_path, small_blocks):
    small_blocks(2)
    source = tmp_path / "new.csv"
    # The first block has blanks only, the second no blank, the third both.
    texts = ["", " ", "queso", "clavo", "", "pan"]
    rows = [f"0{i},{text}" for i, text in enumerate(texts)]
    source.write_text("id,text\n" + "\n".join(rows) + "\n")
    table = pd.read_parquet(coded(run, source, tmp_path / "x.parquet"))
    assert table["id"].tolist() == [f"0{i}" for i in range(6)]
    assert str(table["level"].dtype) == "Int64"
    assert table["level"].isna().tolist() == [True, True, False, False, True, False]
    assert table["code"].tolist()[:3] == ["", "", "12"]
    assert table["probability"].dtype == np.float64


def test_parquet_is_written_in_groups_of_rows(run, tmp_path, small_blocks, monkeypatch):
    monkeypatch.setattr(output_file, "ROW_GROUP", 30)
    source = write_rows(tmp_path / "new.csv", 100)
    file = pq.ParquetFile(coded(run, source, tmp_path / "x.parquet"))
    groups = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert groups == [35, 35, 30]  # blocks of seven


def test_codes_keep_their_leading_zeros(tmp_path, small_blocks):
    experiment = write_experiment(tmp_path, model="{kind: majority}")
    data = tmp_path / "data.csv"
    lines = data.read_text().splitlines()
    lines = [lines[0], *(re.sub(r",(\d),(\d\d)$", r",0\1,0\2", x) for x in lines[1:])]
    data.write_text("\n".join(lines) + "\n")
    assert train.main([str(experiment)]) == 0
    source = write_rows(tmp_path / "new.csv", 20)
    for ending in (".csv", ".parquet"):
        target = coded(tmp_path / "run", source, tmp_path / f"x{ending}")
        is_csv = ending == ".csv"
        table = pd.read_csv(target, dtype=str) if is_csv else pd.read_parquet(target)
        assert set(table["code"].dropna()) - {""} == {"011"}
        assert table["id"].tolist() == [f"{i:05d}" for i in range(20)]


def test_empty_lines_of_one_column_across_blocks(tmp_path, small_blocks):
    data = f"{{train: {tmp_path}/data.csv, fields: {{text: {{}}}}, "
    data += "label_columns: [level_1, level_2]}"
    experiment = write_experiment(tmp_path, model="{kind: majority}", data=data)
    assert train.main([str(experiment)]) == 0
    source = tmp_path / "new.csv"
    texts = ["", "pan", "", "", "", "sal", "", "", "clavo", ""]
    source.write_text("\n\ntext\n" + "\n".join(texts) + "\n")
    for rows in (1, 2, 3, 100):
        small_blocks(rows)
        target = coded(tmp_path / "run", source, tmp_path / "x.csv")
        table = pd.read_csv(target, keep_default_na=False)
        assert table["row"].tolist() == list(range(1, 11))
        assert [f != "blank" for f in table["flag"]] == [bool(t) for t in texts]


def test_texts_of_the_terminal_go_through_blocks(run, capsys, small_blocks):
    small_blocks(2)
    texts = ["queso", "clavo", "", "queso", "pan"]
    more = [part for text in texts for part in ("--text", text)]
    assert predict.main([str(run), *more]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [int(line.split()[0]) for line in lines[1:]] == [1, 2, 3, 4, 5]
    assert len({len(line) for line in lines}) == 1  # one table, not three


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_fault_in_the_last_row_is_found_before_coding(
    run, tmp_path, monkeypatch, ending
):
    source = write_rows(tmp_path / f"new{ending}", 40_000)
    if ending == ".csv":
        with source.open("a") as stream:
            stream.write("7,queso,9\n")
        said = "Expected 2 fields in line 40002, saw 3"
    else:
        content = bytearray(source.read_bytes())
        content[4 : len(content) // 2] = bytes(len(content) // 2 - 4)
        source.write_bytes(content)
        said = "a Parquet file that is damaged"
    monkeypatch.setattr(workers, "load_classifier", None)
    with pytest.raises(InputError, match=said):
        predict.main([str(run), str(source), "-o", str(tmp_path / "x.csv")])
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("processes", [1, 2])
def test_few_blocks_are_under_way(run, tmp_path, small_blocks, processes):
    source = file_source(write_rows(tmp_path / "new.csv", 200), RunFolder(run).config())
    assert (source.rows, source.num_blocks) == (200, 29)
    read = written = most = 0

    def counted(blocks):
        nonlocal read, most
        for block in blocks:
            read += 1
            most = max(most, read - written)
            yield block

    for part in code_blocks(counted(source.blocks()), PredictionJob(run), processes):
        written += 1
        assert part.rows == (7 if written < 29 else 4)
    assert read == written == 29
    assert most <= workers.AHEAD * processes


@pytest.mark.parametrize("processes", [1, 2])
def test_a_run_replaced_before_it_is_loaded_is_refused(run, small_blocks, processes):
    source = text_source(["pan"] * 20, None, RunFolder(run).config())
    job = PredictionJob(run, identity="that of the run before")
    with pytest.raises(InputError, match="changed or replaced while this command"):
        list(code_blocks(source.blocks(), job, processes))


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_run_replaced_while_it_codes_writes_nothing(
    run, tmp_path, small_blocks, monkeypatch, processes
):
    copy, source = tmp_path / "run", write_rows(tmp_path / "new.csv", 60)
    shutil.copytree(run, copy)
    original = InputRecords.blocks

    def blocks(self):
        yield from original(self)
        known = RunFolder(copy).read_json("environment.json")
        RunFolder(copy).write_json("environment.json", {**known, "trained": "anew"})
        write_manifest(copy)

    monkeypatch.setattr(InputRecords, "blocks", blocks)
    more = ["-o", str(tmp_path / "coded.csv"), "--processes", processes]
    with pytest.raises(InputError, match="changed or replaced while this command"):
        predict.main([str(copy), str(source), *more])
    assert not list(tmp_path.glob("*coded.csv"))


def test_a_source_is_read_as_it_is_asked_for(run, tmp_path, small_blocks, monkeypatch):
    seen = []
    read = input_records.read_blocks

    def spy(*arguments, **options):
        for table in read(*arguments, **options):
            seen.append(len(table))
            yield table

    monkeypatch.setattr(input_records, "read_blocks", spy)
    source = file_source(write_rows(tmp_path / "new.csv", 50), RunFolder(run).config())
    blocks = source.blocks()
    assert [len(next(blocks)) for _ in range(3)] == seen == [7, 7, 7]


def test_long_records_make_smaller_blocks(run):
    config = RunFolder(run).config()
    short = text_source(["pan"] * 20_000, None, config)
    long = text_source(["pan " * 500] * 20_000, None, config)
    huge = text_source(["pan " * 50_000] * 300, None, config)
    blank = text_source([""] * 10, None, config)
    rows = [s.block_rows for s in (short, long, huge, blank)]
    assert rows == [8192, (1 << 20) // 2000, 256, 8192]
    assert long.num_blocks == -(-20_000 // rows[1])
    numbers = [(b.number, len(b)) for b in short.blocks()]
    assert numbers == [(0, 8192), (1, 8192), (2, 20_000 - 2 * 8192)]


def test_processes_follow_the_work_and_the_cores(run, monkeypatch):
    config = RunFolder(run).config()
    little = text_source(["pan"] * 20_000, None, config)
    much = text_source(["pan de dulce " * 8] * 100_000, None, config)
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)
    monkeypatch.setattr("han.usable_cores.joblib.cpu_count", lambda: 6)
    monkeypatch.setattr(workers, "GPU", Path("/nowhere"))
    assert num_processes(little, "auto") == 1
    assert num_processes(little, "auto", 2) == 2
    assert num_processes(little, "auto", 50) == 3  # as many as blocks
    assert num_processes(much, "auto") == 6
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "4")
    assert num_processes(much, "tensorflow") == 4
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "64")
    assert num_processes(much, "auto") == 6
    monkeypatch.setattr(workers, "GPU", Path("/"))
    assert num_processes(much, "tensorflow") == 1
    assert num_processes(much, "numpy") == 6


def test_a_process_that_dies_is_one_clear_error(run, small_blocks):
    source = text_source(["pan"] * 300, None, RunFolder(run).config())
    before = set(multiprocessing.active_children())
    parts = code_blocks(source.blocks(), PredictionJob(run), 2)
    next(parts)
    ours = set(multiprocessing.active_children()) - before
    assert len(ours) == 2
    os.kill(next(iter(ours)).pid, signal.SIGKILL)
    with pytest.raises(InputError, match=r"ended by the system.*fewer processes"):
        list(parts)
    assert set(multiprocessing.active_children()) == before


def test_a_fault_in_a_process_is_said_as_ever(run, tmp_path):
    damaged = tmp_path / "run"
    damaged.mkdir()
    for file in run.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes())
    (damaged / "text.json").write_text("{")
    source = text_source(["pan"] * 9000, None, RunFolder(run).config())
    with pytest.raises(InputError, match=r"text\.json is damaged.*Copy .* again"):
        list(code_blocks(source.blocks(), PredictionJob(damaged), 2))
    block = Block(0, 3, {"text": ["pan"]})  # keys that are no table: a fault of ours
    with pytest.raises(TypeError):
        list(code_blocks([block], PredictionJob(run), 2))


def test_processes_compute_on_one_core_each(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with environment(ALONE):
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "5"
    assert "MKL_NUM_THREADS" not in os.environ


# Says which processes code, once a block has been written.
SAYS_WHEN_IT_WRITES = """
import multiprocessing, sys, time
from han import predict
from han.cli import run_command
from han.tables import output_file
named_faults = output_file._named_faults
def said(*given):
    named_faults(*given)
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    time.sleep(0.1)  # else a busy machine may write all before it is told to end
output_file._named_faults = said
if __name__ == "__main__":
    sys.exit(run_command(lambda: predict.main(sys.argv[1:])))
"""


def wait_until_dead(processes):
    """Waits for processes that are not our children, given as open descriptors."""
    for process in processes:
        ended, _, _ = select.select([process], [], [], 60)
        assert ended, "a process goes on"
        os.close(process)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
@pytest.mark.parametrize("given", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_command(run, tmp_path, given):
    target = tmp_path / "out" / "x.csv"
    target.parent.mkdir()
    target.write_text("of yesterday")
    source = write_rows(tmp_path / "new.csv", 200_000)
    command = [sys.executable, "-c", SAYS_WHEN_IT_WRITES, str(run), str(source)]
    command += ["-o", str(target), "--processes", "2"]
    begun = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children = [os.pidfd_open(int(pid)) for pid in begun.stdout.readline().split()]
    assert len(children) == 2
    if given == signal.SIGKILL:
        begun.kill()
    else:
        os.killpg(begun.pid, given)  # as terminals and jobs do: every process gets it
    _, err = begun.communicate(timeout=60)
    wait_until_dead(children)
    assert target.read_text() == "of yesterday"
    if given != signal.SIGKILL:
        ends = {signal.SIGINT: 130}
        assert begun.returncode == ends.get(given, -given)
        assert re.fullmatch(r"han: stopped( by Terminated)?\.\n", err)
        assert list(target.parent.iterdir()) == [target]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    class Disk(io.BytesIO):
        def write(self, content):
            if self.tell() or len(content) > 1:
                raise OSError(28, "No space left on device")
            return super().write(content)

    monkeypatch.setattr("pathlib.Path.open", lambda *_, **__: Disk())
    said = "x.csv: cannot be written: No space left"
    with (
        pytest.raises(InputError, match=said),
        output_file.target(tmp_path / "x.csv") as write,
    ):
        write(b"a")
        write(b"b")
    assert not list(tmp_path.iterdir())


def test_a_fault_while_coding_leaves_what_was_there(run, tmp_path, monkeypatch):
    source = write_rows(tmp_path / "new.csv", 20)
    for ending in (".csv", ".parquet"):
        target = tmp_path / f"x{ending}"
        target.write_text("of yesterday")
        monkeypatch.setattr(Classifier, "predict", None)
        with pytest.raises(TypeError):
            coded(run, source, target)
        assert target.read_text() == "of yesterday"
    assert not [f for f in tmp_path.iterdir() if f.name.startswith(".")]


def test_the_engine_is_the_one_that_is_asked_for(run, monkeypatch):
    asked = []
    load = workers.load_classifier

    def spy(folder, engine):
        asked.append(engine)
        return load(folder, engine=engine)

    monkeypatch.setattr(workers, "load_classifier", spy)
    for more in ([], ["--engine", "numpy"], ["--engine", "tensorflow"]):
        assert predict.main([str(run), "--text", "pan", *more]) == 0
    assert asked == ["auto", "numpy", "tensorflow"]


@pytest.mark.parametrize("count", [0, -1])
def test_processes_are_at_least_one(run, count):
    with pytest.raises(InputError, match="--processes must be at least 1"):
        predict.main([str(run), "--text", "pan", "--processes", str(count)])


def test_text_is_what_pandas_writes():
    table = pd.DataFrame(
        {
            "id": ["007", 'a "b"', "x,y", "two\nlines", "", "ñ\r"],
            "level": pd.array([1, None, 2, 3, None, 1], "Int64"),
            "wide": np.array([1 / 3, np.nan, 1e-7, 1.0, 123456789.0, 0.0]),
            "narrow": np.array([1 / 3, np.nan, 1e-7, 1, 1e9, 0], np.float32),
            "none": [np.nan] * 6,
            "row": range(6),
        }
    )
    for separator in (",", "\t"):
        options = {"index": False, "sep": separator, "float_format": "%.6g"}
        expected = table.to_csv(**options)
        assert delimited(table, separator, header=True).decode() == expected
        body = table.to_csv(**options, header=False)
        assert delimited(table, separator, header=False).decode() == body
    alone = pd.DataFrame({"x": ["", "a"]})
    assert delimited(alone, ",", header=True).decode() == alone.to_csv(index=False)


def test_engine_is_explained(capsys):
    with pytest.raises(SystemExit):
        predict.main(["--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert "--engine {auto,numpy,tensorflow}" in out
    assert "held in memory" in out and "SLURM_CPUS_PER_TASK" in out
