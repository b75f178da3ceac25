"""A code list in memory is read as one in a file."""

import pandas as pd
import pytest
from sklearn.base import clone
from support.linear_estimator import coded_table, linear_estimator

import han
from han.errors import InputError

TABLE = coded_table()
TEXTS = TABLE["text"].tolist()
CODES = TABLE["level_2"].tolist()
TREE = han.Taxonomy.from_paths(TABLE[["level_1", "level_2"]].to_numpy().tolist())
PARENTS = ["", None, "1", "1", "2", "2"]
LIST = pd.DataFrame({"code": ["1", "2", "11", "12", "21", "22"], "parent": PARENTS})


def fit(taxonomy, **settings):
    own = linear_estimator(kind="majority", taxonomy=taxonomy)
    more = {**(own.settings or {}), **settings}
    return clone(own).set_params(settings=more).fit(TEXTS, CODES)


@pytest.mark.parametrize(
    ("taxonomy", "settings"),
    [
        (LIST, {}),
        (LIST.to_dict("list"), {}),
        (LIST.set_axis(["Código", "Padre"], axis=1), {}),
        (LIST[["code"]], {"taxonomy.parent": "prefix"}),
        (
            LIST.rename(columns={"code": "hs"}),
            {"taxonomy.columns": {"code": "hs"}, "taxonomy.parent": "prefix"},
        ),
    ],
)
def test_a_table_is_a_code_list(taxonomy, settings):
    own = fit(taxonomy, **settings)
    assert own.taxonomy_ == TREE
    assert "Code list taxonomy: 6 codes on 2 levels (2, 4)" in own.data_report_


def test_notes_of_a_table_train():
    notes = ["", "", "pies; donas", "", "", ""]
    plain, own = fit(LIST), fit(LIST.assign(includes=notes))
    assert "2 from inclusions" in own.data_report_
    assert "inclusions" not in plain.data_report_


@pytest.mark.parametrize(
    ("taxonomy", "message"),
    [
        (
            LIST[["code"]],
            r"^taxonomy: .* no column parent.* `taxonomy\.parent: prefix`",
        ),
        (LIST.assign(code=range(6)), r"taxonomy, rows 1, 2, .* holds int64, not text"),
        (LIST.assign(parent=LIST["code"]), r"their own parents: '1' \(row 1\), '2'"),
        (
            LIST.assign(parent=["2", "1", "1", "1", "2", "2"]),
            r"1 \(row 1\) -> 2 \(row 2\) -> 1 \(4 codes below not counted\)",
        ),
        ({"1": "11"}, r"taxonomy: a dict must hold columns by name"),
    ],
)
def test_what_is_wrong_with_it_is_said(taxonomy, message):
    with pytest.raises(InputError, match=message):
        fit(taxonomy)


@pytest.mark.parametrize(
    "settings",
    [
        {"taxonomy.parent": "prefix"},
        {"taxonomy.columns": {"code": "hs"}},
        {"taxonomy.levels": ["level_1", "level_2"]},
    ],
)
def test_a_tree_takes_no_rule_of_how_it_is_made(settings):
    (key,) = settings
    with pytest.raises(InputError, match=f"`{key}`: a Taxonomy needs no rule"):
        fit(TREE, **settings)
