"""Faults of crosswalks, each made by hand; kinds of change."""

import numpy as np
import pytest

from han import Taxonomy, recode
from han.errors import InputError
from han.revision.crosswalk_checks import code_kinds, crosswalk_faults
from han.revision.crosswalk_rows import OldToNew, read_crosswalk

OLD = Taxonomy(["A", "01", "02", "03", "04"], [-1, 0, 0, 0, 0])
NEW = Taxonomy(["A", "11", "12", "13"], [-1, 0, 0, 0])
GOOD = "old,new,share\n01,11,1\n02,11,0.25\n02,12,0.75\n03,13,1\n04,13,1\n"


def walk(tmp_path, text):
    file = tmp_path / "walk.csv"
    file.write_text(text)
    return read_crosswalk(file)


def faults(tmp_path, text, **more):
    found = crosswalk_faults(walk(tmp_path, text), OLD, NEW, **more)
    return [(fault.kind, fault.code, fault.rows, fault.found) for fault in found]


def test_a_complete_one_has_none(tmp_path):
    assert faults(tmp_path, GOOD) == []


def test_every_fault_is_found_once(tmp_path):
    text = (
        "old,new,share\n01,11,0.5\n01,11,0.4\n02,A,1\n03,99,1\n09,11,1\nA,12,1\n04,,\n"
    )
    assert faults(tmp_path, text) == [
        ("old_without_target", "04", (), ""),
        ("new_without_source", "13", (), ""),
        ("unknown_old", "09", (5,), ""),
        ("unknown_new", "99", (4,), ""),
        ("wrong_level_old", "A", (6,), "1"),
        ("wrong_level_new", "A", (3,), "1"),
        ("twice", "01 > 11", (1, 2), ""),
        ("share_sum", "01", (1, 2), "0.9"),
    ]


def test_levels_of_rows_must_be_complete(tmp_path):
    text = "old,new,level\n01,11,2\n02,12,2\n03,13,2\n04,13,2\n"
    assert faults(tmp_path, text) == []
    assert faults(tmp_path, text + "A,A,1\n") == []
    assert faults(tmp_path, text + "A,11,1\n") == [
        ("new_without_source", "A", (), ""),
        ("wrong_level_new", "11", (5,), "2"),
    ]


def test_one_level_for_all(tmp_path):
    assert faults(tmp_path, "old,new\nA,A\n", level=1) == []
    assert len(faults(tmp_path, "old,new\nA,A\n")) == 7 + 2  # 4 + 3 missing, 2 A


def test_kinds():
    found = code_kinds(
        {"1": "a", "2": "bc", "3": "d", "4": "d", "5": "ef", "6": "f", "7": ""}
    )
    assert found == {
        **{"1": "1:1", "2": "1:n", "3": "n:1", "4": "n:1"},
        **{"5": "n:m", "6": "n:1", "7": "1:0"},
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("old,neu\n1,1\n", "no column 'new'"),
        ("old,new\n,1\n", "there is no old code"),
        ("old,new,share\n1,1,1.5\n", "these are no shares"),
        ("old,new,share\n1,1,half\n", "these are no shares"),
        ("old,new,level\n1,1,0\n", "these are no levels"),
        ("old,new,share\n1,1,0.5\n1,2,0.4\n", "sum to 0.9"),
        ("old,new\n1,1\n1,1\n", "row 2: '1' to '1' stands there twice"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        OldToNew.of(walk(tmp_path, text))


def test_rounded_shares_are_made_to_sum_to_one(tmp_path):
    found = OldToNew.of(walk(tmp_path, "old,new,share\n1,b,0.333\n1,a,0.666\n"))
    assert found.targets == {"1": ("a", "b")}
    np.testing.assert_allclose(found.shares["1"], [2 / 3, 1 / 3])


def test_the_command_counts_records(tmp_path, capsys):
    (tmp_path / "old.csv").write_text("code,parent\nA,\n01,A\n02,A\n03,A\n04,A\n")
    (tmp_path / "new.csv").write_text("code,parent\nA,\n11,A\n12,A\n13,A\n")
    (tmp_path / "walk.csv").write_text(GOOD)
    (tmp_path / "data.csv").write_text("id,isic,w\n1,01,1\n2,02,2\n3,77,3\n4,,2\n")
    asked = ["check", f"{tmp_path}/walk.csv", "--old", f"{tmp_path}/old.csv"]
    asked += ["--new", f"{tmp_path}/new.csv", "--lang", "en"]
    data = ["--data", f"{tmp_path}/data.csv", "--old-column", "isic", "--weight", "w"]
    assert recode.main([*asked, *data]) == 0
    said = {
        line.split("  ")[1]: line.split()
        for line in capsys.readouterr().out.split("\n")
        if line.startswith("  ")
    }
    assert said["n:1"][1:] == ["3", "1", "25.0%", "1", "12.5%"]
    assert said["n:m"][1:] == ["1", "1", "25.0%", "2", "25.0%"]
    assert said["old code not in the crosswalk"][-4:] == ["1", "25.0%", "3", "37.5%"]
    (tmp_path / "walk.csv").write_text("old,new\n01,11\n")
    assert recode.main(asked) == 3
    assert "old codes without a target: 3\n  02\n" in capsys.readouterr().out
    with pytest.raises(InputError, match="both --data and --old-column"):
        recode.main([*asked, "--old-column", "isic"])
