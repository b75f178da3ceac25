"""One reading of labelled rows: who asks for a role gets the rows that have it."""

import shutil

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROWS

from han import combine, compare, train
from han.errors import InputError
from han.evaluation.coded_run import coded_run
from han.evaluation.explained_run import explained_run
from han.evaluation.seen_records import roles_of_rows
from han.experiment.corpus import read_parts
from han.planning.planning_session import planning_session
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder

ROLES = ("train", "validation", "calibration", "test")
SPLIT = "{validation: 0.2, calibration: 0.3, test: 0.2}"
NO_SPLIT = "{validation: 0, calibration: 0, test: 0}"


def write_rows(file, first, number):
    """Records that say their number; some are no answers, or have no code."""
    rows = []
    for i in range(first, first + number):
        text, one, two = ROWS[i % len(ROWS)]
        text = "no sé" if i % 7 == 3 else f"{text} n{i}"
        code = ("", "") if i % 11 == 5 else (one, two)
        rows.append((f"k{i}", text, *code, ROLES[i % 4]))
    names = ["id", "text", "level_1", "level_2", "role"]
    pd.DataFrame(rows, columns=names).to_csv(file, index=False)


def train_run(folder, name, data, *overrides):
    """A run of a small experiment with this `data`."""
    experiment = folder / f"{name}.yaml"
    experiment.write_text(
        f"data: {{{data}, fields: {{text: {{}}}}, key_columns: [id], "
        "label_columns: [level_1, level_2]}\n"
        "model: {kind: tfidf_linear}\n",
        encoding="utf-8",
    )
    run = f"logging.run_folder={folder / name}"
    assert train.main([str(experiment), run, *overrides]) == 0
    return folder / name


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Runs by the way in which their rows got a role."""
    folder = tmp_path_factory.mktemp("rows")
    for number, role in enumerate(ROLES):
        write_rows(folder / f"{role}.csv", 1000 * number, 240)
    data = f"train: {folder}/train.csv"
    files = ", ".join(f"{role}: {folder}/{role}.csv" for role in ROLES)
    first = train_run(folder, "split", f"{data}, split: {SPLIT}")
    shutil.copy(folder / "split.yaml", folder / "refit.yaml")
    refit = folder / "refit"
    again = [f"training.refit_of={first}", f"logging.run_folder={refit}"]
    assert train.main([str(folder / "refit.yaml"), *again]) == 0
    return {
        "split": first,
        "files": train_run(folder, "files", f"{files}, split: {NO_SPLIT}"),
        "refit": refit,
        "column": train_run(folder, "column", f"{data}, split: {{column: role}}"),
    }


def trained_on(run):
    """Roles, texts and whether there is a code of all records, as training has them."""
    _, _, parts = read_parts(RunFolder(run).config(), progress=False)
    columns = [(p.roles, p.records.fields["text"], p.nodes >= 0) for p in parts]
    found = map(np.concatenate, zip(*columns, strict=True))
    return pd.DataFrame(dict(zip(("role", "text", "coded"), found, strict=True)))


@pytest.fixture
def read_texts(monkeypatch):
    """Texts that a run was given to code, sorted."""
    seen = []
    encode = Classifier.encode

    def spy(self, documents, **options):
        seen.extend(documents["text"])
        return encode(self, documents, **options)

    monkeypatch.setattr(Classifier, "encode", spy)

    def of(work):
        seen.clear()
        work()
        return sorted(seen)

    return of


CASES = [
    (kind, role)
    for kind in ("split", "files", "refit", "column")
    for role in ROLES
    if (kind, role) != ("refit", "validation")
]


@pytest.mark.parametrize(("kind", "role"), CASES)
def test_who_asks_for_a_role_gets_its_rows(trained, read_texts, kind, role):
    run = trained[kind]
    known = trained_on(run)
    known = known[known["role"] == role]
    texts, coded = sorted(known["text"]), sorted(known["text"][known["coded"]])
    assert 10 < len(coded) < len(texts)
    assert read_texts(lambda: coded_run(run, split=role)) == coded
    assert read_texts(lambda: explained_run(run, split=role, rows=None).texts) == texts
    if role == "calibration":
        session = read_texts(lambda: planning_session(run))
        test = trained_on(run).query("role == 'test'")["text"]
        assert session == sorted([*coded, *test])


@pytest.mark.parametrize("kind", ["split", "files", "refit", "column"])
def test_what_a_run_has_seen_is_what_trained_it(trained, kind):
    run = RunFolder(trained[kind])
    found = []
    for file in dict.fromkeys(run.fingerprints()):
        texts = pd.read_csv(file, dtype=str)["text"]
        for roles in roles_of_rows(run, trained[kind].parent / file):
            found += zip(roles, texts, strict=True)
    known = trained_on(run.folder)
    assert sorted(found) == sorted(zip(known["role"], known["text"], strict=True))


def test_validation_rows_of_a_refit_are_refused_alike(trained):
    for ask in (coded_run, explained_run):
        with pytest.raises(InputError, match="its validation records trained it, too"):
            ask(trained["refit"], split="validation")


def test_runs_are_mixed_and_compared_on_the_same_rows(trained, read_texts, tmp_path):
    run, other = trained["split"], tmp_path / "other"
    shutil.copytree(run, other)
    known = trained_on(run).query("coded")
    rows = {role: sorted(part) for role, part in known.groupby("role")["text"]}
    page = tmp_path / "compared.md"
    command = [str(run), str(other), "-o", str(page)]
    assert read_texts(lambda: compare.main(command)) == sorted(2 * rows["test"])
    command = [str(run), str(other), "-o", str(tmp_path / "mixed")]
    found = read_texts(lambda: combine.main(command))
    assert found == sorted([*rows["validation"], *rows["calibration"]])
