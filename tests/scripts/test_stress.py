"""Texts under stress: what each one does, and the copy of a table."""

import doctest
import gzip
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import stress
from hypothesis import given
from hypothesis import strategies as st

from han.errors import InputError
from han.text.splitting import find_words
from han.text.typos import misspelling

TEXTS = st.text("abcdeñóVL 12.,\n", max_size=60)
SHARES = st.floats(0, 1)
MANY = {"text": ["Venta de tortillas, pan 08 y quesos de vaca"] * 500}


@given(TEXTS, SHARES, SHARES, st.integers(0, 999))
def test_more_typos_are_those_of_fewer_and_others(text, a, b, seed) -> None:
    few, many = (
        find_words(stress.misspelt(text, share, Random(seed)))
        for share in sorted((a, b))
    )
    assert len(few) == len(many)
    for old, less, more in zip(find_words(text), few, many, strict=True):
        assert less in {old, more}


@given(TEXTS, st.integers(0, 999))
def test_typos_leave_numbers_and_what_stands_between_words(text, seed) -> None:
    found = stress.misspelt(text, 1.0, Random(seed))
    words, changed = find_words(text), find_words(found)
    for old, new in zip(words, changed, strict=True):
        assert (old == new) == (not any(c.isalpha() for c in old))
    assert stress._WORD.sub("", found) == stress._WORD.sub("", text)
    assert stress.misspelt(text, 0.0, Random(seed)) == text


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_a_share_of_the_words_is_mistyped(share) -> None:
    found = stress.stressed(MANY, stress.Stress(typos=share))["text"]
    pairs = [
        (old, new)
        for before, after in zip(MANY["text"], found, strict=True)
        for old, new in zip(find_words(before), find_words(after), strict=True)
        if old != "08"
    ]
    hit = sum(old != new for old, new in pairs) / len(pairs)
    assert hit == pytest.approx(share, abs=0.015)


def test_misspellings_are_by_ear() -> None:
    found = stress.stressed({"a": ["vaca"] * 200}, stress.Stress(phonetic=1.0))["a"]
    assert set(found) == {misspelling("vaca", Random(i)) for i in range(50)}


