"""Files that are whole or not there."""

import os
import stat

import pytest

from han.errors import InputError
from han.tables.file_access import make_folder
from han.tables.whole_files import whole_file, write_whole


def test_what_was_there_stays_where_nothing_can_be_written(tmp_path, monkeypatch):
    file = tmp_path / "page.html"
    write_whole(file, b"old")
    write_whole(file, b"new")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(InputError, match=r"page\.html.*No space left"):
        write_whole(file, b"newer")
    assert file.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("fault", [OSError(28, "No space left"), KeyboardInterrupt()])
def test_a_fault_leaves_nothing_of_a_file_or_a_folder(tmp_path, fault):
    with (
        pytest.raises((InputError, KeyboardInterrupt)),
        whole_file(tmp_path / "a") as t,
    ):
        t.write_text("half")
        raise fault
    with (
        pytest.raises((InputError, KeyboardInterrupt)),
        whole_file(tmp_path / "b", is_folder=True) as t,
    ):
        (t / "half.txt").write_text("half")
        raise fault
    assert not list(tmp_path.iterdir())


def test_a_folder_gets_its_name_when_it_is_whole(tmp_path):
    with whole_file(tmp_path / "run", is_folder=True) as temporary:
        (temporary / "model").write_text("all")
        assert not (tmp_path / "run").exists()
    assert (tmp_path / "run" / "model").read_text() == "all"


def test_a_place_that_is_not_there_is_said_with_what_to_do(tmp_path):
    advice = "Make the folder first."
    with (
        pytest.raises(InputError, match=r"none/a.csv: cannot be written.*folder first"),
        whole_file(tmp_path / "none" / "a.csv", advice) as temporary,
    ):
        temporary.write_text("a")


def test_what_is_written_is_private_from_the_first_byte(tmp_path):
    before = os.umask(0)  # as where everybody may read everything
    try:
        with whole_file(tmp_path / "a.csv") as temporary:
            assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
            temporary.write_text("a")
        with whole_file(tmp_path / "run", is_folder=True) as temporary:
            assert stat.S_IMODE(temporary.stat().st_mode) == 0o700
        make_folder(tmp_path / "new", "the run folder", "")
        (tmp_path / "old").mkdir(0o755)
        make_folder(tmp_path / "old", "the run folder", "")
    finally:
        os.umask(before)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    assert modes == {"a.csv": 0o600, "run": 0o700, "new": 0o700, "old": 0o755}
