"""Files that are whole or not there."""

import pytest

from han.errors import InputError
from han.tables.whole_files import write_whole


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
