"""A job that is stopped anywhere goes on, and what has changed is said."""

import json
import os
import re
import shutil

import pandas as pd
import pytest
from support.job_runs import (
    RULES,
    coded,
    counts_of,
    part_bytes,
    small_blocks,
    write_rows,
)
from support.routed_runs import apply
from support.runs import copied_run

from han import code
from han.errors import InputError
from han.jobs import answer_coding, writing_step
from han.tables import whole_files


class Killed(BaseException):
    """Ends a command at once, as kill -9 does: nothing is tidied up."""


@pytest.fixture
def killed_at(monkeypatch):
    """A function that kills a command as it gives the n-th whole file its name."""
    replace, remove = os.replace, whole_files._remove

    def kill_at(number, *, after=False):
        seen, is_dead = [], []

        def replacing(source, target):
            seen.append(str(target))
            if len(seen) == number and not after:
                is_dead.append(True)
                raise Killed
            replace(source, target)
            if len(seen) == number:
                is_dead.append(True)
                raise Killed

        monkeypatch.setattr(os, "replace", replacing)
        monkeypatch.setattr(
            whole_files, "_remove", lambda path: is_dead or remove(path)
        )
        return seen

    return kill_at


def leftovers(folder):
    """Hidden files: what somebody had begun to write."""
    return [f.name for f in folder.rglob(".*") if f.name != ".lock"]


def test_killed_at_any_file_it_goes_on(
    small_job, tmp_path, monkeypatch, killed_at, capsys
):
    small_blocks(monkeypatch, 128)
    more = ["resources.answers=128", f"output.file={tmp_path}/all.csv"]
    files = killed_at(0)
    coded(small_job, *more)
    whole, one = part_bytes(tmp_path / "out"), (tmp_path / "all.csv").read_bytes()
    assert len(files) > 10
    for number in range(1, len(files) + 1):
        shutil.rmtree(tmp_path / "out")
        killed_at(number, after=number % 2 == 0)
        with pytest.raises(Killed):
            coded(small_job, *more)
        killed_at(0)
        coded(small_job, *more)
        assert part_bytes(tmp_path / "out") == whole
        assert (tmp_path / "all.csv").read_bytes() == one
        assert not leftovers(tmp_path / "out" / "coded")
        assert not leftovers(tmp_path / "out" / "work")


def test_killed_again_and_again(small_job, tmp_path, monkeypatch, killed_at):
    """Each command does a little more than the one before."""
    small_blocks(monkeypatch, 32)
    coded(small_job, f"output.folder={tmp_path}/whole")
    for number in range(2, 30):
        killed_at(number, after=number % 2 == 0)
        try:
            coded(small_job, "resources.answers=32")
            break
        except Killed:
            continue
    assert number > 4
    assert part_bytes(tmp_path / "out") == part_bytes(tmp_path / "whole")


def test_killed_while_it_begins_anew(small_job, tmp_path, killed_at):
    coded(small_job)
    whole = part_bytes(tmp_path / "out")
    killed_at(1)
    with pytest.raises(Killed):
        coded(small_job, "--restart")
    killed_at(0)
    coded(small_job)
    assert part_bytes(tmp_path / "out") == whole


def test_what_was_coded_is_not_coded_again(small_job, tmp_path, monkeypatch, killed_at):
    small_blocks(monkeypatch, 32)
    chunks = len(killed_at(0)) + 8  # rows, manifest, answers, then chunks
    killed_at(chunks)
    with pytest.raises(Killed):
        coded(small_job, "resources.answers=32")
    killed_at(0)
    kept = {f: f.stat().st_ino for f in tmp_path.rglob("coded/0*.parquet")}
    assert kept
    coded(small_job, "resources.answers=32")
    assert all(f.stat().st_ino == number for f, number in kept.items())


def test_a_finished_job_given_again(small_job, tmp_path, capsys, monkeypatch):
    first = coded(small_job)
    before = {f: f.stat().st_mtime_ns for f in (tmp_path / "out" / "coded").iterdir()}
    monkeypatch.setattr(answer_coding, "load_classifier", None)
    capsys.readouterr()
    assert coded(small_job, "resources.processes=7").equals(first)
    assert "this job is finished" in capsys.readouterr().out
    assert before == {f: f.stat().st_mtime_ns for f in before}


@pytest.mark.parametrize("gone", ["coded/part-000000.parquet", "counts.json"])
def test_what_was_removed_is_written_again(small_job, tmp_path, gone):
    coded(small_job)
    before = part_bytes(tmp_path / "out")
    (tmp_path / "out" / gone).unlink()
    coded(small_job)
    assert part_bytes(tmp_path / "out") == before


