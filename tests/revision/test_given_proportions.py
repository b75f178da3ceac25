"""Given proportions are met within one record, by hand and for any table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from han import recode
from han.errors import InputError
from han.revision.crosswalk_rows import CrosswalkRows, OldToNew
from han.revision.given_proportions import in_turn, proportional_targets
from han.revision.old_records import OldRecords, RecordColumns

WALK = "old,new,share\n1,a,0.3\n1,b,0.7\n2,b,0.5\n2,c,0.5\n3,c,1\n"


def recoded(folder, data, *more, walk=WALK):
    (folder / "walk.csv").write_text(walk)
    (folder / "data.csv").write_text(data)
    asked = ["apply", f"{folder}/data.csv", "--crosswalk", f"{folder}/walk.csv"]
    asked += ["--old-column", "old", "-o", f"{folder}/out.csv", "--lang", "en"]
    asked += ["--mode", "proportions", "--key", "id", *more]
    assert recode.main(asked) == 0
    return pd.read_csv(folder / "out.csv", dtype=str, keep_default_na=False)


def rows(*counts):
    lines = [f"{cells}\n" for cells, count in counts for _ in range(count)]
    return [f"{key},{line}" for key, line in enumerate(lines)]


def test_shares_of_the_crosswalk(tmp_path, capsys):
    data = "id,old\n" + "".join(rows(("1", 10), ("2", 4), ("3", 2), ("9", 1)))
    found = recoded(tmp_path, data)
    counts = found.groupby(["old", "new_code"]).size().to_dict()
    assert counts == {
        **{("1", "a"): 3, ("1", "b"): 7, ("2", "b"): 2, ("2", "c"): 2},
        **{("3", "c"): 2, ("9", ""): 1},
    }
    methods = found.groupby("old")["method"].first().to_dict()
    assert methods == {"1": "proportions", "2": "proportions", "3": "only"} | {
        "9": "unknown_old_code"
    }
    assert set(found["probability"][found["new_code"] == "a"]) == {"0.3"}
    assert "largest distance of a cell: 0.00 records" in capsys.readouterr().out
    backwards = "id,old\n" + "".join(
        reversed(rows(("1", 10), ("2", 4), ("3", 2), ("9", 1)))
    )
    again = recoded(tmp_path, backwards)
    assert again[::-1]["new_code"].tolist() == found["new_code"].tolist()


def test_proportions_of_new_codes(tmp_path):
    # a can only come from 1 (10 records), c from 2 and 3 (2 must, 4 may): of 16
    # records 8 shall be a, 2 b, 6 c: so 1 gives 8 and 2, and 2 gives all to c.
    (tmp_path / "p.csv").write_text("new,proportion\na,0.5\nb,0.125\nc,0.375\n")
    data = "id,old\n" + "".join(rows(("1", 10), ("2", 4), ("3", 2)))
    found = recoded(tmp_path, data, "--proportions", f"{tmp_path}/p.csv")
    assert found.groupby(["old", "new_code"]).size().to_dict() == (
        {("1", "a"): 8, ("1", "b"): 2, ("2", "c"): 4, ("3", "c"): 2}
    )


def test_proportions_by_domain(tmp_path):
    (tmp_path / "p.csv").write_text(
        "state,new,proportion\n09,a,0.5\n09,b,0.5\n15,a,1\n15,b,0\n"
    )
    data = "id,old,state\n" + "".join(rows(("1,09", 4), ("1,15", 3)))
    asked = ["--by", "state", "--proportions", f"{tmp_path}/p.csv"]
    found = recoded(tmp_path, data, *asked, walk="old,new\n1,a\n1,b\n")
    assert found.groupby(["state", "new_code"]).size().to_dict() == (
        {("09", "a"): 2, ("09", "b"): 2, ("15", "a"): 3}
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("a,0.75\nb,0.125\nc,0.125\n", r"new code 'a' \(asked 12, possible 10\)"),
        ("a,0.5\nb,0.5\n", "lack new code 'c'"),
        ("a,0.5\nb,0.1\nc,0.2\nd,0.2\n", "'d', which no record may get"),
        ("a,0.5\nb,0.5\nc,0.5\n", "sum to 1.5"),
        ("a,0.5\na,0.5\n", "stands there twice"),
        ("a,x\n", "no proportions"),
    ],
)
def test_proportions_that_cannot_be_met(tmp_path, table, said):
    (tmp_path / "p.csv").write_text("new,proportion\n" + table)
    data = "id,old\n" + "".join(rows(("1", 10), ("2", 4), ("3", 2)))
    with pytest.raises(InputError, match=said):
        recoded(tmp_path, data, "--proportions", f"{tmp_path}/p.csv")
    assert not (tmp_path / "out.csv").exists()


cells = st.tuples(st.integers(0, 3), st.integers(0, 2))


def made(found, weights):
    table = pd.DataFrame({"id": [str(k) for k in range(len(found))]})
    codes, domains = np.array(found, np.int64).reshape(-1, 2).T
    return OldRecords(
        *(table, list("0123"), codes, weights, [("x",), ("y",), ("z",)], domains),
        RecordColumns("old", ["id"], domains=["d"]),
    )


def walk_of(draw_shares):
    pairs = [(o, n) for o, to in enumerate(draw_shares) for n in range(len(to))]
    shares = [s / sum(to) for to in draw_shares for s in to]
    names = [str(o) for o, _ in pairs], ["abc"[(o + n) % 3] for o, n in pairs]
    return OldToNew.of(CrosswalkRows("", range(len(pairs)), *names, shares))


shares = st.lists(
    st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=4, max_size=4
)


@settings(max_examples=15, deadline=None)
@given(st.lists(cells, min_size=1, max_size=80), shares, st.booleans(), st.data())
def test_each_cell_is_met_within_one_record(found, to, is_weighted, data):
    """Cells of old code, domain and target; without weights their sums, too."""
    walk, count = walk_of(to), len(found)
    weights = np.ones(count)
    if is_weighted:
        drawn = st.lists(st.integers(1, 50), min_size=count, max_size=count)
        weights = np.array(data.draw(drawn), float)
    records = made(found, weights)
    said = proportional_targets(records, walk, seed=0)
    table = pd.DataFrame(found, columns=["old", "d"])
    table = table.assign(new=said.choices.new, w=weights)
    worst = 0.0
    for (old, domain), part in table.groupby(["old", "d"]):
        for new, share in zip(
            walk.targets[str(old)], walk.shares[str(old)], strict=True
        ):
            off = abs(part["w"][part["new"] == new].sum() - share * part["w"].sum())
            worst = max(worst, off)
            assert off <= part["w"].max() + 1e-9, (old, domain, new)
    assert said.worst_cell == pytest.approx(worst, abs=1e-6)
    if not is_weighted:
        for old, part in table.groupby("old"):
            for new, share in zip(
                walk.targets[str(old)], walk.shares[str(old)], strict=True
            ):
                assert abs((part["new"] == new).sum() - share * len(part)) < 1 + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.lists(cells, min_size=1, max_size=80), shares, st.booleans(), st.data())
def test_margins_that_can_be_met_are_met(found, to, is_weighted, data):
    """Proportions are those of some choice of targets, so that there is an answer."""
    walk, count = walk_of(to), len(found)
    weights = np.ones(count)
    if is_weighted:
        drawn = st.lists(st.integers(1, 50), min_size=count, max_size=count)
        weights = np.array(data.draw(drawn), float)
    drawn = data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    new = [
        walk.targets[str(old)][k % len(walk.targets[str(old)])]
        for (old, _), k in zip(found, drawn, strict=True)
    ]
    table = pd.DataFrame(found, columns=["old", "d"]).assign(new=new, w=weights)
    asked = table.groupby(["d", "new"])["w"].sum()
    total = table.groupby("d")["w"].sum()
    margins = {(("xyz"[d],), n): w / total[d] for (d, n), w in asked.items()}
    reach = {(("xyz"[d],), n) for old, d in found for n in walk.targets[str(old)]}
    margins |= {place: 0.0 for place in reach - set(margins)}
    said = proportional_targets(made(found, weights), walk, seed=0, margins=margins)
    assert said.worst_cell <= (weights.max() if is_weighted else 0) + 1e-4
    if not is_weighted:
        table["new"] = said.choices.new
        given = table.groupby(["d", "new"])["w"].sum().to_dict()
        assert given == asked.to_dict()


def test_weights_in_turn():
    # Middles 2, 6, 10.5, 14: the first two lie below 7, the others above.
    found = in_turn(np.array([4.0, 4.0, 5.0, 2.0]), np.array([7.0, 8.0]))
    assert found.tolist() == [0, 0, 1, 1]
