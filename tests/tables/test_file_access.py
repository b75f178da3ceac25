"""What is wrong with a path, in words."""

import os
from pathlib import Path

import pytest

from han.errors import InputError
from han.tables.file_access import check_file, file_fault, make_folder


def test_a_path_with_null_is_said_and_not_passed_on():
    with pytest.raises(InputError, match="cannot hold the character NUL"):
        check_file(Path("a\0b"))
    with pytest.raises(InputError, match=r"run folder: a path cannot hold.* Go else"):
        make_folder(Path("a\0b"), "the run folder", "Go elsewhere.")


def test_a_file_of_others_is_not_read(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a")
    file.chmod(0)
    is_root = os.geteuid() == 0  # who may read everything
    if is_root:
        os.seteuid(65534)
    try:
        assert file_fault(file) == "Permission denied"
    finally:
        if is_root:
            os.seteuid(0)


def test_a_file_below_a_file_is_not_there(tmp_path):
    (tmp_path / "a").touch()
    assert file_fault(tmp_path / "a" / "b") == "it is not there"
    assert file_fault(tmp_path / "a") is None