def test_the_one_file_can_be_asked_for_later(small_job, tmp_path):
    parts = coded(small_job)
    other = tmp_path / "other.csv"
    other.write_text("of somebody else")  # a finished job has not written this one
    for file in (other, tmp_path / "all.csv"):
        coded(small_job, f"output.file={file}")
        assert pd.read_csv(file, dtype=str)["id"].tolist() == parts["id"].tolist()
    file.unlink()
    coded(small_job, f"output.file={file}")
    assert file.is_file()


def change_input(folder):
    write_rows(folder / "rows1.csv", 299)
    return [f"the input has changed since this job read it: {folder}/rows1.csv"]


def change_inputs(folder):
    write_rows(folder / "rows2.csv", 3)
    return [f"the input has changed since this job read it: {folder}/rows2.csv"]


def remove_input(folder):
    (folder / "rows1.csv").unlink()
    return [f"the input has changed since this job read it: {folder}/rows1.csv"]


def change_rules(folder):
    (folder / "rules.csv").write_text(RULES.replace("R2", "R3"), encoding="utf-8")
    return [f"there has changed the table {folder}/rules.csv"]


def change_index(folder):
    (folder / "index.csv").write_text("text,code\npan,11\n")
    return [f"there has changed the table {folder}/index.csv"]


def change_run(folder):
    apply(folder / "own" / "run")
    return ["there has changed the run of kind"]


def change_settings(folder):
    job = folder / "job.yaml"
    job.write_text(job.read_text().replace("top_k: 2", "top_k: 3"))
    return ["there has changed `tasks.kind.top_k`"]


@pytest.mark.parametrize("is_finished", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        change_input,
        change_inputs,
        remove_input,
        change_rules,
        change_index,
        change_run,
        change_settings,
    ],
)
def test_what_has_changed_is_one_line(small_job, tmp_path, change, is_finished):
    if change is change_run:
        run = re.search(r"run: (\S+),", small_job.read_text())[1]
        own = copied_run(small_job.parents[1] / run, tmp_path / "own")
        small_job.write_text(small_job.read_text().replace(run, str(own)))
    if is_finished:
        coded(small_job)
    else:
        assert code.main([str(small_job), "--step", "read"]) == 0
    (said,) = change(tmp_path)
    with pytest.raises(InputError, match=re.escape(said)) as found:
        coded(small_job)
    assert "begin anew with --restart." in str(found.value)
    assert "\n" not in str(found.value)
    rows = len(coded(small_job, "--restart"))
    assert rows == counts_of(tmp_path / "out")["rows"]


@pytest.mark.parametrize("broken", ["{", "[]", '{"settings": 1}', ""])
def test_a_damaged_manifest_is_said(small_job, tmp_path, broken):
    coded(small_job)
    (tmp_path / "out" / "manifest.json").write_text(broken)
    with pytest.raises(InputError, match=r"is damaged|holds no job"):
        coded(small_job)


def test_a_table_that_is_changed_meanwhile(small_job, tmp_path, monkeypatch):
    load = answer_coding.load_classifier

    def loading(folder):
        change_rules(tmp_path)
        return load(folder)

    monkeypatch.setattr(answer_coding, "load_classifier", loading)
    with pytest.raises(InputError, match=r"rules\.csv: the table was changed while"):
        coded(small_job)
    assert not [*(tmp_path / "out" / "coded").iterdir()]


def test_a_run_that_is_trained_anew_meanwhile(small_job, tmp_path, monkeypatch):
    run = re.search(r"run: (\S+),", small_job.read_text())[1]
    own = copied_run(tmp_path / run, tmp_path / "own")
    given = f"tasks.kind.run={own}"
    for step in ("read", "code"):
        assert code.main([str(small_job), given, "--step", step]) == 0
    counting = writing_step.task_counts

    def counted(*known):
        apply(own)
        return counting(*known)

    monkeypatch.setattr(writing_step, "task_counts", counted)
    with pytest.raises(InputError, match="the run was changed or replaced while"):
        coded(small_job, given)
    assert not (tmp_path / "out" / "counts.json").exists()


def test_events_are_whole_lines(small_job, tmp_path):
    """Even behind half a line, which is all that a full disk took."""
    assert code.main([str(small_job), "--step", "read"]) == 0
    events = tmp_path / "out" / "events.jsonl"
    with events.open("a") as stream:
        stream.write('{"time": "2026')
    coded(small_job)
    lines = events.read_text().splitlines()
    broken = [line for line in lines if not line.endswith("}")]
    assert broken == ['{"time": "2026']
    said = [json.loads(line) for line in lines if line not in broken]
    assert [event["event"] for event in said][-1] == "finished"
    assert all({"time", "level", "event", "job"} <= event.keys() for event in said)
