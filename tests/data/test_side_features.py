"""Columns beside the text become one finite matrix, whatever stands in them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.data.records import read_records
from han.data.side_features import Numbers, SideFeature, SideFeatures, check_numbers
from han.errors import InputError
from han.tables.reading import Columns

SECTOR = SideFeature("categorical", min_count=2)
AGE = SideFeature("numeric")
cells = st.text(max_size=4)
numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(["", " ", "NA", "nan", "007"]),
)


def learn(feature: SideFeature, column: list[str]) -> SideFeatures:
    return SideFeatures.learn({"x": feature}, {"x": column})


def test_codes_as_text_keep_their_zeros() -> None:
    side = learn(SECTOR, ["01", "01", "1", "1", " 01 "])
    assert side.names == ["x unknown", "x 01", "x 1"]
    assert side.encode({"x": ["1", "01"]}).tolist() == [[0, 0, 1], [0, 1, 0]]


def test_rare_unknown_and_missing_categories_are_one() -> None:
    side = learn(SECTOR, ["a", "a", "b", ""])
    found = side.encode({"x": ["b", "zz", "", "a"]})
    assert found.tolist() == [[1, 0], [1, 0], [1, 0], [0, 1]]


def test_the_commonest_categories_are_kept() -> None:
    side = learn(SideFeature("categorical", 1, max_categories=2), list("abbcccd"))
    assert side.names == ["x unknown", "x c", "x b"]


def test_the_commonest_may_stand_for_a_missing_one() -> None:
    filled = learn(SideFeature("categorical", 1, fill=True), ["b", "a", "b", ""])
    assert filled.encode({"x": ["", "new"]}).tolist() == [[0, 1, 0], [1, 0, 0]]
    number = learn(SideFeature("numeric", fill=True), ["3", "1", "3", "", "8"])
    assert (number.encode({"x": [""]}) == number.encode({"x": ["3"]})).all()


def test_numbers_are_standardised_and_missing_ones_marked() -> None:
    side = learn(AGE, ["10", "20", "30", "", "NA"])
    found = side.encode({"x": ["20", "", "1e9", "-1e9"]})
    assert found[:, 0].tolist() == [0, 0, 4, -4]
    assert found[:, 1].tolist() == [0, 1, 0, 0]


def test_one_absurd_number_does_not_hide_the_others() -> None:
    ages = [str(20 + i % 50) for i in range(999)]
    plain, spoilt = learn(AGE, [*ages, "44"]), learn(AGE, [*ages, "999999999"])
    one, other = (side.encode({"x": ["20", "69"]}) for side in (plain, spoilt))
    np.testing.assert_allclose(one, other, atol=0.02)


@pytest.mark.parametrize(
    "column", [["5"] * 9, ["0.1"] * 10, ["", ""], [], ["1e308"] * 4]
)
def test_constant_and_empty_columns(column: list[str]) -> None:
    found = learn(AGE, column).encode({"x": [*column, "", "7"]})
    assert np.isfinite(found).all()
    assert not found[: len(column), 0].any()


@given(st.lists(cells), st.lists(cells))
def test_categories_are_one_of_each(train: list[str], test: list[str]) -> None:
    side = learn(SECTOR, train)
    found = side.encode({"x": test})
    assert found.shape == (len(test), side.width) and len(side.names) == side.width
    assert (found.sum(axis=1) == 1).all()
    known = {c.strip() for c in train}
    new = [c.strip() not in known for c in test]
    assert found[new, 0].all()


@given(st.lists(numbers), st.lists(numbers), st.booleans())
def test_numbers_are_finite(train: list[str], test: list[str], fill: bool) -> None:
    side = learn(SideFeature("numeric", fill=fill), train)
    found = side.encode({"x": test})
    assert found.shape == (len(test), 2) and found.dtype == np.float32
    assert np.isfinite(found).all() and (np.abs(found) <= 4).all()


@given(st.lists(st.tuples(cells, numbers), max_size=9))
def test_saved_features_encode_alike(tmp_path_factory, rows) -> None:  # type: ignore[no-untyped-def]
    columns = {"a": [a for a, _ in rows], "b": [b for _, b in rows]}
    side = SideFeatures.learn({"a": SideFeature("categorical", 1), "b": AGE}, columns)
    file = tmp_path_factory.mktemp("side") / "side_features.json"
    side.save(file)
    again = SideFeatures.load(file)
    assert again.names == side.names
    assert (again.encode(columns) == side.encode(columns)).all()


def test_a_feature_that_is_not_given_is_missing_everywhere() -> None:
    asked = {"x": SECTOR, "y": AGE}
    side = SideFeatures.learn(asked, {"x": ["a", "a"], "y": ["1", "2"]})
    assert side.encode({"x": ["a"]}).tolist() == [[0, 1, 0, 1]]
    assert side.encode({}, 2).tolist() == [[1, 0, 0, 1]] * 2
    assert SideFeatures({}).encode({}, 3).shape == (3, 0)


COLUMNS = Columns({"text": "t"}, sides={"age": "edad", "sector": "s"}, numeric=["age"])


def test_numbers_are_checked_where_they_are_read(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text('t,edad,s\npan,1.0,01\npan,"1,234",2\npan,treinta,\npan,na,NA\n')
    said = (
        rf"{file}, rows 2, 3: column 'edad' \(`data.side_features.age`\) must hold a "
        r"number.*1\.5, not 1,5.*categorical"
    )
    with pytest.raises(InputError, match=said) as raised:
        read_records(file, COLUMNS)
    assert "treinta" not in str(raised.value)
    file.write_text("t,edad,s\npan,1,01\npan,na,NA\n")
    records = read_records(file, COLUMNS)
    assert records.sides["age"].tolist() == ["1", ""]
    assert records.sides["sector"].tolist() == ["01", "NA"]  # may be Namibia


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("t,s\npan,01\n")
    with pytest.raises(InputError, match=r"no column 'edad' \(`data.side_features`\)"):
        read_records(file, COLUMNS)


@pytest.mark.parametrize("cell", ["inf", "1 000", "1.2.3", "x", "12%"])
def test_what_is_no_number(cell: str) -> None:
    with pytest.raises(InputError, match="file, rows 8: age must hold a number"):
        check_numbers(["1", cell], "file", "age", first_row=7)


def test_width_of_a_number() -> None:
    assert Numbers(0.0, 1.0).width == 2
