"""Best and random targets, by hand and by count."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from han import recode
from han.errors import InputError

WALK = "old,new,share\n1,a,1\n2,a,0.3\n2,b,0.7\n3,a,0.5\n3,c,0.5\n4,,\n"
DATA = (
    "id,old,w,text\n01,1,1,pan\n02,2,2,pan\n03,3,1,vino\n04,4,1,x\n05,9,1,y\n06,,1,z\n"
)


def recoded(folder, data, *more, walk=WALK):
    (folder / "walk.csv").write_text(walk)
    (folder / "data.csv").write_text(data)
    asked = ["apply", f"{folder}/data.csv", "--crosswalk", f"{folder}/walk.csv"]
    asked += ["--old-column", "old", "-o", f"{folder}/out.csv", "--lang", "en", *more]
    assert recode.main(asked) == 0
    return pd.read_csv(folder / "out.csv", dtype=str, keep_default_na=False)


def test_best(tmp_path, capsys):
    asked = ["--mode", "best", "--ties", "first", "--key", "id", "--weight", "w"]
    found = recoded(tmp_path, DATA, *asked, "--keep", "text")
    assert " ".join(found) == (
        "id old text w new_code method probability num_targets route"
    )
    assert found["id"].tolist() == ["01", "02", "03", "04", "05", "06"]
    assert found["new_code"].tolist() == ["a", "b", "a", "", "", ""]
    assert found["method"].tolist() == (
        ["only", "best", "best_tie", "no_target", "unknown_old_code", "no_old_code"]
    )
    assert found["probability"].tolist()[:3] == ["1", "0.7", "0.5"]
    assert set(found["probability"][3:]) == {""}
    assert found["num_targets"].tolist() == ["1", "2", "2", "0", "0", "0"]
    assert found["route"].tolist() == ["auto"] * 3 + ["review"] * 3
    said = capsys.readouterr().out
    assert "6 records: 3 have a new code, 3 have none." in said
    assert "old code not in the crosswalk: 1 records, rows 5" in said
    assert "no old code: 1 records, rows 6" in said


def test_ties_are_refused_where_they_matter(tmp_path):
    with pytest.raises(InputError, match="largest share of '3' belongs to two"):
        recoded(tmp_path, DATA, "--mode", "best")
    assert not (tmp_path / "out.csv").exists()
    recoded(tmp_path, "old\n2\n", "--mode", "best")
    with pytest.raises(InputError, match="has no column of shares"):
        recoded(tmp_path, "old\n1\n", "--mode", "best", walk="old,new\n1,a\n1,b\n")


def test_random_follows_shares(tmp_path):
    data = "id,old\n" + "".join(f"{k},2\n" for k in range(20_000))
    found = recoded(tmp_path, data, "--mode", "random", "--key", "id")
    share = (found["new_code"] == "b").mean()
    assert abs(share - 0.7) < 4 * np.sqrt(0.21 / 20_000)
    other = recoded(tmp_path, data, "--mode", "random", "--key", "id", "--seed", "1")
    both = ((found["new_code"] == "b") & (other["new_code"] == "b")).mean()
    assert abs(both - 0.49) < 4 * np.sqrt(0.25 / 20_000)  # seeds are independent


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(12)), st.integers(1, 12))
def test_a_record_keeps_its_code_in_each_order(tmp_path_factory, order, count):
    folder = tmp_path_factory.mktemp("orders")
    rows = [f"k{k},{2 + k % 2}\n" for k in range(12)]
    asked = ["--mode", "random", "--key", "id"]
    whole = recoded(folder, "id,old\n" + "".join(rows), *asked)
    part = "".join(rows[k] for k in order[:count])
    lines = WALK.splitlines(keepends=True)
    turned = lines[0] + "".join(reversed(lines[1:]))
    found = recoded(folder, "id,old\n" + part, *asked, walk=turned)
    codes = dict(zip(whole["id"], whole["new_code"], strict=True))
    assert found["new_code"].tolist() == [codes[key] for key in found["id"]]


def test_a_share_of_zero_is_never_drawn(tmp_path):
    data = "id,old\n" + "".join(f"{k},1\n" for k in range(300))
    walk = "old,new,share\n1,a,0\n1,b,1\n1,c,0\n"
    found = recoded(tmp_path, data, "--mode", "random", "--key", "id", walk=walk)
    assert set(found["new_code"]) == {"b"}


@pytest.mark.parametrize(
    ("data", "more", "said"),
    [
        ("old\n1\n", ["--mode", "random"], "Name the key columns"),
        ("old,w\n1,x\n", ["--mode", "best", "--weight", "w"], "number of 0 or more"),
        ("old,method\n1,x\n", ["--mode", "best", "--keep", "method"], "of its own"),
        ("alt\n1\n", ["--mode", "best"], "no column 'old'"),
    ],
)
def test_mistakes(tmp_path, data, more, said):
    with pytest.raises(InputError, match=said):
        recoded(tmp_path, data, *more)
    assert not (tmp_path / "out.csv").exists()
