"""The columns of a prediction: one list that all who read and write them use."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from han import predict
from han.tables.column_texts import columns_markdown
from han.tables.output_rows import content_of
from han.tables.prediction_columns import (
    ALL,
    OF_SETS,
    PredictionColumns,
    is_prediction_column,
    screen_names,
)

FULL = PredictionColumns(2, 3, True, True, has_paths=True, has_repeats=True)
SETS = PredictionColumns(2, 2, has_paths=True, gives_sets=True)


def cells(rows, filled, columns=FULL):
    """Cells of all columns: of records with a code, or of blank ones."""
    of = {
        "str": np.full(rows, "1" if filled else "", object),
        "float64": np.full(rows, 0.5 if filled else np.nan, np.float32),
        "int64": np.full(rows, int(filled)),
        "Int64": np.full(rows, int(filled), np.int32),
        "bool": np.full(rows, filled),
    }
    return {name: of[dtype] for name, dtype in columns.dtypes.items()}


def test_names_stand_in_one_order():
    assert (
        PredictionColumns(2, 2).names
        == (
            "code level label probability margin flag p_level_1 p_level_2 "
            "top_1_code top_1_probability top_2_code top_2_probability"
        ).split()
    )
    assert (
        FULL.names[:11]
        == (
            "code code_path level label probability margin route flag repeats decision "
            "p_level_1"
        ).split()
    )
    assert FULL.names[-5:-3] == ["top_3_probability", "set_size"]
    assert set(replace(FULL, has_lists=False).names) < set(FULL.names)


@pytest.mark.parametrize("columns, level", [(FULL, "level"), (SETS, "level_2")])
@pytest.mark.parametrize("rows", [0, 1, 5])
def test_types_do_not_depend_on_the_rows(rows, columns, level):
    blank, coded = (
        columns.frame(cells(rows, filled, columns)) for filled in (False, True)
    )
    assert blank.dtypes.astype(str).to_dict() == columns.dtypes
    pd.testing.assert_series_equal(blank.dtypes, coded.dtypes)
    assert blank[level].isna().all() and (coded[level] == 1).all()


def test_names_of_sets_stand_in_one_order():
    assert (
        replace(SETS, has_paths=False).names
        == (
            "codes num_codes probabilities least_probability flag "
            "code_1 level_1 label_1 probability_1 code_2 level_2 label_2 probability_2 "
            "top_1_code top_1_probability top_2_code top_2_probability"
        ).split()
    )
    assert {"code_paths", "code_path_2", "top_1_code_path"} < set(SETS.names)
    assert SETS.titles == ["label_1", "label_2"] and FULL.titles == ["label"]


def test_a_block_without_codes_has_the_schema_of_one_with(tmp_path):
    schemas = [
        content_of(FULL.frame(cells(3, filled)), tmp_path / "x.parquet", is_first=True)
        for filled in (False, True)
    ]
    assert schemas[0].schema.equals(schemas[1].schema)
    assert pa.types.is_int64(schemas[0].schema.field("level").type)


def test_no_key_column_can_have_a_name_of_them():
    assert all(map(is_prediction_column, FULL.names))
    assert is_prediction_column("row") and is_prediction_column("top_10_code_path")
    assert not is_prediction_column("p_level_K") and not is_prediction_column("codes")
    assert all(is_prediction_column(n, gives_sets=True) for n in (*SETS.names, "code"))
    assert not is_prediction_column("region", gives_sets=True)


@pytest.mark.parametrize(
    "columns, before", [(ALL, "these, with"), (OF_SETS, "full codes:")]
)
def test_help_and_documentation_name_every_column(columns, before):
    shown = predict.parser().format_help()
    rows = re.findall(
        r"^\| `(\w+)` \| [\w ]+ \| .+ \|$", columns_markdown(columns), re.M
    )
    assert rows == [column.name for column in columns]
    told = re.findall(r"^  (\w+) {2,}\S", shown[shown.index(before) :], re.M)
    assert told[: len(columns)] == rows
    assert all(" ".join(c.about.split()) in " ".join(shown.split()) for c in columns)


def test_the_screen_shows_paths_instead_of_the_codes_of_others():
    shown = screen_names(["id", *FULL.names])
    assert shown[:3] == ["id", "code", "code_path"] and "level" not in shown
    assert [n for n in shown if n.startswith("top")] == [
        f"top_{k}_code_path" for k in (1, 2, 3)
    ]
    plain = screen_names(PredictionColumns(1, 5).names)
    assert [n for n in plain if n.startswith("top")] == ["top_2_code", "top_3_code"]
    of_sets = screen_names(["id", *SETS.names])
    assert of_sets[:4] == ["id", "codes", "code_paths", "probabilities"]
    assert of_sets[4:] == ["flag", "top_1_code_path", "top_2_code_path"]
