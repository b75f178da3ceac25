"""Steps one by one, parts in any order, and who works at the same time."""

import os
import random

import pytest
from filelock import FileLock
from support.job_runs import coded, opened, part_bytes, small_blocks

from han import code
from han.errors import InputError
from han.jobs.job_folder import JobFolder


@pytest.fixture
def step(small_job, monkeypatch):
    """A function that does one step of a job of many small chunks."""
    small_blocks(monkeypatch, 32)

    def do(name, *more):
        given = ["resources.answers=32", "--step", name, *more]
        return code.main([str(small_job), *given, "--lang", "en"])

    return do


@pytest.mark.parametrize("parts", [2, 9])
def test_parts_in_any_order_give_the_whole(step, small_job, tmp_path, parts, capsys):
    coded(small_job, f"output.folder={tmp_path}/whole")
    assert step("read") == 0
    capsys.readouterr()
    order = random.Random(parts).sample(range(parts), parts)
    for number in order:
        assert step("code", "--part", f"{number}/{parts}") == 0
    said = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert sum(map(int, said)) == 200  # each answer in one part
    assert step("write") == 0
    assert part_bytes(tmp_path / "out") == part_bytes(tmp_path / "whole")


def test_parts_as_a_slurm_array_says(step, small_job, tmp_path, monkeypatch):
    coded(small_job, f"output.folder={tmp_path}/whole")
    assert step("read") == 0
    monkeypatch.setenv("SLURM_ARRAY_TASK_COUNT", "2")
    monkeypatch.setenv("SLURM_ARRAY_TASK_MIN", "7")
    for task in (8, 7):
        monkeypatch.setenv("SLURM_ARRAY_TASK_ID", str(task))
        assert step("code") == 0
        if task == 8:
            with pytest.raises(InputError, match="4 of 7 chunks of kind have not"):
                step("write")
    assert step("write") == 0
    assert part_bytes(tmp_path / "out") == part_bytes(tmp_path / "whole")


def test_steps_in_the_wrong_order_are_said(step):
    with pytest.raises(InputError, match="the rows have not all been read"):
        step("code")
    with pytest.raises(InputError, match="the rows have not all been read"):
        step("write")
    assert step("read") == 0
    with pytest.raises(InputError, match="7 of 7 chunks of kind have not been coded"):
        step("write")
    assert step("code") == 0 and step("read") == 0 and step("write") == 0
    assert step("write") == 0  # it is finished: nothing is done


@pytest.mark.parametrize("more", [[], ["--restart"], ["--step", "read"], ["--clean"]])
def test_two_processes_do_not_work_on_one_job(small_job, tmp_path, more):
    coded(small_job)
    before = part_bytes(tmp_path / "out")
    with (
        FileLock(tmp_path / "out" / ".lock"),
        pytest.raises(InputError, match="another process works on this job"),
    ):
        code.main([str(small_job), *more])
    assert part_bytes(tmp_path / "out") == before
    assert (tmp_path / "out" / "work").is_dir()


def test_array_tasks_work_at_the_same_time(step, tmp_path):
    assert step("read") == 0
    with FileLock(tmp_path / "out" / ".lock"):
        assert step("code", "--part", "0/2") == 0


def test_a_late_array_task_undoes_nothing(small_job, tmp_path):
    """One that has read the manifest before the rows were all read."""
    late = opened(small_job)
    assert not late.manifest.inputs
    assert code.main([str(small_job), "--step", "read"]) == 0
    manifest = (tmp_path / "out" / "manifest.json").read_bytes()
    late.folder.manifest.write_bytes(manifest)
    assert opened(small_job).manifest.inputs
    before = late.folder.manifest.stat().st_mtime_ns, late.folder.manifest.stat().st_ino
    opened(small_job)
    after = late.folder.manifest.stat().st_mtime_ns, late.folder.manifest.stat().st_ino
    assert before == after


def test_clean_removes_texts_alone(small_job, tmp_path, capsys):
    found = coded(small_job)
    assert code.main([str(small_job), "--clean", "--lang", "en"]) == 0
    assert "working files with texts were removed" in capsys.readouterr().out
    assert not (tmp_path / "out" / "work").exists()
    assert coded(small_job).equals(found)  # finished, as before
    assert code.main([str(small_job), "--clean"]) == 0


def test_clean_needs_no_run_and_no_input(small_job, tmp_path):
    coded(small_job)
    (tmp_path / "rows0.csv").unlink()
    assert code.main([str(small_job), "tasks.kind.run=gone", "--clean"]) == 0
    assert not (tmp_path / "out" / "work").exists()


def test_a_job_goes_on_when_it_was_cleaned(small_job, tmp_path):
    coded(small_job)
    before = part_bytes(tmp_path / "out")
    assert code.main([str(small_job), "--clean"]) == 0
    (tmp_path / "out" / "coded" / "part-000000.parquet").unlink()
    coded(small_job)
    assert part_bytes(tmp_path / "out") == before


@pytest.mark.parametrize("more", [["--clean"], ["--restart"], [], ["--check"]])
def test_a_folder_that_holds_no_job_stays_as_it_is(
    small_job, baseline_run, tmp_path, more
):
    """Not even one with a `work`, or a `manifest.json` such as that of a run."""
    own = tmp_path / "thesis"
    (own / "work").mkdir(parents=True)
    (own / "work" / "chapter.txt").write_text("all of it")
    for folder in (own, baseline_run):
        before = {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()}
        with pytest.raises(InputError, match="is not empty and holds no job"):
            code.main([str(small_job), f"output.folder={folder}", *more])
        after = {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()}
        assert after == before


def test_a_job_that_was_ended_before_its_manifest(small_job, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".17.manifest.json").write_text("{")
    assert len(coded(small_job)) == 600


def test_texts_that_cannot_be_removed_are_said(small_job, tmp_path):
    coded(small_job)
    (tmp_path / "out" / "work").rename(tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", tmp_path / "out" / "work")
    with pytest.raises(InputError, match=r"cannot be removed.*remove it yourself"):
        JobFolder(tmp_path / "out").clean()
