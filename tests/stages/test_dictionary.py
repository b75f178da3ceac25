"""Dictionaries against plain counting, and their files."""

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.stage_answers import FIELDS, NONE, TREE, answers, nodes, texts

from han import Taxonomy
from han.data.code_list_texts import CodeText
from han.errors import InputError
from han.stages.answer_texts import Answers
from han.stages.dictionary import joined_dictionary
from han.stages.dictionary_files import read_coded_records, read_index
from han.stages.dictionary_sources import (
    coded_dictionary,
    listed_dictionary,
    title_dictionary,
)
from han.stages.exact_stage import ExactStage
from han.text.distinct_texts import text_keys
from han.text.non_answers import NonAnswers

records = st.lists(
    st.tuples(texts, texts, st.integers(-1, TREE.num_nodes - 1), st.integers(1, 4)),
    max_size=25,
)
limits = st.sampled_from([0.0, 0.4, 0.5, 2 / 3, 0.9, 1.0])


@given(records, st.integers(1, 5), limits, answers())
def test_codes_of_before_are_those_that_plain_counting_gives(
    rows, min_count, min_purity, asked
):
    fields = {name: [row[k] for row in rows] for k, name in enumerate(FIELDS)}
    votes = defaultdict(Counter)
    for key, (*_, node, count) in zip(text_keys(fields, NONE), rows, strict=True):
        if node >= 0 and key != "\x1f":
            votes[key][node] += count
    found = coded_dictionary(
        fields,
        np.array([row[2] for row in rows], np.int32),
        np.array([row[3] for row in rows], np.int64),
        min_count=min_count,
        min_purity=min_purity,
        non_answers=NONE,
    )
    assert set(found.keys) == set(votes)
    said = ExactStage(found).decide(asked)
    for key, node, reason in zip(
        asked.keys(FIELDS), said.nodes, said.reasons, strict=True
    ):
        counts = votes[key].most_common(2)
        total = votes[key].total()
        is_tied = len(counts) > 1 and counts[0][1] == counts[1][1]
        enough = bool(counts) and counts[0][1] >= max(min_count, min_purity * total)
        if enough and not is_tied:
            assert (node, reason) == (
                counts[0][0],
                f"coded_before:{counts[0][1]}/{total}",
            )
        else:
            kinds = ["ambiguous", "below_count", "purity"] if counts else ["no_"]
            assert node == -1 and reason.startswith(tuple(kinds))
    for place, key in enumerate(found.keys):
        assert found.total[place] == votes[key].total()
        assert found.support[place] == votes[key].most_common(1)[0][1]


def test_why_a_text_has_no_code():
    given_texts = ["a"] * 3 + ["b"] * 4 + ["c"] + ["d"] * 1000
    found = [0, 0, 1] + [0, 0, 1, 1] + [0] + [0] * 899 + [1] * 101
    made = coded_dictionary(
        {"job": given_texts}, np.array(found), min_count=2, min_purity=0.9
    )
    whys = ("purity:0.66", "ambiguous:2_codes", "below_count:1", "purity:0.89")
    assert made.reasons == whys
    assert made.ids == ("coded:1", "coded:4", "coded:8", "coded:9")


@given(st.lists(st.tuples(texts, nodes), max_size=20))
def test_an_index_codes_what_lies_on_one_path(rows):
    listed = [text for text, _ in rows]
    found = listed_dictionary(
        {"job": listed}, np.array([node for _, node in rows], np.int32), TREE
    )
    meant = defaultdict(set)
    for key, (_, node) in zip(
        text_keys({"job": listed}, NonAnswers()), rows, strict=True
    ):
        meant[key].add(node)
    assert set(found.keys) == set(meant) - {""}
    for key, node, name in zip(found.keys, found.nodes, found.ids, strict=True):
        lowest = max(meant[key], key=lambda n: TREE.levels[n])
        is_path = all(n in TREE.paths[lowest] for n in meant[key])
        assert node == (lowest if is_path else -1)
        row = int(name.removeprefix("index:")) - 1
        assert rows[row][1] == node or not is_path


def test_titles_of_full_codes_and_what_they_include():
    tree = Taxonomy(
        ["1", "11", "12", "2"], [-1, 0, 0, -1], ["Pesca", "Pesca", "Sal", ""]
    )
    salt = tree.find(["1", "12"])
    notes = [CodeText("sal de mar", salt, "includes"), CodeText("pan", 0, "excludes")]
    found = title_dictionary(tree, "job", notes)
    assert dict(zip(found.keys, found.reasons, strict=True)) == {
        "pesca": "title:11",
        "sal": "title:12",
        "sal de mar": "note:12",
    }
    tree = Taxonomy(["1", "11", "2"], [-1, 0, -1], ["Pesca", "Redes", "Pan"])
    found = title_dictionary(tree, "job")
    assert found.nodes.tolist() == [-1, tree.find(["2"]), tree.find(["1", "11"])]
    assert found.reasons[0] == "partial:1"
    assert title_dictionary(tree, "job", partial_codes=True).nodes[0] == 0


