"""Documents in all forms give the same codes; all else is one clear mistake."""

import numpy as np
import pandas as pd
import pytest
from support.small_networks import baseline, classifier

from han.errors import InputError
from han.runs.document_columns import document_columns

NAMES = ["pan dulce", "", "clavo de acero"]
TASKS = ["con leche", "vaca", ""]
INDEX = pd.Index(["x", "y", "x"])
TABLE = pd.DataFrame({"id": 7, "tasks": TASKS, "name": NAMES, 3: 1.5}, index=INDEX)
ROWS = [{"name": n, "tasks": t} for n, t in zip(NAMES, TASKS, strict=True)]
BOTH = {"name": NAMES, "tasks": TASKS}


@pytest.fixture(scope="module")
def coder():
    return classifier("mean")


@pytest.mark.parametrize(
    "documents",
    [
        ROWS,
        tuple(ROWS),
        np.array(ROWS),
        pd.Series(ROWS),
        BOTH,
        {name: np.array(cells) for name, cells in BOTH.items()},
        {name: pd.Series(cells, index=INDEX) for name, cells in BOTH.items()},
        TABLE,
        TABLE.replace("", None),
        TABLE.replace("", np.nan).astype({"name": "string"}),
        TABLE.astype({"name": "category"}),
    ],
)
def test_two_fields_in_each_form_are_the_same_documents(documents, coder):
    assert document_columns(documents, ["name", "tasks"]) == BOTH
    expected, found = coder.predict(ROWS), coder.predict(documents)
    assert found.reset_index(drop=True).equals(expected)
    is_indexed = isinstance(documents, pd.DataFrame)
    assert found.index.tolist() == (INDEX.tolist() if is_indexed else [0, 1, 2])


@pytest.mark.parametrize(
    "documents",
    [
        NAMES,
        np.array(NAMES),
        np.array(NAMES, object),
        np.array(["pan dulce", None, "clavo de acero"], object),
        pd.Series(NAMES, index=INDEX),
        pd.Series(["pan dulce", pd.NA, "clavo de acero"], index=INDEX),
        pd.Index(NAMES),
        {"name": NAMES},
    ],
)
def test_one_text_for_each_document_is_of_the_first_field(documents, coder):
    assert document_columns(documents, ["name", "tasks"])["name"] == NAMES
    assert coder.predict(documents)["code"].tolist()[1] == ""
    assert coder.encode(documents).document_words.tolist() == [2, 0, 3]
    if isinstance(documents, pd.Series):
        assert coder.predict(documents).index.tolist() == INDEX.tolist()


@pytest.mark.parametrize("empty", [[], TABLE[:0], TABLE["name"][:0], np.array([])])
def test_no_documents_give_an_empty_table(empty, coder):
    assert coder.predict(empty).columns.tolist() == coder.columns().names
    assert len(coder.predict(empty)) == 0 and coder.attend(empty, by="deletion") == []


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (None, "Received NoneType. Give a list"),
        (7, "Received int. Give a list"),
        (b"pan", "Received bytes. Give a list"),
        ("pan", r"Give a list of texts, \[text\]"),
        ({"pan"}, "Received set. Give a list"),
        (np.array([NAMES]), r"an array of shape \(1, 3\). Give a list"),
        (np.array("pan"), "Received ndarray. Give a list"),
        ([["pan"]], "Field name: 1 of 1 are not text.* type list"),
        ([b"pan"], "type bytes"),
        ([3, "pan", 4], "2 of 3 are not text, at positions 0, 2; .* type int"),
        (pd.Series([1.5, np.nan]), "1 of 2 are not text, .* type float"),
        ({"name": NAMES, "tasks": TASKS[:2]}, "name 3, tasks 2"),
        ({"name": "pan"}, r"Give a list of texts, \[text\]"),
        ({"name": None}, "`field name`: Received NoneType"),
        ({}, "There is no field in documents. This run has: name, tasks"),
        ({"names": NAMES}, "There is no field names. This run has: name, tasks"),
        (TABLE[["name"]], "The DataFrame has no column tasks. .* name, tasks"),
        (TABLE.assign(name=1), "Field name: 3 of 3 are not text"),
        (pd.concat([TABLE, TABLE["name"]], axis=1), r"array of shape \(3, 2\)"),
    ],
)
def test_other_forms_are_one_mistake_everywhere(documents, message, coder):
    for take in (coder.predict, coder.encode, coder.attend):
        with pytest.raises(InputError, match=message) as error:
            take(documents)
        assert "pan" not in str(error.value)


def test_a_rule_is_a_function(coder):
    with pytest.raises(InputError, match=r"`rule`: Expected a function .* str"):
        coder.predict(["pan"], rule="majority")
    with pytest.raises(InputError, match=r"`rule`: Expected a function .* str"):
        coder.decode(coder.encode(["pan"]), rule="majority")


@pytest.mark.parametrize("side", ["pan", ["pan"], 7])
def test_side_features_are_columns_by_name(side, coder):
    with pytest.raises(InputError, match="`side`: Expected a mapping"):
        coder.predict(["pan"], side=side)


def test_kinds_of_evidence_are_said(coder):
    with pytest.raises(InputError, match="attention, deletion, gradients"):
        coder.attend(["pan"], by="magic")
    with pytest.raises(InputError, match=r'by="deletion"\)` in Python, --by deletion'):
        baseline().attend(["pan"])
