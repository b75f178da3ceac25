"""The texts that a run was trained with, known by keyed hashes alone."""

import shutil
import stat

import numpy as np
import pandas as pd
import pytest
from support.runs import baseline, copied_run

import han
from han import combine, train
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.runs.damaged_files import load_file
from han.runs.manifest import write_manifest
from han.runs.run_files import SEEN_TEXTS_FILE
from han.runs.run_folder import RunFolder
from han.runs.seen_texts import SeenTexts
from han.text.distinct_texts import text_keys
from han.text.non_answers import NONE


def texts_by_role(run):
    """Texts of training and validation, and of the other roles, of a run."""
    config = RunFolder(run).config()
    table = pd.read_csv(config.data.train, dtype=str)
    keys = text_keys({"text": table["text"].tolist()}, NONE)
    known = read_corpus(config).seen_texts.contains(keys)
    texts = np.array(keys, object)
    return set(texts[known]), set(texts[~known])


def test_a_run_knows_what_trained_it_and_nothing_else(baseline_run):
    seen, others = texts_by_role(baseline_run)
    kept = han.load(baseline_run).seen_texts
    assert seen and others
    assert len(kept.hashed) == len(seen)
    assert kept.contains([*seen]).all() and not kept.contains([*others]).any()
    # Three fifths train, one validates: about a fifth is left for the test.
    assert len(others) < 0.45 * len(seen)


def test_spelling_does_not_matter_and_blanks_are_not_known():
    seen = SeenTexts.of(text_keys({"a": ["Pan  DULCE.", ""], "b": ["", ""]}, NONE))
    asked = text_keys({"a": ["pan dulce", "", "pan"], "b": ["", "", "dulce"]}, NONE)
    assert seen.contains(asked).tolist() == [True, False, False]
    assert SeenTexts.of([""]).contains(["", "pan"]).tolist() == [False, False]


def test_each_run_has_a_key_of_its_own():
    one, two = SeenTexts.of(["pan"]), SeenTexts.of(["pan"])
    assert one.key != two.key and one.hashes(["pan"]) != two.hashes(["pan"])
    (hashed,) = one.hashes(["pan"])
    assert len(hashed) == 16 and int(hashed, 16) == one.hashed[0]


def test_the_file_has_no_text_and_only_its_owner_reads_it(tmp_path, baseline_run):
    file = baseline_run / SEEN_TEXTS_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"queso" not in file.read_bytes()
    again = SeenTexts.load(file)
    again.save(tmp_path / "again.npz")
    assert SeenTexts.load(tmp_path / "again.npz").hashed.tolist() == (
        again.hashed.tolist()
    )


@pytest.mark.parametrize(
    "arrays",
    [
        {"key": np.zeros(3, np.uint8), "hashed": np.arange(2, dtype=np.uint64)},
        {"key": np.zeros(16, np.uint8), "hashed": np.array([2, 1], np.uint64)},
        {"key": np.zeros(16, np.uint8), "hashed": np.arange(2)},
        {"key": np.zeros(16, np.uint8)},
        None,
    ],
)
def test_a_damaged_file_is_said(tmp_path, arrays):
    file = tmp_path / SEEN_TEXTS_FILE
    file.write_bytes(b"PK damaged")
    if arrays:
        np.savez(file, **arrays)
    with pytest.raises(InputError, match=r"seen_texts\.npz is damaged"):
        load_file(file, SeenTexts.load)


def test_it_belongs_to_its_run(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path)
    SeenTexts.of(["otra"]).save(run / SEEN_TEXTS_FILE)
    with pytest.raises(InputError, match=r"seen_texts\.npz is damaged, changed"):
        han.load(run)


def test_an_old_run_has_none(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path)
    (run / SEEN_TEXTS_FILE).unlink()
    write_manifest(run)
    assert han.load(run).seen_texts is None


def test_a_run_may_be_told_to_forget(tmp_path):
    experiment = baseline(tmp_path)
    assert train.main([str(experiment), "data.remember_texts=false"]) == 0
    assert not (tmp_path / "run" / SEEN_TEXTS_FILE).exists()
    assert han.load(tmp_path / "run").seen_texts is None


def test_a_refit_has_seen_the_same(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path)
    refit = [f"logging.run_folder={tmp_path}/refit", f"training.refit_of={run}"]
    assert train.main([str(tmp_path / "experiment.yaml"), *refit]) == 0
    seen, others = texts_by_role(run)
    kept = han.load(tmp_path / "refit").seen_texts
    assert kept.contains([*seen]).all() and not kept.contains([*others]).any()


def test_a_mixture_has_seen_what_its_runs_have(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path)
    other = tmp_path / "other"
    shutil.copytree(run, other)
    SeenTexts.of(["clavo raro"]).save(other / SEEN_TEXTS_FILE)
    write_manifest(other)
    arguments = [str(run), str(other), "-o", str(tmp_path / "both")]
    assert combine.main(arguments) == 0
    seen, others = texts_by_role(run)
    kept = han.load(tmp_path / "both").seen_texts
    assert kept.contains(["clavo raro", *seen]).all()
    assert not kept.contains([*others]).any()
    members = sorted((tmp_path / "both" / "members").iterdir())
    (members[-1] / SEEN_TEXTS_FILE).unlink()
    write_manifest(tmp_path / "both")
    assert han.load(tmp_path / "both").seen_texts is None


def test_a_fitted_estimator_and_what_it_saves(tmp_path):
    texts = ["pan dulce", "pan blanco", "queso fresco", "queso de cabra"] * 20
    coder = han.HierarchicalTextClassifier(
        kind="tfidf_svm", settings={"data.split.group_by": "none"}
    ).fit(texts, ["11", "11", "12", "12"] * 20)
    coder.save(tmp_path / "saved")
    kept = han.load(tmp_path / "saved").seen_texts
    assert kept.contains([*texts, "otro"]).tolist() == [True] * 80 + [False]
