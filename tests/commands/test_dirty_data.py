"""Missing and dirty data from file to run, and from run to coded file. No network."""

import json

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROWS, write_experiment

from han import evaluate, predict, train
from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.runs.loading import load_classifier

HEAD = "role,text,tasks,level_1,level_2,sector,age"


def lines(role, count=24):
    """Clean rows: no two alike."""
    return [
        f"{role},{text} {role}{i},hace {text},{a},{b},0{a},{20 + i % 30}"
        for i, (text, a, b) in ((i, ROWS[i % len(ROWS)]) for i in range(count))
    ]


SIDES = "{sector: {kind: categorical}, age: {kind: numeric}}"


@pytest.fixture
def dirty(tmp_path):
    """Writes an experiment with some more rows, and reads its config."""

    def make(*rows, more="", kind="majority"):
        table = [HEAD, *lines("train"), *lines("validation", 6), *lines("test", 6)]
        file = write_experiment(
            tmp_path,
            data=(
                f"{{train: {tmp_path}/dirty.csv, fields: {{text: {{}}, tasks: {{}}}}, "
                "label_columns: [level_1, level_2], split: {column: role}"
                f"{', ' + more if more else ''}}}"
            ),
            model=f"{{kind: {kind}}}",
        )
        (tmp_path / "dirty.csv").write_text("\n".join([*table, *rows]) + "\n")
        return file

    return make


def corpus_of(file):
    return read_corpus(read_config(file))


def sizes(corpus):
    return {role: len(part) for role, part in corpus.examples.items()}


CLEAN = {"train": 24, "validation": 6, "test": 6}
NOTHING = [  # rows 37 to 40
    "train,NS,99,1,11,01,20",
    "train,11,ns,2,21,01,20",
    "train,,,2,21,01,20",
    "test,idem,.,1,11,01,20",
]


def test_records_of_non_answers_do_not_train_but_count_in_tests(dirty):
    corpus = corpus_of(dirty(*NOTHING))
    assert sizes(corpus) == {**CLEAN, "test": 7}
    assert not {"ns", "99", "11", "idem"} & set(corpus.encoder.vocabulary.words)
    assert corpus.examples["test"].texts.document_words.tolist()[-1] == 0


def test_the_report_counts_them_by_role_and_says_no_text(dirty):
    report = corpus_of(dirty(*NOTHING)).report
    assert "rows without any word: 4 (rows 37, 38, 39, 40), of these 3 train" in report
    said = "of non-answers only (`data.non_answers`): 2 (rows 37, 40), of these 1 train"
    assert said in report and "1 test" in report
    assert "bare codes only (`data.bare_codes`): 1 (rows 38)" in report
    assert "read as blank fields: text 7.5%, tasks 7.5%" in report
    assert "idem" not in report.lower()


def test_they_are_no_texts_that_contradict_or_repeat(dirty):
    twice = [
        "train,ns,99,1,11,01,20",
        "train,NS,99,2,21,01,20",
        "test,ns,99,1,11,01,20",
    ]
    report = corpus_of(dirty(*twice)).report
    assert "texts coded in two ways: 0" in report
    assert "Texts of other splits that also train: none" in report
    off = corpus_of(dirty(*twice, more="non_answers: []")).report
    assert "texts coded in two ways: 1" in off and "1 in test" in off


def test_one_non_answer_among_answers_is_blanked(dirty):
    corpus = corpus_of(dirty("train,pan de anís,ns,1,11,01,20"))
    assert len(corpus.examples["train"]) == 25
    assert corpus.examples["train"].texts.document_words.tolist()[-1] == 3


@pytest.mark.parametrize(
    ("more", "trained"),
    [
        ("non_answers: []", 26),  # the bare code does not train
        ("non_answers: [], bare_codes: false", 27),
        ("bare_codes: false", 25),
        ("non_answers: [ns]", 25),
        ("non_answers: [ns, 99]", 24),
    ],
)
def test_the_list_may_be_another(dirty, more, trained):
    rows = ["train,ns,,1,11,01,20", "train,99,,1,11,01,20", "train,11,,1,11,01,20"]
    assert len(corpus_of(dirty(*rows, more=more)).examples["train"]) == trained


