"""What an experiment reads: files, roles, labels and words."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.corpora import by_role, config_of, rows, write

from han.config import (
    Config,
    LoggingConfig,
    SplitConfig,
    TaxonomyConfig,
    TextConfig,
)
from han.data.records import fingerprint
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.experiment.corpus import read_corpus
from han.experiment.row_roles import role_shares


def test_roles_come_from_a_column(tmp_path: Path) -> None:
    config = config_of(tmp_path, by_role(tmp_path))
    corpus = read_corpus(config)
    sizes = {role: len(part) for role, part in corpus.examples.items()}
    assert sizes == {"train": 4, "validation": 2, "test": 2}  # no calibration
    train = corpus.examples["train"]
    codes = [corpus.tree.code_path(node) for node in train.nodes]
    assert codes == [("1", "10"), ("1", "11"), ("1", "10"), ("1", "11")]
    assert train.weights.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert train.texts.document_words.tolist() == [2] * 4


def test_steps_that_never_come_cannot_be_profiled(tmp_path: Path) -> None:
    config = config_of(tmp_path, by_role(tmp_path))
    asked = replace(config, logging=LoggingConfig(profile_steps=(100, 200)))
    with pytest.raises(InputError, match=r"begins with step 100, .* has 20 steps"):
        read_corpus(replace(asked, training=replace(config.training, epochs=20)))


def test_words_come_from_training_alone(tmp_path: Path) -> None:
    corpus = read_corpus(config_of(tmp_path, by_role(tmp_path)))
    words = {"pan", "train0", "train1", "train2", "train3"}
    assert set(corpus.encoder.vocabulary.words) == words
    assert corpus.examples["validation"].texts.known_words.tolist() == [1, 1]


def test_unlabelled_and_blank_rows(tmp_path: Path) -> None:
    extra = [
        ("train", "sin clave", "", "", "1"),
        ("train", " . ", "1", "10", "1"),
        ("test", "sin clave", "", "", "1"),
        ("test", "", "1", "10", "7"),
        ("test", "parcial uno dos tres", "1", "", "8"),
    ]
    corpus = read_corpus(config_of(tmp_path, by_role(tmp_path, *extra)))
    assert len(corpus.examples["train"]) == 4
    assert "clave" not in corpus.encoder.vocabulary.words
    # A blank record is one the office must code, too: it counts in tests.
    test = corpus.examples["test"]
    assert test.weights.tolist() == [1.0, 2.0, 7.0, 8.0]
    assert test.texts.document_words.tolist() == [2, 2, 0, 3]
    assert test.texts.cut.tolist() == [False, False, False, True]
    assert corpus.tree.code_path(test.nodes[3]) == ("1",)
    assert "rows without a code: 2 (rows 9, 11)" in corpus.report
    assert (
        "rows without any word: 2 (rows 10, 12), of these 1 train, 1 test"
        in corpus.report
    )
    assert (
        "Texts of other splits that also train: none" in corpus.report
    )  # blank is no text


def test_own_files_are_not_taken_from_training(tmp_path: Path) -> None:
    own = {
        role: write(tmp_path / f"{role}.csv", rows(role, 3), "role,text,a,b,w")
        for role in ("validation", "test")
    }
    table = [(f"h{i}", f"pan {i}", "1", f"1{i % 2}", "1") for i in range(200)]
    split = SplitConfig(validation=0.3, calibration=0.2, test=0.3)
    config = config_of(tmp_path, table, split=split, **own)
    shares = {"validation": 0.0, "calibration": 0.2, "test": 0.0}
    assert role_shares(config) == shares
    corpus = read_corpus(config)
    sizes = {role: len(part) for role, part in corpus.examples.items()}
    assert (sizes["validation"], sizes["test"]) == (3, 3)
    assert sizes["train"] + sizes["calibration"] == 200
    assert set(corpus.fingerprints) == {config.data.train, *own.values()}
    assert corpus.fingerprints[own["test"]] == fingerprint(Path(own["test"]))


def test_own_files_need_no_split_column(tmp_path: Path) -> None:
    table = [("train", f"pan {i}", "1", "10", "1") for i in range(5)]
    header = "text,a,b,w"
    own = write(tmp_path / "v.csv", [row[1:] for row in table], header)
    corpus = read_corpus(config_of(tmp_path, table, validation=own))
    assert len(corpus.examples["validation"]) == 5
    assert "Texts of other splits that also train: 5 in validation" in corpus.report


def test_fingerprints_hold_the_code_list(tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("code,parent,title\n1,,Uno\n10,1,\n11,1,\n12,1,\n", "utf-8")
    config = config_of(tmp_path, by_role(tmp_path))
    config = replace(config, taxonomy=TaxonomyConfig(file=str(codes)))
    corpus = read_corpus(config)
    assert set(corpus.fingerprints) == {config.data.train, str(codes)}
    assert corpus.tree.num_nodes == 4
    assert "1 without any (12)" in corpus.report


def test_columns_by_role(tmp_path: Path) -> None:
    table = by_role(tmp_path)
    config = config_of(tmp_path, table, key_columns=("role",))
    assert columns_of(config).others == {"split": "role"}
    assert columns_of(config, role="test").others == {}
    to_code = columns_of(config, role="test", labels=False)
    assert to_code.needed == ["text", "role"]
    timed = config_of(tmp_path, table, split=SplitConfig(time_column="w"))
    assert columns_of(timed).others == {"time": "w"}
    grouped = config_of(tmp_path, table, split=SplitConfig(group_by="a"))
    assert columns_of(grouped).others == {"group": "a"}


@pytest.mark.parametrize("role", ["train", "validation"])
def test_a_missing_role_is_an_error(tmp_path: Path, role: str) -> None:
    table = [row for row in by_role(tmp_path) if row[0] != role]
    table.append((role, "sin clave", "", "", "1"))
    with pytest.raises(
        InputError, match=rf"train\.csv: no record .* is left for {role}.*`data.split`"
    ):
        read_corpus(config_of(tmp_path, table))


def test_blank_training_is_an_error(tmp_path: Path) -> None:
    table = [("train", "...", "1", "10", "1"), *rows("validation", 2)]
    with pytest.raises(
        InputError, match=r"train\.csv: no record with words .* is left for train"
    ):
        read_corpus(config_of(tmp_path, table))


def test_no_code_at_all_is_an_error(tmp_path: Path) -> None:
    table = [("train", "pan", "", "", "1"), ("validation", "pan", "", "", "1")]
    with pytest.raises(InputError, match=r"train\.csv: no row has a code"):
        read_corpus(config_of(tmp_path, table))


def test_weights_of_zero_are_an_error(tmp_path: Path) -> None:
    table = [(*row[:4], "0") for row in rows("validation", 2)]
    with pytest.raises(InputError, match="all records for validation have weight 0"):
        read_corpus(config_of(tmp_path, [*rows("train", 3), *table]))


def test_learnt_punkt_keeps_the_words_of_many_only(tmp_path: Path) -> None:
    table = [("train", f"vive en la urb. sur {i}", "1", "10", "1") for i in range(40)]
    table += [("train", "usa xqz. uno xqz. dos xqz. tres", "1", "10", "1")] * 4
    table += [("test", "el tst. uno y el tst. dos", "1", "10", "1")] * 40
    config = config_of(tmp_path, [*table, *rows("validation", 2)])

    def learnt(min_count: int) -> str:
        text = TextConfig(sentences="punkt", min_count=min_count)
        splitter = read_corpus(replace(config, text=text)).encoder.splitter
        return json.dumps(splitter.to_dict())

    assert "urb" in learnt(1)
    assert "xqz" not in learnt(1)  # 12 times, in 4 records
    assert "tst" not in learnt(1)  # not for training
    assert "urb" not in learnt(41)


def test_blocks_do_not_show(tmp_path: Path) -> None:
    table = [("train", f"pan {i}", "1", "10", "1") for i in range(2001)]
    corpus = read_corpus(config_of(tmp_path, [*table, *rows("validation", 1)]))
    found = corpus.examples["train"].texts
    assert len(found) == 2001
    whole = corpus.encoder.encode({"text": [row[1] for row in table]})
    assert np.array_equal(found.word_ids, whole.word_ids)


def coded_by_three(folder: Path) -> Config:
    """Coders a, c and d; they agree on the first training row alone."""
    header = "role,text,a,b,w,c1,c2,d1,d2"
    table = [
        ("train", "uno", "1", "10", "2", "1", "10", "1", "10"),
        ("train", "dos", "1", "10", "3", "1", "11", "1", "11"),
        ("train", "tres", "", "", "1", "2", "", "1", "11"),
        ("train", "nadie", "", "", "1", "", "", "", ""),
        ("validation", "uno", "1", "10", "1", "1", "11", "1", "11"),
        ("test", "dos", "1", "11", "1", "1", "10", "", ""),
    ]
    config = config_of(folder, table, other_coders=(("c1", "c2"), ("d1", "d2")))
    write(folder / "train.csv", table, header)
    return config


def test_every_code_of_several_coders_trains_with_its_share(tmp_path: Path) -> None:
    corpus = read_corpus(coded_by_three(tmp_path))
    train = corpus.examples["train"]
    words = [corpus.encoder.vocabulary.words[i - 2] for i in train.texts.word_ids]
    found = [
        (word, corpus.tree.code_path(node)[-1], round(weight, 6))
        for word, node, weight in zip(words, train.nodes, train.weights, strict=True)
    ]
    assert sorted(found) == [
        ("dos", "10", 1.0),
        ("dos", "11", 2.0),
        ("tres", "11", 0.5),
        ("tres", "2", 0.5),
        ("uno", "10", 2.0),
    ]
    assert corpus.uncoded["train"] == 1
    # A record counts once for the vocabulary and for the report, whatever its codes.
    by_two = replace(coded_by_three(tmp_path), text=TextConfig(min_count=2))
    assert not read_corpus(by_two).encoder.vocabulary.words


def test_the_majority_is_the_truth(tmp_path: Path) -> None:
    corpus = read_corpus(coded_by_three(tmp_path))
    for role, code in (("validation", "11"), ("test", "11")):  # a tie: the first
        part = corpus.examples[role]
        assert [corpus.tree.codes[node] for node in part.nodes] == [code]
        assert part.weights.tolist() == [1.0]
    assert "Coders: 3; how far they agree" in corpus.report
    assert "level 1: 5 records with several codes, 90.9% of pairs" in corpus.report


def test_other_coders_columns_are_needed(tmp_path: Path) -> None:
    config = config_of(tmp_path, by_role(tmp_path), other_coders=(("c1", "c2"),))
    with pytest.raises(InputError, match=r"no column 'c1', 'c2'|no columns? .*'c1'"):
        read_corpus(config)
    assert columns_of(config).labels == ("a", "b", "c1", "c2")


# Leading zeros and depth, without a code list


def learn(folder: Path, codes: list[str], **taxonomy: object) -> object:
    table = [("train", f"pan {i}", code, "", "1") for i, code in enumerate(codes)]
    config = config_of(folder, [*table, ("validation", "pan", codes[0], "", "1")])
    data = replace(config.data, label_columns=("a",))
    settings = TaxonomyConfig(**taxonomy)  # type: ignore[arg-type]
    return read_corpus(replace(config, data=data, taxonomy=settings))


@pytest.mark.parametrize(
    ("codes", "digits", "message"),
    [
        (
            ["23.0", "7.0", ""],
            (),
            r"train\.csv, rows 1, 2, 4: label cells end in `\.0`",
        ),
        (["23.0", "11.0"], (2, 4), r"rows 1, 2, 3: label cells end in"),
        (["0231", "231"], (), r"train\.csv.*'0231' and '231' .* leading zeros only"),
        (
            ["110", "120"],
            (2, 3, 4),
            r"train\.csv: no code has 4 char.* lengths are: 3\.",
        ),
        (
            ["01", "0110", "0120", "0130"],
            (),
            r"taxonomy\.digits: \[2, 4\]`.*`taxonomy.f",
        ),
    ],
)
def test_lost_zeros_of_learnt_trees(
    tmp_path: Path, codes: list[str], digits: tuple[int, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        learn(tmp_path, codes, digits=digits)
    learn(tmp_path, codes, digits=digits, check_width=False)


@pytest.mark.parametrize("codes", [["10.0", "10.1"], ["A1.0", "B"], ["1", "10"]])
def test_codes_that_are_fine(tmp_path: Path, codes: list[str]) -> None:
    learn(tmp_path, codes)


def test_a_text_column_for_labels_is_not_repeated(tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("code,parent,title\n1,,Uno\n", "utf-8")
    words = ["SECRETO", "vende SECRETO"]
    for setting in ({"file": str(codes)}, {"digits": (1, 2)}):
        with pytest.raises(InputError) as error:
            learn(tmp_path, words, **setting)
        assert "SECRETO" not in str(error.value)
    assert "SECRETO" not in learn(tmp_path, words).report  # type: ignore[attr-defined]


# Damaged labels, and cells that mean no code


def coded(folder: Path, codes: list[str], no_code: tuple[str, ...]) -> Config:
    table = [("train", f"pan {i}", code, "", "1") for i, code in enumerate(codes)]
    config = config_of(folder, [*table, ("validation", "pan", codes[0], "", "1")])
    data = replace(config.data, label_columns=("a",), no_code=no_code)
    return replace(config, data=data)


def test_damaged_labels_do_not_become_classes(tmp_path: Path) -> None:
    for cell in ("2E+05", "NA", "Fuente: x", "01-feb"):
        with pytest.raises(InputError, match=r"train\.csv, rows 3: label cells are"):
            learn(tmp_path, ["111", "112", cell])
        learn(tmp_path, ["111", "112", cell], check_width=False)


def test_a_list_with_the_cell_is_right(tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("code,parent\n111,\nNA,\n1-2,\n", "utf-8")
    found = learn(tmp_path, ["111", "NA", "1-2"], file=str(codes))
    assert found.tree.codes == ("111", "NA", "1-2")  # type: ignore[attr-defined]
    codes.write_text("code,parent\n111,\nNA,\n01-feb,\n", "utf-8")
    with pytest.raises(InputError, match=r"rows 3: codes are dates .* \(01-feb\)"):
        learn(tmp_path, ["111", "NA", "01-feb"], file=str(codes))


def test_likely_damage_is_in_the_report(tmp_path: Path) -> None:
    report = learn(tmp_path, ["AR", "MX", "NA"]).report  # type: ignore[attr-defined]
    assert "labels: column 'a', rows 3: label cells may be missing values" in report
    assert "labels:" not in learn(tmp_path, ["AR", "MX"]).report  # type: ignore[attr-defined]


def test_labels_of_no_code(tmp_path: Path) -> None:
    config = coded(tmp_path, ["111", "112", "9999", "&"], ("9999", "&"))
    corpus = read_corpus(config)
    assert corpus.tree.codes == ("111", "112")
    assert corpus.uncoded["train"] == 2
    line = "rows with a label of `data.no_code`, read as blank: 2 (rows 3, 4)"
    assert line in corpus.report
    assert "rows without a code: 2 (rows 3, 4)" in corpus.report


def test_no_code_is_no_code_of_the_list(tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("code,parent\n111,\n9999,\n", "utf-8")
    config = coded(tmp_path, ["111", "9999"], ("9999", "&"))
    config = replace(config, taxonomy=TaxonomyConfig(file=str(codes)))
    with pytest.raises(InputError, match=r"`data\.no_code`: '9999' is a code of the"):
        read_corpus(config)
