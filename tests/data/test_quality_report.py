"""The data report counts what is there and repeats nobody's words."""

import numpy as np
import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.data.quality_report import (
    codes_of_two_parents,
    contradictions,
    file_report,
    level_reports,
    node_counts,
    shared_texts,
)
from han.data.quality_report_text import data_report
from han.data.records import Records
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

TREE = Taxonomy(["1", "2", "11", "12", "111"], [-1, -1, 0, 0, 2])
ONE, TWO, N11, N12, N111 = range(5)
TEXTS = [
    "Zapatero remendón",  # rows 1 and 2: the same text, codes 111 and 12
    "zapatero  remendon!",
    "panadera",  # rows 3 and 4: a code and its ancestor
    "Panadera",
    "",  # rows 5 and 6: blank, coded differently
    " ... ",
    "uno dos tres cuatro cinco seis siete",  # cut
    "sin código",
]
NODES = np.array([N111, N12, ONE, N11, TWO, N12, N11, -1], np.int32)
ROLES = np.array(["train"] * 6 + ["test"] * 2, dtype=object)


def report_of_all():
    rows = Records(
        source="casa.csv",
        rows=np.arange(1, 9),
        fields={
            "text": np.array(TEXTS, dtype=object),
            "tasks": np.array([""] * 6 + ["remienda", " "], dtype=object),
        },
        labels=np.full((8, 1), "", dtype=object),
        keys=pd.DataFrame(index=range(8)),
        weights=np.ones(8),
        others={},
    )
    limits = {"text": FieldLimits(2, 2), "tasks": FieldLimits(2, 2)}
    encoder = TextEncoder(limits, Splitter(), Cleaner(), Vocabulary([]))
    columns = {name: texts.tolist() for name, texts in rows.fields.items()}
    return file_report(rows, NODES, ROLES, encoder.tokenise(columns), TREE)


def test_file_report_counts() -> None:
    report = report_of_all()
    assert report.rows == 8
    assert report.roles == {"train": 6, "validation": 0, "calibration": 0, "test": 2}
    assert report.blank_rows == [5, 6]
    assert report.blank_roles == {
        "train": 2,
        "validation": 0,
        "calibration": 0,
        "test": 0,
    }
    assert report.unlabelled_rows == [8]
    assert report.blank_fields == {"text": 1 / 8, "tasks": 7 / 8}
    assert report.partial_codes == 3  # 1, 11 and 11: node 11 has a child
    assert report.repeated_texts == 2  # blank ones repeat nothing
    assert (report.contradictory_texts, report.contradictory_rows) == (1, [1, 2])
    assert report.cut_rows == [7]
    assert report.word_quantiles == {"50%": 2, "90%": 8, "99%": 8, "100%": 8}


def test_contradictions() -> None:
    def count(*nodes: int) -> tuple[int, list[int]]:
        found, rows = contradictions(
            ["a"] * len(nodes), np.array(nodes, np.int32), TREE
        )
        return found, rows.tolist()

    assert count(N111, ONE, N11, N111) == (0, [])
    assert count(N111, N12) == (1, [0, 1])
    assert count(ONE, N11, -1, N12) == (1, [0, 1, 3])
    assert count(ONE, TWO) == (1, [0, 1])
    assert count(-1, ONE) == (0, [])
    keys = ["a", "b", "a", "\x1f", "\x1f"]
    found, rows = contradictions(keys, np.array([ONE, ONE, TWO, ONE, TWO]), TREE)
    assert (found, rows.tolist()) == (1, [0, 2])


def test_level_reports() -> None:
    nodes = np.array([N111] * 5 + [N12, N11, -1], np.int32)
    assert node_counts(nodes, TREE).tolist() == [7, 0, 6, 1, 5]
    found = [
        (r.level, r.classes, r.seen, r.few_codes, r.unseen_codes)
        for r in level_reports(nodes, TREE)
    ]
    assert found == [
        (1, 2, 1, [], ["2"]),
        (2, 2, 2, ["12"], []),
        (3, 1, 1, [], []),
    ]
    assert [r.seen for r in level_reports(np.array([-1], np.int32), TREE)] == [0, 0, 0]


def test_shared_texts() -> None:
    keys = {"train": {"a", "b"}, "test": {"b", "c"}, "validation": {"d"}}
    assert shared_texts(keys) == {"validation": 0, "test": 1}
    assert shared_texts({"test": {"a"}}) == {"test": 0}


def test_report_names_rows_and_never_words() -> None:
    text = data_report([report_of_all()], level_reports(NODES, TREE), {"test": 3})
    assert "casa.csv: 8 rows (6 train, 2 test)" in text
    assert "rows without any word: 2 (rows 5, 6), of these 2 train\n" in text
    assert "rows without a code: 1 (rows 8)" in text
    assert "texts coded in two ways: 1 texts in 2 rows (rows 1, 2)" in text
    assert "cut by max_words and max_sentences: 1 (rows 7) (12.5%)" in text
    assert "words in a record: half have up to 2, 90% up to 8, 99% up to 8" in text
    assert text.count("(row 1 is the first after the header)") == 1
    levels = "level 3: 1 codes, 1 with rows, 1 of these with fewer than 5 (111), 0 wi"
    assert levels in text
    assert "codes under two parents" not in text
    assert "Texts of other splits that also train: 3 in test" in text
    words = {w for t in TEXTS for w in t.lower().split() if w.isalpha()} | {"remienda"}
    assert not words & set(text.lower().replace(",", " ").split())
    assert data_report([], [], {"test": 0}).endswith(
        "Texts of other splits that also train: none"
    )


def test_codes_of_two_parents_are_named() -> None:
    paths = [("1", "1"), ("1", "9"), ("2", "9"), ("1", "8", "7"), ("2", "8", "7")]
    found = codes_of_two_parents(Taxonomy.from_paths(paths))
    assert found == ["8", "9", "7"]  # "1" below "1" is another level
    text = data_report([], [], {}, [str(i) for i in range(12)])
    assert "codes under two parents: 12 (0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2" in text


def test_codes_that_repeat_are_listed_by_their_path() -> None:
    tree = Taxonomy(["1", "2", "9", "9"], [-1, -1, 0, 1])
    text = data_report([], level_reports(np.array([2], np.int32), tree), {})
    assert "fewer than 5 (1 > 9), 1 without any (2 > 9)" in text


def test_labels_that_may_be_texts_are_counted_only() -> None:
    tree = Taxonomy(["1", "vende pan", "panadero"], [-1, -1, -1])
    text = data_report([], level_reports(np.array([2], np.int32), tree), {})
    assert "1 of these with fewer than 5, 2 without any" in text
