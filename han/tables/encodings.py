"""Checks the encoding of a file against its first bytes."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from typing import IO

from han.errors import InputError

HEAD = 1 << 20  # bytes of a file that are looked at
_MARKS = (  # the mark of UTF-16 begins the one of UTF-32, which therefore goes first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8"),
)


def open_text(file: Path) -> IO[bytes]:
    """A text file for reading, unpacked if its name ends in `.gz`."""
    is_gzip = file.suffix.lower() == ".gz"
    return gzip.open(file) if is_gzip else file.open("rb")  # type: ignore[return-value]


def check_encoding(head: bytes, encoding: str, *, where: str, option: str) -> None:
    """Raises InputError if the first bytes of a text are of another encoding.

    Any bytes are latin-1 text: a UTF-8 file read so is full of `Ã±`, and no decoder
    complains. An encoding that is not known is left to the decoder.

    Args:
        head: The first bytes, `HEAD` of them unless the file is shorter.
        encoding: What the user says.
        where: Name of the file, for messages.
        option: Key of the experiment or option of the command that says it.
    """
    set_option = f"`{option}: {{}}`"
    if option == "data.encoding":
        set_option += " or, for a file given to a command, --encoding {}"
    if option.startswith("--"):
        set_option = f"{option} {{}}"
    mark = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    try:
        if mark and not codecs.lookup(encoding).name.startswith(mark):
            raise InputError(
                f"{where}: not {encoding} text: it begins with the mark of {mark}. Set "
                f"{set_option.format(mark, mark)}."
            )
        is_garbled = _is_single_byte(encoding) and _is_utf8(head)
    except LookupError:
        return
    if is_garbled:
        raise InputError(
            f"{where}: not {encoding} text, but utf-8: ñ and accents would be garbled. "
            f"Set {set_option.format('utf-8', 'utf-8')}."
        )


def _is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8 and not ASCII; a letter may be cut at their end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return not decoder.decode(head, final=len(head) < HEAD).isascii()
    except UnicodeDecodeError:
        return False


def _is_single_byte(encoding: str) -> bool:
    """Whether each byte is a letter by itself, so that two never are one."""
    return len("ñ".encode().decode(encoding, "replace")) == 2
