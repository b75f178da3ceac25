"""What a program may give as X, y and weights, and what becomes of it."""

import numpy as np
import pandas as pd
import pytest
from support.linear_estimator import coded_table, linear_estimator

import han
from han.errors import InputError
from han.estimator.given_codes import label_table

TABLE = coded_table()
TEXTS = TABLE["text"].tolist()
CODES = TABLE["level_2"].tolist()
LEVELS = TABLE[["level_1", "level_2"]]
X = TABLE[["text"]]
CODE_OF = dict(zip(TEXTS, CODES, strict=True))
WEIGHTS = np.linspace(1, 2, len(TABLE))
TREE = han.Taxonomy.from_paths(LEVELS.to_numpy().tolist())
TWICE = LEVELS.assign(level_2=LEVELS["level_2"].str[1])  # 1 > 1, 1 > 2, 2 > 1, ...


def majority(**parameters):
    return linear_estimator(kind="majority", **parameters)


@pytest.fixture(scope="module")
def fitted():
    return linear_estimator().fit(X, LEVELS)


@pytest.fixture(scope="module")
def twice():
    return linear_estimator().fit(TEXTS, TWICE)


@pytest.mark.parametrize(
    "given, y, fields",
    [
        (X, X["text"].map(CODE_OF), None),
        (X["text"], X["text"].map(CODE_OF), None),
        (X, X["text"].map(CODE_OF), ["text"]),
        (X.rename(columns={"text": "code"}), CODES, ["code"]),
        (X.rename(columns={"text": "code"}), CODES, None),
        (X.rename(columns={"text": "level_1"}), LEVELS.to_numpy(), ["level_1"]),
    ],
)
def test_codes_never_replace_a_text(given, y, fields):
    own = linear_estimator(fields=fields).fit(given, y)
    texts = [f.column or name for name, f in own.config_.data.fields.items()]
    assert texts == ([given.name] if given.ndim == 1 else list(given))
    assert not set(texts) & set(own.config_.data.label_columns)
    usual = linear_estimator().fit(TEXTS, np.array(y))
    np.testing.assert_array_equal(own.predict_proba(given), usual.predict_proba(TEXTS))


@pytest.mark.parametrize(
    "given, y, settings",
    [
        (TABLE, TABLE["level_2"], {}),
        (TABLE, TABLE["level_2"].replace("12", "11"), {}),  # codes and corrected codes
        (X.assign(code=CODES), CODES, {}),
        (TABLE.rename(columns={"level_2": "code"}), CODES, {}),
        (X, TABLE[["text", "level_2"]], {}),
        (X, CODES, {"data.label_columns": ["text"]}),
    ],
)
def test_a_text_field_that_holds_the_codes_is_refused(given, y, settings):
    with pytest.raises(InputError, match="is a column of X and the name of codes"):
        majority(settings=settings).fit(given, y)


def test_one_column_for_texts_and_codes_is_refused():
    own = majority(fields=["text"], settings={"data.label_columns": ["text"]})
    with pytest.raises(InputError, match="both name text"):
        own.fit(X, CODES)


@pytest.mark.parametrize(
    "given, weights",
    [
        (X, pd.Series(WEIGHTS, name="text")),
        (X.rename(columns={"text": "sample_weight"}), WEIGHTS),
        (X, pd.Series(WEIGHTS, name="code")),
    ],
)
def test_weights_never_replace_a_text_or_codes(given, weights):
    own = linear_estimator().fit(given, CODES, weights)
    assert list(own.config_.data.fields) == list(given)
    data = own.config_.data
    assert data.weight_column not in {*data.fields, *data.label_columns}
    usual = linear_estimator().fit(TEXTS, CODES, WEIGHTS)
    np.testing.assert_array_equal(own.predict_proba(given), usual.predict_proba(TEXTS))


def test_a_column_with_the_weights_is_no_text():
    table = X.assign(factor=WEIGHTS)
    own = majority().fit(table, CODES, table["factor"])
    assert list(own.config_.data.fields) == ["text"]
    assert own.config_.data.weight_column == "factor"


@pytest.mark.parametrize(
    "key, value",
    [
        ("data.split.group_by", "text"),
        ("data.split.group_by", "none"),
        ("data.encoding", "text"),
        ("data.non_answers", ["text"]),
    ],
)
def test_only_keys_of_columns_name_columns(key, value):
    table = X.assign(none="pan")
    own = majority(settings={key: value}).fit(table, CODES)
    assert list(own.config_.data.fields) == ["text", "none"]


def test_paths_of_any_form_are_one_table():
    paths = [["1", "11"], ("2",), None, float("nan"), np.array(["1", "12"])]
    expected = [["1", "11"], ["2", ""], ["", ""], ["", ""], ["1", "12"]]
    for y in (paths, pd.Series(paths), tuple(paths)):
        assert label_table(y).to_numpy().tolist() == expected


@pytest.mark.parametrize(
    "y, message",
    [
        (["1", ["1", "11"]], r"mixed.* 1 of 2 .*positions 0"),
        ([["1", "11"], {"1"}], r"mixed.* positions 1"),
        ({"1", "11"}, "Received: set"),
        ("11", "Received: str"),
        (iter(["11"]), "Received: list_iterator"),
        (np.full((2, 2, 2), "1"), r"of shape \(2, 2, 2\)"),
        ({"a": ["1"], "b": ["1", "2"]}, "lists of one length"),
        (np.array([0, 1]), "scikit-learn has numbered them"),
        (pd.DataFrame({("a", "b"): ["1"]}), "several names"),
    ],
)
def test_what_is_no_column_and_no_table_of_codes_is_refused(y, message):
    with pytest.raises(InputError, match=message):
        label_table(y)


