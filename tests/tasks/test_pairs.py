"""Pairs of codes that do not go together."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.tasks.joint_codes import joint_columns
from han.tasks.pair_files import read_pairs
from han.tasks.pair_table import Pair, PairTable

TREE = Taxonomy(["1", "2", "11", "12", "21"], [-1, -1, 0, 0, 1])
TREES = {"job": TREE, "firm": TREE}
CODES = st.sampled_from(TREE.codes)
TABLES = st.lists(
    st.builds(
        lambda a, b, verdict: Pair({"job": a, "firm": b}, verdict),
        *(CODES, CODES, st.sampled_from(["impossible", "suspicious"])),
    ),
    max_size=4,
)


def verdict(pairs, job, firm):
    """The verdict on two nodes, by looking at each pair and each ancestor."""
    above = {n: [TREE.codes[a] for a in TREE.paths[n] if a >= 0] for n in (job, firm)}
    found = [
        pair.verdict
        for pair in pairs
        if pair.codes["job"] in above[job] and pair.codes["firm"] in above[firm]
    ]
    return min(found, default="")  # impossible comes first


@given(TABLES)
def test_a_code_means_all_below_it(pairs):
    table = PairTable(pairs, TREES)
    both = list(product(range(5), repeat=2))
    nodes = dict(zip(("job", "firm"), np.array(both).T, strict=True))
    for (job, firm), place in zip(both, table.find(nodes).tolist(), strict=True):
        found = table.pairs[place].verdict if place >= 0 else ""
        assert found == verdict(pairs, job, firm)


SHARES = st.lists(st.floats(0.01, 1), min_size=2, max_size=2)


@given(TABLES, SHARES, SHARES)
def test_the_best_pair_is_that_of_all_combinations(pairs, one, two):
    leaves, tables = [2, 4], {}
    for name, shares in (("job", one), ("firm", two)):
        order = np.argsort(shares)[::-1]
        listed = [leaves[i] for i in order]
        cells = {"code": TREE.codes[listed[0]]}
        for rank, place in enumerate(order, start=1):
            cells[f"top_{rank}_code"] = TREE.codes[leaves[place]]
            cells[f"top_{rank}_probability"] = shares[place]
        tables[name] = pd.DataFrame([cells])
    found = joint_columns(tables, TREES, PairTable(pairs, TREES)).iloc[0]
    given_nodes = [TREE.codes.index(tables[n]["code"][0]) for n in ("job", "firm")]
    assert found["pair"] == verdict(pairs, *given_nodes)
    if not found["pair"]:
        assert found["pair_job_code"] == "" and np.isnan(found["pair_probability"])
        return
    scores = {
        (a, b): (verdict(pairs, leaves[a], leaves[b]) == "", one[a] * two[b])
        for a, b in product(range(2), repeat=2)
        if verdict(pairs, leaves[a], leaves[b]) != "impossible"
    }
    if not scores:
        assert found["pair_job_code"] == found["pair_firm_code"] == ""
        return
    best = max(scores.values())
    offered = tuple(
        leaves.index(TREE.codes.index(found[f"pair_{n}_code"])) for n in ("job", "firm")
    )
    assert scores[offered] == pytest.approx(best)
    assert found["pair_probability"] == pytest.approx(best[1])


WRONG = {
    "job,verdict\n1,impossible\n": "a column for each of two tasks",
    "job,firm,verdict\n1,2,maybe\n": "row 1: `verdict` is 'maybe'",
    "job,firm,verdict\n1,,impossible\n": "two tasks at least, and here is job.",
    "job,firm,verdict\n1,7,impossible\n01,2,suspicious\n": (
        "not in the code list of their task: '7' (firm, row 1), '01' (job, row 2). "
        "Expected codes of any level, such as '11' of firm"
    ),
    "job,firm,area,verdict\n1,2,7,impossible\n": "the columns 'area' are no task",
    "job,firm\n1,2\n": "'verdict' (`pairs`)",
}


@pytest.mark.parametrize(("content", "said"), WRONG.items())
def test_a_bad_table_is_one_sentence(tmp_path, content, said):
    file = tmp_path / "pairs.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        read_pairs(file, TREES)
    assert said in str(caught.value)