def test_the_list_may_be_a_file(dirty, tmp_path):
    (tmp_path / "none.txt").write_text("sepa la bola\n")
    more = f"non_answers: {tmp_path}/none.txt"
    corpus = corpus_of(dirty("train,Sepa la bola,,1,11,01,20", more=more))
    assert len(corpus.examples["train"]) == 24
    assert f"{tmp_path}/none.txt" in corpus.fingerprints
    with pytest.raises(InputError, match=r"absent.txt: there is no .*a list, like"):
        corpus_of(dirty(more="non_answers: absent.txt"))


GAPS = [
    "train,pan nuevo,,1,11,,",
    "train,pan viejo,hace pan,1,,01,20",
    "test,pan,,1,11,,",
]


def test_a_missing_value_may_be_an_error(dirty):
    rows = ["test,pan,ns,1,11,,"]  # a non-answer is missing, too
    for name, said in {"tasks": "rows 37, 38", "sector": "rows 37, 38"}.items():
        more = f"side_features: {SIDES}, missing: {{{name}: error}}"
        with pytest.raises(InputError, match=rf"{said}: '{name}' is missing.*drop"):
            corpus_of(dirty(GAPS[0], *rows, more=more))


@pytest.mark.parametrize(
    ("missing", "trained", "reported"),
    [
        ("tasks: drop", 25, "for want of 'tasks': 1 (rows 37)"),
        ("age: drop", 25, "for want of 'age': 1 (rows 37)"),
        ("level_2: drop", 25, "for want of 'level_2': 1 (rows 38)"),
        ("tasks: drop, level_2: drop", 24, "for want of 'level_2': 1 (rows 38)"),
        ("tasks: unknown, age: most_frequent", 26, "codes that stop before a leaf: 1"),
    ],
)
def test_rows_may_be_dropped_from_training(dirty, missing, trained, reported):
    more = f"side_features: {SIDES}, missing: {{{missing}}}"
    corpus = corpus_of(dirty(*GAPS, more=more))
    assert sizes(corpus) == {**CLEAN, "train": trained, "test": 7}
    assert reported in corpus.report


def test_side_features_are_learnt_from_training_and_follow_their_rows(dirty):
    more = f"side_features: {SIDES}"
    corpus = corpus_of(dirty(*GAPS, more=more))
    names = ["sector unknown", "sector 01", "sector 02", "age", "age missing"]
    assert corpus.side_features.names == names
    train, test = corpus.examples["train"], corpus.examples["test"]
    assert train.side.shape == (26, 5) and test.side.shape == (7, 5)
    assert test.side[-1].tolist() == [1, 0, 0, 0, 1]
    one = corpus.tree.codes.index("1")
    is_one = np.array(
        [one in corpus.tree.ancestors(n) or n == one for n in train.nodes]
    )
    assert (train.side[:-2, 1] == is_one[:-2]).all()
    rows = np.array([3, 0])
    assert (train.texts.take(rows).side == train.side[rows]).all()


def test_settings_of_side_features_reach_them(dirty):
    sides = "{sector: {kind: categorical, max_categories: 1}, old: {column: age, "
    more = f"side_features: {sides}kind: categorical, min_count: 13}}}}"
    names = ["sector unknown", "sector 01", "old unknown"]
    assert corpus_of(dirty(more=more)).side_features.names == names
    more = more.replace("13", "1")
    assert corpus_of(dirty(more=more)).side_features.width == 3 + 24


def test_without_side_features_the_matrix_has_no_width(dirty):
    corpus = corpus_of(dirty())
    assert corpus.examples["train"].side.shape == (24, 0)
    assert corpus.side_features.width == 0


def test_numbers_that_are_none_are_found_by_check(dirty):
    file = dirty('train,pan,,1,11,01,"1,5"', more=f"side_features: {SIDES}")
    with pytest.raises(InputError, match=r"rows 37: column 'age'.*1.5, not 1,5"):
        train.main([str(file), "--check"])