@pytest.mark.parametrize(
    "y",
    [
        [*CODES[:71], "\ud800"],
        np.array([*CODES[:71], "\ud800"]),
        [*LEVELS.to_numpy().tolist()[:71], ["1", "\ud800"]],
        np.array([*LEVELS.to_numpy().tolist()[:71], ["1", "\ud800"]]),
        {"code": [*CODES[:71], "\ud800"]},
    ],
)
def test_halves_of_characters_are_no_code(y):
    with pytest.raises(InputError, match=r"rows 72: .*halves of characters"):
        majority().fit(TEXTS, y)


def test_levels_are_matched_by_name(fitted):
    turned = LEVELS[["level_2", "level_1"]]
    assert fitted.score(X, turned) == fitted.score(X, LEVELS) > 0.9
    named = LEVELS.set_axis(["section", "class"], axis=1)
    own = linear_estimator(settings={"data.label_columns": list(named)})
    own.fit(X, named[["class", "section"]], None, X, named[["class", "section"]])
    assert own.taxonomy_ == TREE
    assert own.metrics_["validation"]["hierarchical"]["f1"] > 0.9
    for other in (LEVELS, named.rename(columns={"class": "klass"})):
        with pytest.raises(InputError, match=r"the label columns are section, class"):
            own.score(X, other)
        with pytest.raises(InputError, match=r"the label columns are section, class"):
            own.fit(X, named, X_val=X, y_val=other)


def test_rows_may_have_fewer_levels_and_not_more(fitted):
    above = LEVELS[["level_1"]]
    expected = fitted.score(X, LEVELS.assign(level_2=""))
    for y in (above, above.to_numpy(), above.to_numpy().tolist()):
        assert fitted.score(X, y) == expected
    own = majority().fit(X, LEVELS, X_val=X, y_val=above)
    assert own.metrics_["validation"]["rows"] == len(X)
    deeper = LEVELS.assign(level_3=["", "111", *[""] * (len(X) - 2)]).to_numpy()
    with pytest.raises(InputError, match=r"1 rows have codes of more .*positions 1\."):
        fitted.score(X, deeper)
    deeper[1, 2] = ""
    assert fitted.score(X, deeper) == fitted.score(X, LEVELS)
    with pytest.raises(InputError, match="one column of codes, but there are 2"):
        majority().fit(X, LEVELS, X_val=X, y_val=CODES)


@pytest.mark.parametrize(
    "given, message",
    [
        ([["pan", "dulce"]] * 72, "holds list"),
        ([["pan"], ["pan", "dulce"]] * 36, "holds list"),
        ([*TEXTS[:71], {"a": 1}], r"rows 72: column 'text' holds dict"),
        ([*TEXTS[:70], b"pan", "pan"], r"rows 71: .*holds bytes"),
        (np.array(TEXTS).astype("S"), r"holds bytes"),
        (pd.DataFrame({("a", "b"): TEXTS}), "several names"),
        (pd.MultiIndex.from_arrays([TEXTS, TEXTS]), "holds tuple"),
        (set(TEXTS), "Received: set"),
        ({"text": "pan"}, "columns by name"),
        ({"text": [*TEXTS[:71], "\ud800"]}, r"rows 72: .*halves of characters"),
        ([*TEXTS[:71], "pan \ud800"], r"rows 72: .*halves of characters"),
    ],
)
def test_what_is_no_text_is_refused_before_training(given, message, fitted):
    with pytest.raises(InputError, match=message):
        majority().fit(given, CODES)
    with pytest.raises(InputError, match=message):
        fitted.predict(given)


def test_a_dict_of_columns_is_a_table(fitted):
    own = linear_estimator().fit({"text": TEXTS}, LEVELS.to_dict("list"))
    assert own.feature_names_in_.tolist() == ["text"] and own.n_features_in_ == 1
    np.testing.assert_array_equal(own.predict_proba(X), fitted.predict_proba(X))


def test_codes_of_validation_need_their_texts():
    with pytest.raises(InputError, match="y_val is given without X_val"):
        majority().fit(X, CODES, y_val=CODES)


def test_what_predict_writes_is_read_again(twice):
    assert twice.classes_.tolist() == ["1 > 1", "1 > 2", "2 > 1", "2 > 2"]
    found = twice.predict(TEXTS)
    assert twice.score(TEXTS, found) == 1
    listed = linear_estimator(taxonomy=twice.taxonomy_).fit(TEXTS, found)
    assert listed.score(TEXTS, found) > 0.9
    assert twice.score(TEXTS[:1], [f"{found[0][0]} > 9"]) == pytest.approx(0.5)
    with pytest.raises(InputError, match="not in the code list"):
        twice.score(TEXTS[:1], ["9"])
    below_both = han.Taxonomy.from_paths([("1", "9"), ("2", "9")])
    with pytest.raises(InputError, match="Give its path, such as '1 > 9'"):
        majority(taxonomy=below_both).fit(TEXTS, ["9"] * len(TEXTS))
