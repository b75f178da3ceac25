"""Each type of a Parquet column is read as a defined text, or refused by name."""

from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from han.errors import InputError
from han.tables.reading import Columns, column_names, read_blocks, read_table

COLUMNS = Columns(fields={"text": "t"}, labels=["c"], keys=["k"])
CODES = pa.array(["011", "12", None])

TEXTS = {
    "string": (pa.array(["a", None, "ñ"]), ["a", "", "ñ"]),
    "large_string": (pa.array(["a", None, "ñ"], pa.large_string()), ["a", "", "ñ"]),
    "string_view": (pa.array(["a", None, "ñ"], pa.string_view()), ["a", "", "ñ"]),
    "binary": (pa.array([b"a", None, "ñ".encode()]), ["a", "", "ñ"]),
    "large_binary": (pa.array([b"a", None, b"b"], pa.large_binary()), ["a", "", "b"]),
    "fixed binary": (pa.array([b"01", None, b"02"], pa.binary(2)), ["01", "", "02"]),
    "dictionary": (
        pa.array(["a", None, "a"]).dictionary_encode(),
        ["a", "", "a"],
    ),
    "dictionary of bytes": (
        pa.array([b"a", None, b"b"]).dictionary_encode(),
        ["a", "", "b"],
    ),
    "dictionary of numbers": (
        pa.array([7, None, 2**60 + 1]).dictionary_encode(),
        ["7", "", str(2**60 + 1)],
    ),
    "null": (pa.nulls(3), ["", "", ""]),
    "int8": (pa.array([1, None, -3], pa.int8()), ["1", "", "-3"]),
    "uint64": (pa.array([1, None, 2**64 - 1], pa.uint64()), ["1", "", str(2**64 - 1)]),
    "whole floats": (pa.array([111.0, None, 2.0]), ["111", "", "2"]),
    "floats": (pa.array([111.5, None, 2.0]), ["111.5", "", "2.0"]),
    "NaN": (pa.array([111.0, float("nan"), 2.0]), ["111", "", "2"]),
    "half floats": (pa.array(np.float16([1, 2, 3])), ["1", "2", "3"]),
    "bool": (pa.array([True, None, False]), ["True", "", "False"]),
    "decimal": (
        pa.array([Decimal("1.50"), None, Decimal("0.10")]),
        ["1.50", "", "0.10"],
    ),
    "date": (pa.array([date(2024, 1, 31), None, None]), ["2024-01-31", "", ""]),
    "time": (pa.array([time(8, 30), None, None]), ["08:30:00", "", ""]),
    "timestamp": (
        pa.array([datetime(2024, 1, 31, 8), None, None]),
        ["2024-01-31 08:00:00", "", ""],
    ),
    "time zone": (
        pa.array([datetime(2024, 1, 31, 8), None, None], pa.timestamp("s", "UTC")),
        ["2024-01-31 08:00:00+00:00", "", ""],
    ),
}


def write(file, values, codes=CODES, texts=TEXTS["string"][0]):
    pq.write_table(pa.table({"t": texts, "c": codes, "k": values}), file)
    return file


@pytest.mark.parametrize("kind", TEXTS)
def test_a_cell_has_one_text(tmp_path, kind):
    values, texts = TEXTS[kind]
    file = write(tmp_path / "x.parquet", values)
    whole = read_table(file, COLUMNS)
    assert whole["k"].tolist() == texts
    assert whole["c"].tolist() == ["011", "12", ""]
    blocks = [row for block in read_blocks(file, COLUMNS, 1) for row in block["k"]]
    assert blocks == texts


@pytest.mark.parametrize("kind", ["string", "string_view", "binary", "dictionary"])
def test_codes_may_be_texts_of_every_kind(tmp_path, kind):
    file = write(tmp_path / "x.parquet", TEXTS["null"][0], codes=TEXTS[kind][0])
    assert read_table(file, COLUMNS)["c"].tolist() == TEXTS[kind][1]


@pytest.mark.parametrize("kind", ["whole floats", "int8", "date", "bool", "decimal"])
def test_codes_that_are_no_text_are_refused(tmp_path, kind):
    file = write(tmp_path / "x.parquet", TEXTS["null"][0], codes=TEXTS[kind][0])
    with pytest.raises(InputError, match=r"'c' \(`data.label_columns`\) holds .*no"):
        read_table(file, COLUMNS)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pa.array([["a"], None, ["b"]]), r"'k' \(`data.key_columns`\) .* list<"),
        (pa.array([{"a": 1}, None, None]), "of the type struct<"),
        (pa.array([[("a", 1)], None, None], pa.map_(pa.string(), pa.int8())), "map<"),
        (pa.array([1, 2, 3], pa.duration("s")), "of the type duration"),
        (pa.array([b"\xff", b"a", b"b"]), "holds bytes that are not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path, values, said):
    file = write(tmp_path / "x.parquet", values)
    with pytest.raises(InputError, match=said):
        read_table(file, COLUMNS)
    others = Columns(fields={"text": "t"}, labels=["c"])
    assert len(read_table(file, others)) == 3  # nobody asked for that column


def flip(content, place):
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda content: content[: len(content) // 2], "whose end is missing. Copy it"),
        (lambda content: b"a,b\n1,2\n", "not a Parquet file"),
        (lambda content: b"", "not a Parquet file"),
        (lambda content: b"PARE" + content[4:-4] + b"PARE", "an encrypted Parquet"),
        (lambda content: content[:-8] + b"\xff\xff\xff\x7fPAR1", "damaged or encrypt"),
    ],
)
def test_damage_is_said_in_one_line(tmp_path, damage, said):
    file = write(tmp_path / "x.parquet", TEXTS["string"][0])
    file.write_bytes(damage(file.read_bytes()))
    for read in (lambda: read_table(file, COLUMNS), lambda: column_names(file)):
        with pytest.raises(InputError, match=said) as raised:
            read()
        assert "\n" not in str(raised.value)


def test_no_damaged_byte_makes_a_traceback(tmp_path):
    file = write(tmp_path / "x.parquet", TEXTS["date"][0])
    content = file.read_bytes()
    for place in range(0, len(content), 7):
        file.write_bytes(flip(content, place))
        try:
            read_table(file, COLUMNS)
        except InputError as error:
            assert str(file) in str(error)


def test_what_pandas_has_noted_may_be_damaged(tmp_path):
    table = pa.table({"t": CODES, "c": CODES, "k": CODES})
    for noted in (b"{", b"{}", b"[]", b'{"index_columns": 7}'):
        file = tmp_path / "x.parquet"
        pq.write_table(table.replace_schema_metadata({b"pandas": noted}), file)
        assert read_table(file, COLUMNS)["k"].tolist() == ["011", "12", ""]
