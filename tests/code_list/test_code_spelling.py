"""Codes that look equal are equal, or refused."""

import unicodedata

import numpy as np
import pytest

from han.code_list.code_checks import check_look_alikes, twins
from han.code_list.code_list_files import read_code_list
from han.code_list.code_spelling import difference, plain_code
from han.code_list.list_form import ListForm
from han.code_list.taxonomy import Taxonomy
from han.code_list.taxonomy_sources import label_nodes
from han.errors import InputError
from han.metrics.code_inputs import node_ids

TREE = Taxonomy.from_paths([("1", "111"), ("1", "112"), ("Ñ", "Ñ1")])
# What one sees is 111.
SEEN_AS_111 = [
    "11\u200b1",
    "\u200d111",
    "\ufeff111",
    "1\u00ad11",
    "111\u200e",
    "\u202a111\u202c",
    "111\u2060",
    "111\ufe0f",
    "111\t",
    "\n 111 ",
    "111\u00a0",
    "\u2009111",
    "111\u3000",
    "111\x1a",
    "111\x00",
    "\uff11\uff11\uff11",
    "\u0661\u0661\u0661",
    "\u096711",
]


@pytest.mark.parametrize("code", SEEN_AS_111)
def test_what_nobody_sees_is_no_part_of_a_code(code: str) -> None:
    assert plain_code(code) == "111"
    assert Taxonomy([code], [-1]).codes == ("111",)
    assert node_ids([code], TREE).tolist() == [TREE.find(("1", "111"))]
    assert TREE.find(("1", code)) == TREE.find(("1", "111"))
    assert label_nodes([(code,)], TREE, by_code=True).tolist() == [
        TREE.find(("1", "111"))
    ]


@pytest.mark.parametrize(
    "code", ["A01", "a01", "31-33", "31\u201333", "01.10", "A 01", "Ñ1", "\u0410", "½"]
)
def test_what_is_seen_stays(code: str) -> None:
    assert plain_code(code) == code


def test_spaces_and_accents_have_one_form() -> None:
    assert plain_code("A\u00a0\u2009 01") == "A 01"
    assert plain_code(unicodedata.normalize("NFD", "Ñ1")) == "Ñ1"
    assert plain_code("\uff21\uff0d\uff11") == "A-1"


def test_codes_of_a_file_and_their_parents(tmp_path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("code,parent\n1\u200b,\n11,\uff11\n", "utf-8")
    assert read_code_list(file).code_path(1) == ("1", "11")
    file.write_text("code,parent\n1,\n1\u200b,\n", "utf-8")
    with pytest.raises(InputError, match="row 2: code '1' stands there twice"):
        read_code_list(file)


def test_a_code_of_nothing_that_is_seen_is_blank() -> None:
    with pytest.raises(InputError, match="Received a blank"):
        Taxonomy(["1", "\u200b"], [-1, -1])


@pytest.mark.parametrize(
    ("code", "other", "how"),
    [
        ("A01", "\u041001", "letters of two alphabets"),
        ("A01", "\u043001", "letters of two alphabets"),
        ("B1", "\u03921", "letters of two alphabets"),
        ("31-33", "31\u201333", "kinds of dashes"),
        ("31-33", "31\u221233", "kinds of dashes"),
        ("a01", "A01", "case"),
        ("A01", "A01", ""),
        ("A01", "B01", ""),
    ],
)
def test_how_two_codes_differ(code: str, other: str, how: str) -> None:
    assert difference(code, other) == how


@pytest.mark.parametrize("other", ["\u041001", "\u043001", "A\u041e1"])
def test_siblings_of_two_alphabets_are_refused(other: str) -> None:
    tree = Taxonomy(["A01", "AO1", other], [-1, -1, -1])
    with pytest.raises(InputError, match=r"x\.csv: 'A.1' and .* \(cyrillic .* letter"):
        check_look_alikes(tree, "x.csv")


def test_siblings_of_two_dashes_are_refused_in_files_alike(tmp_path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("code,parent\n31-33,\n31\u201333,\n", "utf-8")
    with pytest.raises(InputError, match=r"differ in kinds of dashes \(en dash\)"):
        read_code_list(file)
    assert read_code_list(file, form=ListForm(check_width=False)).num_nodes == 2


def test_case_alone_is_told_but_not_refused() -> None:
    tree = Taxonomy(["a01", "A01", "b"], [-1, -1, -1])
    check_look_alikes(tree, "x.csv")
    assert twins(tree) == [("a01", "A01")]
    # Under two parents they are two codes.
    assert twins(Taxonomy.from_paths([("1", "a"), ("2", "A")])) == []


def test_the_matrix_of_levels_is_read_alike() -> None:
    matrix = np.array([["1", "11\u200b2"], ["N\u0303", ""]], dtype=object)
    assert node_ids(matrix, TREE).tolist() == [
        TREE.find(("1", "112")),
        TREE.find(("Ñ",)),
    ]
