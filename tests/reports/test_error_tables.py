"""Tables and pictures of where in the tree the errors are."""

import numpy as np
import pandas as pd
import pytest
from support.coded_records import EVEN, UNEVEN, coded_records

from han.code_list.taxonomy import ROOT
from han.decisions.coded_records import CodedRecords
from han.decisions.path_probabilities import CodedPaths
from han.reports.error_tables import branch_table, level_table, pair_table, record_table
from han.reports.evaluation_pictures import (
    coverage_picture,
    reliability_picture,
    routes_picture,
    tree_picture,
)
from han.reports.mistakes import confused_pairs, first_wrong_levels, kinds_of_error


def by_hand(true, given, tree=EVEN, **more):
    """Records with the given true and proposed codes."""
    nodes = np.array([tree.codes.index(code) for code in true], np.int32)
    said = np.array([tree.codes.index(c) if c else ROOT for c in given], np.int32)
    paths = np.where(said[:, None] == ROOT, ROOT, tree.paths[said])
    sure = np.where(paths == ROOT, 0.0, 0.8)
    return CodedRecords(
        tree,
        nodes,
        said,
        CodedPaths(paths, sure),
        np.ones(len(nodes)),
        {},
        sure[:, -1],
        **more,
    )


@pytest.fixture
def some():
    """Right; sibling; cousin; another branch, twice; partial, not contradicted."""
    true = ["p1x", "p1x", "p1x", "p2y", "p2y", "q"]
    given = ["p1x", "p1y", "p2x", "q1x", "q1x", "q1x"]
    return by_hand(true, given, keys={"id": list("abcdef")})


def test_a_row_says_what_is_wrong_with_a_code(some):
    table = record_table(some)
    assert table.id.tolist() == list("abcdef")
    kinds = ["right", "sibling", "cousin", "branch", "branch", "deep"]
    assert table.kind.tolist() == kinds
    assert table.first_wrong_level.tolist() == [0, 3, 2, 1, 1, 0]
    assert table.given_code.tolist()[3] == "q1x" and table.true_title[5] == "Quesos"
    assert table.probability.tolist() == [0.8] * 6


def test_a_row_without_a_code_has_none():
    table = record_table(by_hand(["p1x"], [""]))
    assert table[["given_code", "kind"]].to_numpy().tolist() == [["", "none"]]


def test_levels_add_up(some):
    table = level_table(some)
    assert table.records.tolist() == [6, 5, 5]
    assert table.right.tolist() == pytest.approx([4 / 6, 2 / 5, 1 / 5])
    assert table.first_wrong.tolist() == [2, 1, 1]
    assert table.right_below_right.tolist() == pytest.approx([4 / 6, 2 / 3, 1 / 2])
    assert table.codes.tolist() == [3, 6, 12]


@pytest.mark.parametrize("tree", [EVEN, UNEVEN])
def test_tables_agree_with_the_page(tree):
    coded = coded_records(tree)
    table = record_table(coded)
    counted = table.kind.value_counts().to_dict()
    kinds = {name: n for name, n in kinds_of_error(coded).items() if n}
    assert {k: n for k, n in counted.items() if k != "right"} == kinds
    wrong = table.first_wrong_level.value_counts()
    expected = first_wrong_levels(coded)
    assert {
        str(k): int(wrong.get(k, 0)) for k in range(1, tree.num_levels + 1)
    } == expected
    branches = branch_table(coded)
    assert branches.records.sum() == len(coded)
    assert branches.share_of_errors.sum() == pytest.approx(1.0)
    right = (branches.right * branches.records).sum()
    assert right == pytest.approx(table.kind.isin(["right", "deep"]).sum())
    assert branches.errors.is_monotonic_decreasing


def test_a_branch_without_a_title_is_told_by_an_example(some):
    table = branch_table(some)
    assert table.loc["p", "title"] == "Pan & <b>queso</b>"
    inner = branch_table(some, level=2)
    assert inner.loc["p1", "title"] == "such as p1x"
    assert inner.loc["p1", ["records", "errors"]].tolist() == [3, 2]
    assert table.loc["p", "right_here"] == pytest.approx(3 / 5)


def test_pairs_are_those_of_the_page(some):
    table = pair_table(some)
    assert table.iloc[0].tolist() == ["p2y", "p2y", "q1x", "q1x", 2, 0, 2]
    assert len(table) == confused_pairs(some)[1] == 3
    assert len(pair_table(by_hand(["p1x"], ["p1x"]))) == 0


def test_no_record_wrong_is_no_division_by_nothing():
    table = branch_table(by_hand(["p1x", "q1x"], ["p1x", "q1x"]))
    assert table.share_of_errors.tolist() == [0.0, 0.0]


# Pictures


def drawn(figure):
    """Bars of the first axes as (from, width, level), and their colours."""
    bars = figure.axes[0].collections
    boxes = [path.get_extents() for bar in bars for path in bar.get_paths()]
    colours = [tuple(bar.get_facecolor()[0][:3]) for bar in bars]
    return [(b.x0, b.width, int(b.y0)) for b in boxes], colours


def test_the_tree_is_as_wide_as_its_records_and_dark_where_wrong(some):
    figure = tree_picture(some)
    boxes, colours = drawn(figure)
    assert boxes[:2] == [(0.0, 5.0, 0), (5.0, 1.0, 0)]
    assert sum(width for _, width, level in boxes if level == 2) == 5  # one is partial
    shade = {box: sum(colour) for box, colour in zip(boxes, colours, strict=True)}
    assert shade[5.0, 1.0, 0] > shade[0.0, 5.0, 0]  # lighter: nothing wrong there
    assert {text.get_text() for text in figure.axes[0].texts} >= {"p", "q", "p1", "p2"}


@pytest.mark.parametrize("tree", [EVEN, UNEVEN])
@pytest.mark.parametrize(
    "picture", [tree_picture, coverage_picture, reliability_picture]
)
def test_pictures_can_be_drawn(tree, picture, tmp_path):
    file = tmp_path / "picture.png"
    picture(coded_records(tree)).savefig(file)
    assert file.read_bytes()[:4] == b"\x89PNG"


def test_coverage_marks_the_target():
    axes = coverage_picture(coded_records(), target=0.8).axes
    assert len(axes) == 3
    assert [line.get_ydata()[0] for line in axes[0].lines][-1] == 0.8


def test_routes_fill_the_width():
    table = pd.DataFrame(
        {"auto": [0.5, 0.0], "partial": [0.2, 0.4], "review": [0.3, 0.6]},
        index=pd.Index([0.9, 0.95], name="target"),
    )
    axes = routes_picture(table).axes[0]
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert max(ends) == pytest.approx(1.0) and len(ends) == 6
    assert [t.get_text() for t in axes.get_yticklabels()] == ["90%", "95%"]
