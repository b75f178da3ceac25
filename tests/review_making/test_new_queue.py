"""Queues from a finished job, and from a table that a run codes."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from support.job_runs import coded, write_job, write_rows
from support.routed_runs import apply, thresholds
from support.runs import copied_run

from han import review
from han.config.job_config import read_job
from han.errors import InputError
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import answer_rows, answers, codes, strata, texts
from han.runs.manifest import write_manifest
from han.text.cleaning import normalise


def made(tmp_path, *arguments, name="q.db"):
    """The queue that the command made."""
    place = name if "://" in name else str(tmp_path / name)
    asked = ["out", *map(str, arguments), "-o", place, "--lang", "en"]
    assert review.main(asked) == 0
    return QueueDatabase(place)


def rows_of(queue, table):
    with queue.reading() as connection:
        return connection.execute(sa.select(table)).all()


@pytest.fixture
def coded_job(small_job, tmp_path):
    """A finished job with thresholds; its folder and its rows."""
    (task,) = read_job(small_job).tasks.values()
    run = copied_run(Path(task.run), tmp_path / "routed")
    apply(run, thresholds=thresholds(0.6, 0.6))
    # Evidence stands in the manifest in another form than in the file.
    for file in tmp_path.glob("rows*.csv"):
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        rows.assign(checked="11").to_csv(file, index=False)
    evidence = "tasks.kind.evidence={code: checked, unit: none}"
    return tmp_path / "out", coded(small_job, f"tasks.kind.run={run}", evidence)


def test_a_job_gives_each_answer_once_with_all_its_rows(
    coded_job, tmp_path, queue_place, capsys
):
    folder, rows = coded_job
    notes = tmp_path / "notes.csv"
    notes.write_text("code,includes,excludes\n11,bolillos,galletas\n", "utf-8")
    more = ["--budget", 60, "--batch", 20, "--notes", notes]
    queue = made(tmp_path, folder, *more, name=queue_place)
    assert "60 decisions about 47 distinct answers, in 3 batches" in (
        capsys.readouterr().out
    )
    found = {row.id: row for row in rows_of(queue, answers)}
    told = {row.answer: row for row in rows_of(queue, texts)}
    keys = [normalise([told[k].text]) for k in found]
    assert len(set(keys)) == len(found) == len({r.digest for r in found.values()})
    # Rows of the queue are those of the job, by their keys.
    inputs = pd.concat(
        [
            pd.read_csv(file, dtype=str, keep_default_na=False)
            for file in _inputs(folder)
        ]
    ).set_index("id")
    counted = Counter(normalise([text]) for text in inputs["text"])
    by_id = rows.set_index("id")
    for row in rows_of(queue, answer_rows):
        key = row.keys["id"]
        own = normalise([inputs.loc[key, "text"]])
        assert own == normalise([told[row.answer].text])
        assert by_id.loc[key, "method"] != "non_answer"
        if found[row.answer].part == "check":
            assert by_id.loc[key, "route"] == "auto"
    listed = Counter(row.answer for row in rows_of(queue, answer_rows))
    for number, row in found.items():
        assert row.rows == row.weight == listed[number]
        assert row.rows == counted[normalise([told[number].text])]
    frame = rows_of(queue, strata)
    blank = queue.settings["blank_rows"]
    assert sum(row.rows for row in frame) + blank == len(rows)
    assert {r.method for r in frame if r.coded} >= {"exact", "rules", "model"}
    titles = {row.code: row for row in rows_of(queue, codes)}
    assert titles["12"].titles == ["Queso de Oaxaca"]  # of the job's index
    assert (titles["11"].includes, titles["11"].excludes) == ("bolillos", "galletas")


def _inputs(folder):
    return sorted(folder.parent.glob("rows*.csv"))


def test_candidates_doubt_and_evidence_are_those_of_the_run(coded_job, tmp_path):
    folder, rows = coded_job
    queue = made(tmp_path, folder, "--budget", 80)
    by_id = rows.set_index("id")
    first = {r.answer: by_id.loc[r.keys["id"]] for r in rows_of(queue, answer_rows)}
    names = {row.node: row.code for row in rows_of(queue, codes)}
    asked = 0
    for row in rows_of(queue, answers):
        assert [p for _, p in row.candidates] == sorted(
            (p for _, p in row.candidates), reverse=True
        )
        assert len(row.candidates) == 4  # all full codes
        given = first[row.id]
        code = names.get(row.machine_node, "")
        assert code == given["code"]
        if given["method"] == "model":
            asked += 1
            assert names[row.candidates[0][0]] == given["top_1_code"]
            assert row.candidates[0][1] == pytest.approx(
                given["top_1_probability"], abs=1e-6
            )
        if row.part == "check":
            own = dict(map(tuple, row.candidates))[row.machine_node]
            assert row.doubt == pytest.approx(1 - own, abs=1e-4)
        else:
            assert row.doubt == pytest.approx(1 - row.candidates[0][1], abs=1e-4)
        assert row.priority == pytest.approx(row.doubt * row.rows)
    assert asked > 5
    spans = 0
    for row in rows_of(queue, texts):
        for start, end, weight in row.evidence:
            assert row.text[start:end] in row.text.split() and weight
            spans += 1
    assert spans > 20


def test_a_table_is_coded_and_a_run_without_thresholds_codes_nothing(
    baseline_run, tmp_path, capsys
):
    run = copied_run(baseline_run, tmp_path / "own")
    file = run / "config.yaml"
    text = file.read_text("utf-8").replace("weight_column: null", "weight_column: w")
    file.write_text(text, "utf-8")
    write_manifest(run)
    data = tmp_path / "new.csv"
    data.write_text(
        "id,text,w\n01,Queso azul,2.5\n02,martillo,1\n03,queso AZUL.,4\n04,ns,1\n",
        "utf-8",
    )
    queue = made(tmp_path, run, data, "--double", 0)
    said = capsys.readouterr().out
    assert "has no thresholds" in said and "1 row without an answer" in said
    found = {row.rows: row for row in rows_of(queue, answers)}
    assert (found[2].weight, found[1].weight) == (6.5, 1.0)
    assert {row.part for row in found.values()} == {"work"}
    listed = [(row.answer, row.keys) for row in rows_of(queue, answer_rows)]
    own = found[2].id
    assert [keys for answer, keys in listed if answer == own] == [
        {"id": "01"},
        {"id": "03"},
    ]
    assert [row.text for row in rows_of(queue, texts) if row.answer == own] == [
        "Queso azul"
    ]
    apply(run, thresholds=thresholds(0.0, 0.0))
    queue = made(tmp_path, run, data, "--double", 0, name="routed.db")
    assert {row.part for row in rows_of(queue, answers)} == {"check"}
    assert {row.stratum for row in rows_of(queue, answers)} == {"model:2"}


def test_a_job_of_two_tasks_has_a_queue_for_each(baseline_run, tmp_path, one_process):
    write_rows(tmp_path / "rows.csv", 40)
    one = f"{{run: {baseline_run}, stages: [non_answer, model, clerk]}}"
    job = write_job(tmp_path, baseline_run, tasks=f"{{kind: {one}, other: {one}}}")
    coded(job)
    with pytest.raises(InputError, match="the tasks kind, other"):
        made(tmp_path, tmp_path / "out")
    queue = made(tmp_path, tmp_path / "out", "--task", "other")
    assert queue.settings["task"] == "other" and rows_of(queue, answers)


def test_a_job_is_read_with_what_it_was_coded_with_alone(coded_job, tmp_path):
    folder, _ = coded_job
    counts = folder / "counts.json"
    known = json.loads(counts.read_text("utf-8"))
    counts.write_text(json.dumps(known | {"file": "moved.csv"}), "utf-8")
    made(tmp_path, folder, "--budget", 20)  # the file of all rows is not asked for
    kept, files = tmp_path / "kept", ["rules.csv", "crosswalk.csv", "index.csv"]
    for place in [*(tmp_path / file for file in files), tmp_path / "routed" / "run"]:
        part = place / "manifest.json" if place.is_dir() else place
        content, what = part.read_bytes(), f"{place.name}: this (table|run) is not"
        place.rename(kept)
        with pytest.raises(InputError, match=what):
            made(tmp_path, folder, name="changed.db")
        kept.rename(place)
        part.write_bytes(content + b"\n")
        with pytest.raises(
            InputError, match=what + ".* or code again with .*--restart"
        ):
            made(tmp_path, folder, name="changed.db")
        part.write_bytes(content)
    assert not (tmp_path / "changed.db").exists()


def test_the_same_seed_gives_the_same_queue(coded_job, tmp_path, capsys):
    folder, _ = coded_job
    columns = ["stratum", "batch", "seats", "gold", "suggestions", "rows", "priority"]
    found = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        queue = made(tmp_path, folder, "--budget", 50, "--seed", seed, name=name)
        rows = sorted(rows_of(queue, answers), key=lambda row: row.place)
        told = {row.answer: row.text for row in rows_of(queue, texts)}
        values = [[getattr(row, c) for c in columns] + [told[row.id]] for row in rows]
        found.append(values)
    assert found[0] == found[1] != found[2]
    assert "The most urgent: " in capsys.readouterr().out
    made(tmp_path, folder, "--budget", 50, "--active", name="d")
    assert "What teaches most: " in capsys.readouterr().out


def test_what_cannot_be_made_is_said(coded_job, tmp_path):
    folder, _ = coded_job
    data = _inputs(folder)[0]
    run = folder.parent / "routed" / "run"
    taken = tmp_path / "taken.db"
    taken.touch()
    wrong = [
        ([folder, data], "folder of a job, which has its rows"),
        ([run], "which has no rows. Give DATA"),
        ([folder, "--task", "other"], "no task 'other'"),
        ([run, data, "--task", "kind"], "this run has no tasks"),
        ([folder, "--budget", "0"], "--budget must be at least 1"),
        ([folder, "--double", "1.5"], "--double must be from 0 to 1"),
        ([folder, "--check", "0.7", "--sample", "0.5"], "are 1.2 together"),
        ([tmp_path / "none", data], "none"),
    ]
    for arguments, said in wrong:
        with pytest.raises(InputError, match=said):
            made(tmp_path, *arguments)
    with pytest.raises(InputError, match="such a file already"):
        made(tmp_path, folder, name="taken.db")
    (folder / "counts.json").rename(folder / "kept.json")
    with pytest.raises(InputError, match="is not finished"):
        made(tmp_path, folder)
    (folder / "kept.json").rename(folder / "counts.json")
    (folder / "work" / "tasks" / "kind" / "answers.json").unlink()
    with pytest.raises(InputError, match="working files of this job"):
        made(tmp_path, folder)
    assert not (tmp_path / "q.db").exists()