def test_a_run_codes_and_evaluates_as_it_was_trained(dirty, tmp_path, capsys):
    more = f"side_features: {SIDES}, key_columns: [role]"
    file = dirty(*NOTHING, more=more, kind="tfidf_svm")
    assert train.main([str(file)]) == 0
    run = tmp_path / "run"
    assert (
        json.loads((run / "side_features.json").read_text())["age"]["kind"] == "numeric"
    )
    kept = json.loads((run / "metrics.json").read_text())["test"]
    assert evaluate.main([str(run)]) == 0
    again = json.loads((run / "metrics.json").read_text())["test"]
    assert kept["rows"] == again["rows"] == 7
    assert kept["leaf_accuracy"] == again["leaf_accuracy"] < 1  # row 40 has no code

    assert (
        predict.main([str(run), str(tmp_path / "dirty.csv"), "-o", f"{tmp_path}/x.csv"])
        == 0
    )
    table = pd.read_csv(tmp_path / "x.csv", dtype=str, keep_default_na=False)
    flags = ["non_answer", "bare_code", "blank", "non_answer"]
    assert table["flag"].tolist()[36:] == flags
    assert not table["code"][36:].any() and table["code"][:36].all()
    said = "1 blank (no code), 2 non-answers (no code), 1 with a bare code only"
    assert said in capsys.readouterr().out

    (tmp_path / "new.csv").write_text(
        "role,text,tasks,sector,age\na,pan,,01,1\nb,,,,x\n"
    )
    with pytest.raises(InputError, match=r"new.csv, rows 2: column 'age'"):
        predict.main([str(run), str(tmp_path / "new.csv"), "-o", f"{tmp_path}/y.csv"])


def test_side_features_of_a_classifier(dirty, tmp_path):
    file = dirty(more=f"side_features: {SIDES}")
    assert train.main([str(file)]) == 0
    classifier = load_classifier(tmp_path / "run")
    texts = classifier.encode(["pan", "sal"], side={"sector": ["01", None]})
    assert texts.side.tolist() == [[0, 1, 0, 0, 1], [1, 0, 0, 0, 1]]
    assert classifier.encode(["pan"]).side.tolist() == [[1, 0, 0, 0, 1]]
    table = classifier.predict(["pan", "pan", "NS"], side={"age": ["20", "30", "20"]})
    assert table["flag"].tolist() == ["", "", "non_answer"]
    with pytest.raises(InputError, match=r"no side feature sektor.*has: sector, age"):
        classifier.predict(["pan"], side={"sektor": ["1"]})
    with pytest.raises(InputError, match=r"age has 2 cells for 1 document\."):
        classifier.predict(["pan"], side={"age": ["1", "2"]})
    with pytest.raises(InputError, match="Records, rows 1: side feature 'age'"):
        classifier.predict(["pan"], side={"age": ["veinte"]})


def test_equal_texts_with_other_side_features_are_other_documents(dirty, tmp_path):
    file = dirty(more=f"side_features: {SIDES}")
    assert train.main([str(file)]) == 0
    classifier = load_classifier(tmp_path / "run")
    seen = []

    def spy(texts):
        seen.append(texts.side)
        return original(texts)

    original = classifier.model.log_probabilities
    classifier.model.log_probabilities = spy
    classifier.predict(["pan", "pan", "pan"], side={"sector": ["01", "02", "01"]})
    assert [side.tolist() for side in seen] == [[[0, 1, 0, 0, 1], [0, 0, 1, 0, 1]]]


def test_keys_that_repeat_are_counted_and_not_shown(tmp_path, capsys):
    file = write_experiment(tmp_path, repeat=6, model="{kind: majority}")
    assert train.main([str(file)]) == 0
    assert "keys that other rows" not in capsys.readouterr().out
    data = tmp_path / "data.csv"
    lines = data.read_text().splitlines()
    lines[5] = lines[5].replace("0-4,", "0-1,")
    lines[9] = lines[9].replace("0-8,", "0-1,")
    data.write_text("\n".join(lines) + "\n")
    assert train.main([str(file), "--check"]) == 0
    assert "keys that other rows have, too: 3 (rows 2, 5, 9)" in capsys.readouterr().out
    coded = str(tmp_path / "coded.csv")
    assert predict.main([str(tmp_path / "run"), str(data), "-o", coded]) == 0
    said = capsys.readouterr().err
    assert "note: 2 records with keys that an earlier one has, too (`data.key" in said
    assert "0-1" not in said


def test_unlikely_survey_weights_are_named_by_row(tmp_path, capsys):
    file = write_experiment(tmp_path, model="{kind: majority}")
    data = tmp_path / "data.csv"
    head, *rows = data.read_text().splitlines()
    weights = ["1"] * len(rows)
    weights[6] = "9999"
    lines = [f"{row},{weight}" for row, weight in zip(rows, weights, strict=True)]
    data.write_text("\n".join([f"{head},w", *lines]) + "\n")
    assert train.main([str(file), "--check", "data.weight_column=w"]) == 0
    said = "survey weights far from all others: 1 (rows 7)"
    assert said in capsys.readouterr().out