@given(
    st.lists(st.lists(st.tuples(texts, nodes), max_size=6), min_size=1, max_size=3),
    answers(),
)
def test_a_joined_dictionary_says_what_its_parts_say_in_turn(parts, asked):
    made = [
        listed_dictionary(
            {"job": [t for t, _ in rows]},
            np.array([n for _, n in rows], np.int32),
            TREE,
        )
        for rows in parts
    ]
    whole = ExactStage(joined_dictionary(made)).decide(asked)
    alone = [ExactStage(part).decide(asked) for part in made]
    for k, node in enumerate(whole.nodes):
        assert node == next((v.nodes[k] for v in alone if v.nodes[k] >= 0), -1)
        assert whole.reasons[k] in {v.reasons[k] for v in alone}


def test_what_cannot_be_joined():
    one = listed_dictionary({"job": ["pan"]}, np.array([0]), TREE)
    two = listed_dictionary({"firm": ["pan"]}, np.array([0]), TREE)
    with pytest.raises(InputError, match="all of the same fields"):
        joined_dictionary([one, two])
    with pytest.raises(InputError, match="at least one"):
        joined_dictionary([])


@pytest.fixture
def written(tmp_path):
    def write(text, name="index.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def index(file, **more):
    return read_index(file, TREE, {"job": "text"}, **more)


def test_an_index_of_several_fields_with_names(written):
    file = written("text;place;code;id\nPan;Casa;11;P-1\n;;;\nPan;Calle;12;\n")
    found = read_index(
        file, TREE, {"job": "text", "firm": "place"}, entry_id="id", non_answers=NONE
    )
    assert found.reasons == ("index:P-1", "index:3")
    said = ExactStage(found).decide(Answers({"job": ["PAN"], "firm": ["calle"]}))
    assert said.nodes.tolist() == [TREE.find(["1", "12"])]


def test_an_index_from_a_workbook_keeps_zeros(tmp_path):
    tree = Taxonomy(["0111", "0112"], [-1, -1])
    file = tmp_path / "index.xlsx"
    pd.DataFrame({"text": ["Pan"], "code": ["0112"]}).to_excel(file, index=False)
    assert read_index(file, tree, {"job": "text"}).nodes.tolist() == [1]
    pd.DataFrame({"text": ["Pan"], "code": [112]}).to_excel(file, index=False)
    with pytest.raises(InputError, match=r"rows 1 \(1 row\).*lost its leading zeros"):
        read_index(file, tree, {"job": "text"})


def test_codes_that_are_not_there_are_counted(written):
    lines = "".join(f"pan {k},9{k}\n" for k in range(7))
    file = written(f"text,code\nqueso,11\n{lines}")
    with pytest.raises(InputError) as fault:
        index(file)
    said = str(fault.value)
    assert "index.csv, column 'code', rows 2, 3, 4, 5, 6 and 2 more (7 rows)" in said
    assert "7 codes not in the code list, such as '90', '91'" in said
    assert "'95'" not in said and "pan" not in said


def test_a_text_in_place_of_a_code_is_not_repeated(written):
    with pytest.raises(InputError) as fault:
        index(written("text,code\n11,mi abuela vende pan\n"))
    assert "abuela" not in str(fault.value) and "rows 1 (1 row)" in str(fault.value)


def test_a_code_under_two_parents_needs_its_path(written):
    tree = Taxonomy.from_paths([("1", "9"), ("2", "9")])
    file = written("text,code\npan,9\n")
    with pytest.raises(InputError, match="paths, such as '1 > 9'"):
        read_index(file, tree, {"job": "text"})
    file = written("text,code\npan,2 > 9\n")
    found = read_index(file, tree, {"job": "text"})
    assert found.nodes.tolist() == [tree.find(["2", "9"])]


@pytest.mark.parametrize(
    "text, what",
    [
        ("text,code\npan,\n", "column 'code', rows 1 .*there is no code"),
        ("text,code\n,11\n", "column 'text', rows 1 .*there is no text"),
        ("text,kode\npan,11\n", "the index has no column 'code'"),
    ],
)
def test_rows_without_text_or_code(written, text, what):
    with pytest.raises(InputError, match=what):
        index(written(text))


def coded(file: Path, **more):
    given_limits = {"code": "code", "min_count": 2, "min_purity": 0.6}
    return read_coded_records(file, TREE, {"job": "text"}, **given_limits, **more)


def test_records_coded_before_with_counts(written):
    file = written("text,code,n\npan,11,2\npan,12,1\n,11,9\nsal,,5\nsal,2,1\n")
    found = coded(file, count="n")
    assert found.keys == ("pan", "sal")
    assert found.reasons == ("coded_before:2/3", "below_count:1")
    assert coded(file).reasons == ("ambiguous:2_codes", "below_count:1")
    with pytest.raises(InputError, match=r"column 'n', rows 1.*whole number above 0"):
        coded(written("text,code,n\npan,11,1.5\n"), count="n")