@given(TEXTS)
def test_half_of_the_words_are_left(text) -> None:
    words, left = find_words(text), find_words(stress.truncated(text))
    assert left == words[: (len(words) + 1) // 2]
    assert text.startswith(stress.truncated(text))


def test_each_stress_does_what_it_says() -> None:
    columns = {"a": ["Piñón, café 2.5", ""], "b": ["sí", "no"]}

    def done(**asked: object) -> list[str]:
        found = stress.stressed(columns, stress.Stress(**asked))
        return [*found["a"], *found["b"]]

    assert done() == ["Piñón, café 2.5", "", "sí", "no"]
    assert done(no_accents=True) == ["Piñon, cafe 2.5", "", "si", "no"]
    assert done(upper_case=True) == ["PIÑÓN, CAFÉ 2.5", "", "SÍ", "NO"]
    assert done(truncate=True) == ["Piñón, café", "", "sí", "no"]
    assert done(remove="b") == ["Piñón, café 2.5", "", "", ""]
    both = done(no_accents=True, upper_case=True, truncate=True, remove="b")
    assert both == ["PIÑON, CAFE", "", "", ""]
    apart = {"a": ["cafe\u0301 de aqui\u0301"]}  # accents as characters of their own
    assert stress.stressed(apart, stress.Stress(truncate=True)) == {"a": ["café de"]}


def test_mistakes_depend_on_seed_field_and_row_alone() -> None:
    def done(columns, seed=0):
        return stress.stressed(columns, stress.Stress(typos=0.5), seed=seed)

    row = MANY["text"][0]
    whole = done({"a": [row] * 20, "b": [row] * 20})
    assert whole["a"] != whole["b"] and len(set(whole["a"])) > 10
    assert done({"b": [row] * 5})["b"] == whole["b"][:5]
    assert done({"a": ["other", *[row] * 19]})["a"][1:] == whole["a"][1:]
    assert done({"a": [row] * 20}, seed=1)["a"] != whole["a"]


def test_examples_in_docstrings_run() -> None:
    found = doctest.testmod(stress)
    assert found.failed == 0 < found.attempted


# Tables

CSV = 'id,title,code,note\n1,"Panadería, ""La Ñ""",08,\n2,,11,x\n'


def run(*words: object) -> int:
    return stress.main([str(word) for word in words])


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.csv.gz"])
def test_a_copy_differs_in_its_fields_only(name, tmp_path, capsys) -> None:
    text = CSV.replace(",", "\t").replace("\t ", ", ") if "tsv" in name else CSV
    table, copy = tmp_path / name, tmp_path / f"copy.{name}"
    content = text.encode()
    table.write_bytes(gzip.compress(content) if "gz" in name else content)
    assert run(table, copy, "--fields", "title", "--no-accents", "--upper-case") == 0
    written = copy.read_bytes()
    found = (gzip.decompress(written) if "gz" in name else written).decode()
    expected = text.replace('Panadería, ""La', 'PANADERIA, ""LA')
    quoted = '"PANADERIA, ""LA Ñ"""'
    assert found == expected and quoted in found
    assert capsys.readouterr().out.endswith("2 rows\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, copy.name])


def test_a_table_of_one_column_keeps_blank_lines(tmp_path) -> None:
    table, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    table.write_bytes("\ufefftext\r\npan\r\n\r\nqueso\r\n".encode())
    assert run(table, copy, "--fields", "text", "--upper-case") == 0
    assert copy.read_text("utf-8") == "text\nPAN\n\nQUESO\n"


def test_latin_text_and_long_documents(tmp_path) -> None:
    table, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    table.write_text(f"text\ncafé {'x' * 200_000}\n", encoding="latin-1")
    options = ["--fields", "text", "--truncate", "--encoding", "latin-1"]
    assert run(table, copy, *options) == 0
    assert copy.read_text("latin-1") == "text\ncafé\n"


def test_parquet_keeps_types_and_what_is_missing(tmp_path) -> None:
    table, copy = tmp_path / "a.parquet", tmp_path / "b.parquet"
    made = pa.table(
        {
            "n": pa.array([1, None, 3]),
            "a": pa.array(["camión", None, ""], pa.large_string()),
            "b": ["sí", "no", None],
        }
    )
    pq.write_table(made, table)
    assert run(table, copy, "--fields", "a,b", "--no-accents") == 0
    found = pq.read_table(copy)
    assert found.schema.types == made.schema.types
    assert found.to_pydict() == {
        "n": [1, None, 3],
        "a": ["camion", None, ""],
        "b": ["si", "no", None],
    }


def test_the_same_seed_writes_the_same_copy(tmp_path) -> None:
    table = tmp_path / "a.csv"
    rows = "\n".join(MANY["text"]).replace(",", "")
    table.write_text(f"text\n{rows}\n", encoding="utf-8")
    copies = []
    for seed in (1, 1, 2):
        copy = tmp_path / f"copy{len(copies)}.csv"
        run(table, copy, "--fields", "text", "--typos", 0.1, "--seed", seed)
        copies.append(copy.read_bytes())
    assert copies[0] == copies[1] != copies[2]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.csv", "b.csv", "--fields", "a"], "no such data file"),
        (["a.csv", "a.csv", "--fields", "a"], "this is the table"),
        (["a.csv", "b.tsv", "--fields", "a"], "ends in .csv"),
        (["a.csv", "there/b.csv", "--fields", "a"], "cannot be written"),
        (["a.csv", "b.csv", "--fields", "c"], "0 of its columns are called 'c'"),
        (["a.csv", "b.csv", "--fields", "b"], "2 of its columns are called 'b'"),
        (["a.csv", "b.csv", "--fields", "a", "--remove", "b"], "--remove is 'b'"),
        (["bad.csv", "b.csv", "--fields", "a"], "row 3 has 1 cells and the header 2"),
        (["latin.csv", "b.csv", "--fields", "a"], "not utf-8 text"),
        (["empty.csv", "b.csv", "--fields", "a"], "the file is empty"),
        (["a.csv.gz", "b.csv.gz", "--fields", "a"], "cannot be read"),
        (["a.parquet", "b.parquet", "--fields", "a"], "not a Parquet file"),
        (["n.parquet", "b.parquet", "--fields", "n"], "holds int64; expected text"),
    ],
)
def test_what_is_wrong_is_said(words, message, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {
        "a.csv": b"a,b,b\n1,2,3\n",
        "bad.csv": b"a,b\n1,2\n3\n",
        "latin.csv": "a\ncafé\n".encode("latin-1"),
        "empty.csv": b"",
        "a.csv.gz": b"a\n1\n",
        "a.parquet": b"a\n1\n",
    }
    for name, content in texts.items():
        (tmp_path / name).write_bytes(content)
    pq.write_table(pa.table({"n": [1]}), tmp_path / "n.parquet")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        run(*words, "--upper-case")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_nothing_asked_and_shares_that_are_none(tmp_path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("a\nb\n", encoding="utf-8")
    with pytest.raises(InputError, match="nothing to do"):
        run(table, tmp_path / "b.csv", "--fields", "a")
    with pytest.raises(InputError, match=r"--typos is 5\.0; expected a share"):
        run(table, tmp_path / "b.csv", "--fields", "a", "--typos", 5)
