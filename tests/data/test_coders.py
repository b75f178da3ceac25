"""Codes of several coders: truth, shares and agreement, against slow counts."""

import json
import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.experiments import write_experiment

from han import evaluate, predict, train
from han.code_list.taxonomy import Taxonomy
from han.data.coders import agreement, agreement_report, majority, soft_labels

TREE = Taxonomy(["1", "2", "11", "12", "21"], [-1, -1, 0, 0, 1])
VOTES = (
    st.integers(1, 4)
    .flatmap(
        lambda coders: st.lists(
            st.lists(st.integers(-1, 4), min_size=coders, max_size=coders),
            min_size=1,
            max_size=12,
        )
    )
    .map(lambda rows: np.array(rows, np.int32))
)


@given(VOTES)
def test_majority_is_the_most_common_code_of_the_first_coder(votes):
    for row, found in zip(votes, majority(votes), strict=True):
        codes = [vote for vote in row.tolist() if vote >= 0]
        # Counter keeps the order in which codes come, and so does most_common.
        expected = Counter(codes).most_common(1)[0][0] if codes else -1
        assert found == expected


@given(VOTES)
def test_shares_are_those_of_the_votes(votes):
    rows, nodes, shares = soft_labels(votes)
    found = {(r, n): s for r, n, s in zip(rows, nodes, shares, strict=True)}
    assert len(found) == len(rows) and (np.diff(rows) >= 0).all()
    for row, codes in enumerate(votes.tolist()):
        counts = Counter(vote for vote in codes if vote >= 0)
        for node, count in counts.items():
            assert found.pop((row, node)) == pytest.approx(count / counts.total())
    assert not found


@given(VOTES)
def test_agreement_is_that_of_all_pairs(votes):
    for level, got in enumerate(agreement(votes, TREE)):
        units = [
            [c for v in row if v >= 0 and (c := TREE.paths[v, level]) >= 0]
            for row in votes
        ]
        units = [unit for unit in units if len(unit) > 1]
        assert got.records == len(units)
        pairs = [a == b for unit in units for a, b in combinations(unit, 2)]
        if not pairs:
            assert math.isnan(got.share) and math.isnan(got.alpha)
            continue
        assert got.share == pytest.approx(np.mean(pairs))
        # Krippendorff: each unit's pairs weigh 1 / (codes - 1).
        observed = sum(
            2 * sum(a != b for a, b in combinations(unit, 2)) / (len(unit) - 1)
            for unit in units
        )
        every = [code for unit in units for code in unit]
        chance = 2 * sum(a != b for a, b in combinations(every, 2)) / (len(every) - 1)
        if chance:
            assert got.alpha == pytest.approx(1 - observed / chance)
        else:
            assert math.isnan(got.alpha)


def test_alpha_of_krippendorffs_own_example():
    """Nominal data of two observers, Krippendorff 2011, section B: alpha 0.692."""
    one = ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"]
    two = ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]
    tree = Taxonomy(list("abcde"), [-1] * 5)
    votes = np.array([[tree.find([c]) for c in pair] for pair in zip(one, two)])  # noqa: B905
    assert agreement(votes, tree)[0].alpha == pytest.approx(0.692, abs=5e-4)


def test_the_report_says_where_nothing_can_be_compared():
    lines = agreement_report(np.array([[2, 0], [3, 3], [-1, 1]]), TREE)
    assert lines == [
        "Coders: 2; how far they agree, level by level",
        "  level 1: 2 records with several codes, 100.0% of pairs agree",
        "  level 2: 1 record with several codes, 100.0% of pairs agree",
    ]


def test_commands_read_all_coders_and_predict_needs_none(tmp_path):
    experiment = write_experiment(tmp_path)
    data = tmp_path / "data.csv"
    head, *rows = data.read_text("utf-8").splitlines()
    # Two others agree on another code than the first one, in every row.
    others = ",".join(["1,12", "1,12"])
    lines = [f"{head},b1,b2,c1,c2", *(f"{row},{others}" for row in rows)]
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    coders = "data.other_coders=[[b1, b2], [c1, c2]]"
    assert train.main([str(experiment), coders, "model.kind=majority"]) == 0
    run = tmp_path / "run"
    assert json.loads((run / "metrics.json").read_text())["test"]["leaf_accuracy"] == 1
    assert evaluate.main([str(run), "--split", "train"]) == 0
    assert json.loads((run / "metrics.json").read_text())["train"]["leaf_accuracy"] == 1
    assert "Coders: 3" in (run / "data_report.txt").read_text(encoding="utf-8")
    bare = tmp_path / "bare.csv"
    bare.write_text("id,text\n1,pan\n", encoding="utf-8")
    assert predict.main([str(run), str(bare), "-o", str(tmp_path / "out.csv")]) == 0
