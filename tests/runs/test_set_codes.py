"""Sets of codes as cells, held against sets that are made one by one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.code_sets import ancestors, coherent_logs
from support.small_networks import TREE, classifier
from support.trees import tree_of, trees

from han import Taxonomy
from han.code_sets import SetRule, best_sets_for_f, codes_by_thresholds
from han.errors import InputError
from han.runs.node_columns import decoding_columns
from han.runs.set_codes import set_columns
from han.runs.set_runs import separator_of
from han.runs.text_codes import TextCoder

TEXTS = ["pan dulce", "clavo de acero con pan", "", "xyzzy", "leche de vaca"]


def given_by_hand(p, limits, tree):
    """Most specific nodes that reach their threshold below such parents, by p."""
    paths = [ancestors([n], tree) for n in range(tree.num_nodes)]
    reach = [
        n
        for n in range(tree.num_nodes)
        if all(p[a] >= limits[tree.levels[a] - 1] for a in paths[n])
    ]
    kept = [n for n in reach if not any(n in paths[m] and m != n for m in reach)]
    return sorted(kept, key=lambda n: (-p[n], n))


@settings(max_examples=30, deadline=None)
@given(trees(), st.integers(0, 99), st.integers(1, 4))
def test_cells_say_what_the_set_is(form, seed, shown):
    tree = tree_of(form)
    rng = np.random.default_rng(seed)
    logs = coherent_logs(tree, 4, rng)
    limits = rng.uniform(0.1, 0.9, tree.num_levels)
    sets = codes_by_thresholds(logs, limits, tree, allow_empty=True)
    cells = set_columns(sets, logs, tree, shown, ";")
    for row, p in enumerate(np.exp(logs)):
        wanted = given_by_hand(p, limits, tree)
        assert cells["codes"][row] == ";".join(tree.codes[n] for n in wanted)
        numbers = cells["probabilities"][row].split(";") if wanted else []
        assert list(map(float, numbers)) == pytest.approx(p[wanted], rel=1e-5)
        assert cells["num_codes"][row] == len(wanted)
        least = cells["least_probability"][row]
        assert least == pytest.approx(min(p[wanted], default=np.nan), nan_ok=True)
        for place in range(shown):
            node = wanted[place] if place < len(wanted) else -1
            code = tree.codes[node] if node >= 0 else ""
            level = tree.levels[node] if node >= 0 else 0
            assert cells[f"code_{place + 1}"][row] == code
            assert cells[f"level_{place + 1}"][row] == level
            assert np.isnan(cells[f"probability_{place + 1}"][row]) == (node < 0)


def test_codes_under_two_parents_have_paths():
    tree = Taxonomy(["1", "2", "9", "9"], [-1, -1, 0, 1], ["", "", "Uno", "Dos"])
    logs = np.log([[0.9, 0.8, 0.5, 0.7]])
    cells = set_columns(np.array([[3, 2]]), logs, tree, 2)
    assert (cells["codes"][0], cells["code_paths"][0]) == ("9|9", "2 > 9|1 > 9")
    assert (cells["code_path_2"][0], cells["label_2"][0]) == ("1 > 9", "Uno")


@pytest.fixture(scope="module")
def coder():
    found = classifier(head="multi_path")
    found.set_rule = SetRule(TREE, np.array([0.4, 0.3]))
    return found


def test_a_classifier_gives_the_sets_of_its_rule(coder):
    rows = [{"name": text} for text in TEXTS]
    table = coder.predict(pd.Series(rows, index=list("abcde")), top_k=3)
    assert table.index.tolist() == list("abcde")
    assert table.columns.tolist() == coder.columns(3).names
    logs = coder.log_probabilities(coder.encode(rows))
    wanted = [
        "|".join(TREE.codes[n] for n in nodes if n >= 0)
        for nodes in coder.set_rule.codes(logs)
    ]
    assert table["codes"].tolist() == [*wanted[:2], "", *wanted[3:]]
    assert table["num_codes"].max() > 1
    assert table["flag"].tolist()[2:4] == ["blank", "unknown_words"]
    assert table.loc["c", ["code_1", "top_1_code"]].tolist() == ["", ""]
    assert pd.isna(table.loc["c", ["level_1", "least_probability"]]).all()


def test_candidates_are_those_of_a_single_code(coder):
    texts = coder.encode([{"name": text} for text in TEXTS])
    single = TextCoder(TREE, coder.log_probabilities).decode(texts, 3)
    cells = decoding_columns(single, TREE)
    table = coder.predict([{"name": text} for text in TEXTS], top_k=3)
    for name in ("top_1_code", "top_3_code", "top_2_probability"):
        np.testing.assert_array_equal(table[name], cells[name])


def test_one_record_alone_is_one_among_many(coder):
    together = coder.predict(TEXTS * 2)
    for row, text in enumerate(TEXTS):
        alone = coder.predict([text])
        for both in (row, row + len(TEXTS)):
            found = together.iloc[[both]].reset_index(drop=True)
            pd.testing.assert_frame_equal(found, alone, rtol=1e-5)


def test_any_rule_gives_sets_without_ancestors(coder):
    found = coder.predict(TEXTS, rule=best_sets_for_f)
    logs = coder.log_probabilities(coder.encode(TEXTS))
    first = best_sets_for_f(logs, TREE).sets[0]
    assert found["codes"][0] == "|".join(TREE.codes[n] for n in first if n >= 0)
    odd = coder.predict(TEXTS, rule=lambda logs, _: np.full((len(logs), 3), [0, 2, 2]))
    assert odd["codes"].tolist() == ["11", "11", "", "11", "11"]
    one = coder.predict(["pan"], rule=lambda logs, _: np.array([5]))
    assert one["codes"].tolist() == ["22"]
    with pytest.raises(InputError, match="`rule`: 1 of 1 sets have node ids outside"):
        coder.predict(["pan"], rule=lambda logs, _: np.array([[6]]))
    with pytest.raises(InputError, match="`rule`: Expected a function"):
        coder.predict(["pan"], rule="expected_hf")


def test_single_codes_and_evidence_are_refused(coder):
    for ask in (lambda: coder.decode(coder.encode(TEXTS)), lambda: coder.attend(TEXTS)):
        with pytest.raises(InputError, match="does not work with sets yet"):
            ask()


def test_a_run_whose_codes_hold_the_mark_gives_none():
    with pytest.raises(InputError, match=r"the model: '\|' stands between"):
        separator_of(None, Taxonomy(["1", "1|2"], [-1, -1]))
