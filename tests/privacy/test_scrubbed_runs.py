"""An experiment with `scrub`: canaries are in nothing that any command leaves."""

import json
import pickle
from pathlib import Path

import pandas as pd
import pytest
from support.experiments import ROWS

from han import code, explain, load, plan, predict, review, train
from han.errors import InputError
from han.text.splitting import Splitter

CANARIES = ("GOMC800101HDFRRL09", "5512345678", "zenobia", "canario@")
PLANTED = " GOMC800101HDFRRL09, tel. 5512345678, doña Zenobia, canario@correo.mx"
EXPERIMENT = """
data:
  train: data.csv
  fields: {text: {}}
  label_columns: [level_1, level_2]
  key_columns: [id]
  split: {validation: 0.1, calibration: 0.4, test: 0.1}
  cache: cache
scrub: {enabled: true}
text: {min_count: 1, sentences: punkt}
model: {kind: tfidf_linear, C: 1}
logging: {run_folder: run}
"""
JOB = """
name: wave
input: {files: [new.csv], keys: [id]}
tasks: {kind: {run: run, stages: [non_answer, exact, fuzzy, model, clerk], exact: {}}}
output: {folder: job}
"""


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Records and answers, each of which has all canaries."""
    monkeypatch.chdir(tmp_path)
    for name, first in (("data", 0), ("new", 5000)):
        lines = ["id,text,level_1,level_2"]
        for number in range(first, first + 400):
            text, one, two = ROWS[number % len(ROWS)]
            lines.append(f'{number},"{text} n{number % 9}{PLANTED}",{one},{two}')
        Path(f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    Path("experiment.yaml").write_text(EXPERIMENT)
    Path("job.yaml").write_text(JOB)
    return tmp_path


def leaks(folder, *left_out):
    """Files below a folder in which a canary stands, in whatever case."""
    return [
        str(file)
        for file in sorted(Path(folder).rglob("*"))
        if file.is_file()
        and not any(part in left_out for part in file.parts)
        and any(c.encode().lower() in file.read_bytes().lower() for c in CANARIES)
    ]


def test_canaries_are_in_no_artefact(office, capsys, caplog):
    assert train.main(["experiment.yaml"]) == 0
    assert plan.main(["run", "--target", "leaf=0.8", "--apply"]) == 0
    assert predict.main(["run", "new.csv", "-o", "coded.csv"]) == 0
    assert explain.main(["run", "new.csv", "-o", "why.html"]) == 0
    assert code.main(["job.yaml"]) == 0
    made = ["out", "job", "-o", "review.db", "--budget", "60"]
    assert review.main([*made, "--double", "0", "--double-checks", "0"]) == 0
    review.main(["export", "review.db", "-o", "ana.csv", "--person", "ana"])
    table = pd.read_csv("ana.csv", dtype=str, keep_default_na=False)
    assert table["text.text"].str.contains("[PHONE]", regex=False).all()
    table.assign(final_code="11").to_csv("ana.csv", index=False)
    review.main(["import", "review.db", "ana.csv", "--person", "ana"])
    review.main(["lessons", "review.db", "-o", "lessons", "--all"])
    assert len(list(Path(".").rglob("*"))) > 40  # all of that was written
    # Rows of a job are staged as they are, for its owner, until --clean.
    assert not leaks(".", "data.csv", "new.csv", "work")
    said = capsys.readouterr()
    words = (said.out + said.err + caplog.text).lower()
    assert not any(canary.lower() in words for canary in CANARIES)


def test_a_saved_run_scrubs_and_an_older_one_does_not(office):
    assert train.main(["experiment.yaml"]) == 0
    known = json.loads(Path("run/text.json").read_text())
    assert known["splitter"]["scrub"]["names"] == []
    one = load("run").predict([f"pan dulce{PLANTED}"])
    same = load("run").predict(["pan dulce [CURP], tel. [PHONE], doña [NAME], [EMAIL]"])
    assert one.equals(same)
    form = Splitter().to_dict()
    assert "scrub" not in form and Splitter(**form)("tel. 5512345678") == [
        ["tel", "5512345678"]
    ]


@pytest.mark.parametrize("scrub", [None, {}])
def test_another_process_scrubs_alike(scrub):
    one = Splitter(scrub=scrub)
    other = pickle.loads(pickle.dumps(one))
    assert other.scrub == scrub
    assert other("doña Rosa") == one("doña Rosa") != [[]]


def test_what_is_said_of_nothing_is_refused(office):
    off = ["scrub.enabled=false", "scrub.long_numbers=true"]
    with pytest.raises(InputError, match=r"`scrub\.enabled` is false"):
        train.main(["experiment.yaml", *off])
    with pytest.raises(InputError, match=r"scrub\.names"):
        train.main(["experiment.yaml", "scrub.names=none.txt"])


def test_a_cache_of_words_is_not_that_of_unscrubbed_texts(office):
    train.main(["experiment.yaml", "scrub.enabled=false", "logging.run_folder=other"])
    train.main(["experiment.yaml"])
    words = json.loads(Path("run/text.json").read_text())["vocabulary"]
    assert "phone" in words and "5512345678" not in words
