"""The file of codes that must not get worse."""

from pathlib import Path

import pytest

from han.commands.compare_command import read_codes
from han.errors import InputError


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_bytes(b"PK\x03\x04\xa1")
    with pytest.raises(InputError, match="not a text file in UTF-8"):
        read_codes(str(file))
