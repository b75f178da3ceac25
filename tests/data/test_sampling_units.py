"""What was drawn together."""

from support.text_records import records

from han.data.sampling_units import ROW, unit_keys, unit_numbers


def test_equal_texts_are_one_unit_and_blank_ones_are_none() -> None:
    some = records(["Pan", " ", "pan ", "", "queso"])
    assert unit_numbers(unit_keys(some)).tolist() == [0, 1, 0, 2, 3]


def test_rows_and_columns_are_units_where_they_were_drawn() -> None:
    some = records(["pan"] * 4, hogar=["7", " 7", "", ""])
    assert unit_numbers(unit_keys(some, ROW)).tolist() == [0, 1, 2, 3]
    assert unit_numbers(unit_keys(some, "hogar")).tolist() == [0, 0, 1, 2]
    assert unit_numbers([]).tolist() == []
