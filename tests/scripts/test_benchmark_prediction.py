"""What the script that measures prediction makes of seconds."""

import pandas as pd
import pytest
from support.scripts import load_script


@pytest.fixture(scope="module")
def script():
    return load_script("benchmark_prediction")


def test_rates_leave_the_start_out(script):
    names = ["load", "in memory", "one", "distinct", "repeated"]
    seconds = dict(zip(names, [1.0, 0.5, 2.0, 4.0, 7.0], strict=True))
    rates = [row[2] for row in script.rows(seconds, 1000)]
    assert rates == ["", "2,000", "", "500", "2,000"]


def test_files_hold_all_texts_and_each_several_times(script, tmp_path):
    texts = pd.DataFrame({"text": ["pan", "queso"]})
    found = {n: pd.read_parquet(f) for n, f in script.written(texts, tmp_path).items()}
    assert found["one"]["text"].tolist() == ["pan"]
    assert found["distinct"].equals(texts)
    assert (found["repeated"]["text"].value_counts() == script.REPEATS).all()
