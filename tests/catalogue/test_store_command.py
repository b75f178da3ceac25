"""`han.store` from files to a catalogue and back: what came of what, who approved."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.job_runs import coded
from support.routed_runs import apply, thresholds
from support.runs import copied_run

from han import HierarchicalTextClassifier, code, plan, review, store, train
from han.catalogue.catalogue_database import Catalogue, make_catalogue
from han.catalogue.file_records import known_file
from han.catalogue.recognised import keys_at
from han.config.job_config import read_job
from han.errors import InputError, RunWarning
from han.tables.provenance import write_provenance


@pytest.fixture
def office(small_job, tmp_path, monkeypatch):
    """A folder with a run, a finished job of it and an empty catalogue."""
    (task,) = read_job(small_job).tasks.values()
    run = copied_run(Path(task.run), tmp_path / "trained")
    apply(run, thresholds=thresholds(0.6, 0.6))
    monkeypatch.chdir(tmp_path)
    Path("routed").symlink_to(run)
    monkeypatch.setenv("HAN_STORE", "")
    coded(small_job, "tasks.kind.run=routed")
    make_catalogue("catalogue.db")
    return tmp_path


def han_store(*arguments):
    store.main([*map(str, arguments), "--store", "catalogue.db", "--lang", "en"])


def printed(capsys, *arguments):
    capsys.readouterr()
    han_store(*arguments)
    return capsys.readouterr().out


def reviewed(capsys):
    """Ana codes all that people are asked about the job; the queue is `review.db`."""
    alone = ["--double", "0", "--double-checks", "0"]
    asked = ["out", "out", "-o", "review.db", "--budget", "60", *alone]
    review.main([*asked, "--store", "catalogue.db"])
    review.main(["export", "review.db", "-o", "ana.csv", "--person", "ana"])
    table = pd.read_csv("ana.csv", dtype=str, keep_default_na=False)
    table.assign(final_code="21").to_csv("ana.csv", index=False)
    review.main(["import", "review.db", "ana.csv", "--person", "ana"])
    capsys.readouterr()


def test_a_row_that_a_clerk_coded_leads_to_everything(office, capsys):
    said = {"address": "https://example.org/a.csv", "sha256": "5" * 64}
    write_provenance(
        office / "rows0.csv", "fetch", [said | {"publisher": "An Office"}], {}
    )
    han_store("add", "routed", "out")
    han_store("approve", "routed", "--why", "as good as the last", "--who", "Berta")
    reviewed(capsys)
    rows = pd.concat(map(pd.read_parquet, sorted(Path("out/coded").iterdir())))
    row = rows[rows["method"] == "clerk"].iloc[0]
    found = printed(capsys, "lineage", "out", "--row", row["id"])
    for expected in (
        f"Row id={row['id']} of out",
        "decided by the stage clerk",
        "ana (coder) gave 21 ",
        "rules: file rules.csv",
        "input: file rows0.csv",
        "publisher: An Office",
        "by Berta: as good as the last",
        "trained ",
        "data.train: file",
        "queue of clerks review.db",
    ):
        assert expected in found, expected
    assert "CHANGED" not in found and "no longer" not in found
    other = rows[rows["method"] == "non_answer"].iloc[0]["id"]  # nobody is asked
    found = printed(capsys, "lineage", "out", "--row", other)
    assert "not in the queue" in found and "nobody has decided" not in found


@pytest.mark.parametrize("method", ["exact", "rules", "recode", "model", "non_answer"])
def test_each_stage_gives_its_reason_without_a_catalogue(office, capsys, method):
    rows = pd.concat(map(pd.read_parquet, sorted(Path("out/coded").iterdir())))
    row = rows[rows["method"] == method].iloc[0]
    store.main(["lineage", "out", "--row", f"id={row['id']}", "--json"])
    found = json.loads(capsys.readouterr().out)["row"]
    assert found["method"] == method and found["reason"] == row["reason"]
    assert found["code"] == row["code"] and found["keys"] == {"id": row["id"]}
    run = keys_at("routed")[0].partition(":")[2]
    assert run.startswith(found["run"]) and found["job"] == "out"


def test_what_was_changed_since_is_said(office, capsys):
    han_store("add", "routed", "out")
    Path("rules.csv").write_text("id,words,code,who,why\nR9,otro,11,eva,since\n")
    Path("routed").unlink()
    found = printed(capsys, "lineage", "out")
    assert "CHANGED SINCE: what is there now has SHA-256" in found
    assert "is no longer there" in found and "trained" in found  # the catalogue knows


def test_what_is_no_file_is_not_said_to_be_gone():
    (thing,) = known_file("book.xlsx#Sheet1", "5" * 64).things.values()
    assert (thing.name, thing.place) == ("book.xlsx#Sheet1", "")


def test_a_job_says_nothing_of_a_run_that_took_the_place_of_its_own(office, capsys):
    apply(Path("routed"), thresholds=thresholds(0.9, 0.9))
    store.main(["lineage", "out", "--lang", "en"])
    found = capsys.readouterr().out
    assert "CHANGED SINCE" in found and "trained" not in found


def test_nothing_that_was_written_is_in_a_catalogue(office, capsys):
    han_store("add", "routed", "out")
    reviewed(capsys)
    han_store("add", "review.db")
    review.main(["lessons", "review.db", "-o", "lessons", "--all"])
    han_store("add", "lessons/records.csv")
    content = Path("catalogue.db").read_bytes()
    for word in ("zafiro", "Oaxaca", "martillo", "bolillo"):
        assert word.encode() not in content
    found = printed(capsys, "lineage", "lessons/records.csv")
    assert "learnt from clerks" in found and "input: file rows1.csv" in found


def test_lists_shows_and_finds_by_name_and_digest(office, capsys):
    assert "new things" in printed(capsys, "add", "routed")
    key = keys_at("routed")[0]
    table = printed(capsys, "list", "--kind", "run")
    assert key[4:16] in table and "candidate" in table
    han_store("retire", key[4:20], "--why", "a test")
    assert "retired" in printed(capsys, "list", "--stage", "retired")
    shown = json.loads(printed(capsys, "show", "routed"))
    assert shown["digest"] == key[4:] and shown["stages"][0]["why"] == "a test"
    assert "Nothing of that kind" in printed(capsys, "list", "--kind", "queue")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["approve", "rules.csv", "--why", "x"], "only runs are approved"),
        (["approve", "routed", "--why", "x"], "is not in catalogue.db. Add it first"),
        (["add", "nowhere"], "no such file or folder"),
        (["show", "nothing"], "nothing of that name"),
        (["lineage", "out", "--row", "99999"], "0 rows have id=99999"),
        (["lineage", "out", "--row", "name=1"], "name is no key of this job"),
        (["lineage", "out", "--row", "1", "--task", "other"], "has the tasks kind"),
        (["lineage", "rules.csv", "--row", "1"], "asks for a row of a job"),
    ],
)
def test_mistakes_are_said(office, arguments, expected):
    with pytest.raises(InputError, match=expected):
        han_store(*arguments)


def test_without_a_catalogue_it_is_asked_for(office):
    with pytest.raises(InputError, match="no catalogue is named"):
        store.main(["list"])


def test_events_are_those_of_the_standard(office, capsys):
    han_store("add", "routed", "out")
    han_store("lineage", "out", "--openlineage", "events.jsonl")
    events = [
        json.loads(line) for line in Path("events.jsonl").read_text().splitlines()
    ]
    assert [one["eventType"] for one in events] == ["START", "COMPLETE"] * 3
    for one in events:
        assert set(one) >= {"eventTime", "producer", "schemaURL", "run", "job"}
        assert one["job"]["namespace"] and one["job"]["name"]
        for dataset in (*one["inputs"], *one["outputs"]):
            assert dataset["namespace"] and dataset["name"]
            version = dataset["facets"]["version"]
            assert set(version) == {"_producer", "_schemaURL", "datasetVersion"}
    kinds = [one["job"]["facets"]["jobType"]["jobType"] for one in events[::2]]
    assert sorted(kinds) == ["CODE", "PLAN", "TRAIN"]
    names = {one["name"] for event in events for one in event["inputs"]}
    assert str(office / "rows0.csv") in names


# Runs and jobs that add themselves.


def test_a_run_adds_itself_and_again_with_its_plan(run_to_plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = make_catalogue("catalogue.db")
    shutil.rmtree("run")
    data = "id,text,level_1,level_2\n" + "".join(
        f"{k},{'pan' if k % 2 else 'queso'} n{k},1,1{k % 2}\n" for k in range(120)
    )
    Path("data.csv").write_text(data)
    experiment = (
        "data: {train: data.csv, fields: {text: {}}, split: {calibration: 0.4}, "
    )
    experiment += (
        "label_columns: [level_1, level_2]}\nmodel: {kind: tfidf_linear, C: 1}\n"
    )
    Path("own.yaml").write_text(
        experiment + "store: catalogue.db\nlogging: {run_folder: run}\n"
    )
    assert train.main(["own.yaml"]) == 0
    (step,) = made.graph().steps.values()
    assert step.kind == "train" and "@" in step.who
    assert step.facts["settings"]["store"] == "catalogue.db"
    assert train.main(["own.yaml"]) == 0  # it is finished: nothing is new
    assert len(made.graph().steps) == 1
    first = keys_at("run")
    assert plan.main(["run", "--target", "leaf=0.5", "--apply"]) == 0
    kinds = sorted(one.kind for one in made.graph().steps.values())
    assert kinds == ["plan", "train"] and keys_at("run") != first
    assert {*first, *keys_at("run")} < set(made.graph().things)
    # Another catalogue changes nothing of a run.
    make_catalogue("other.db")
    assert train.main(["own.yaml", "store=other.db"]) == 0
    assert keys_at("run")[0] in Catalogue("other.db").graph().things


def test_a_job_adds_itself_and_takes_only_what_is_approved(office, small_job):
    own = ["tasks.kind.run=routed", "store=catalogue.db", "only_approved=true"]
    job = [str(small_job), *own, "output.folder=again"]
    with pytest.raises(InputError, match=r"is not approved in catalogue\.db"):
        code.main(job)
    assert not Path("again").exists()
    han_store("add", "routed")
    han_store("approve", "routed", "--why", "a test")
    assert code.main(job) == 0
    found = Catalogue("catalogue.db").graph()
    assert keys_at("again")[0] in found.things
    (step,) = (one for one in found.steps.values() if one.kind == "code")
    assert "@" in step.who and step.facts["tasks"]["kind"]["answers"] > 10
    # The job of the fixture is the same, whatever catalogue it names.
    assert keys_at("again") == keys_at("out")
    apply(Path("routed"), thresholds=thresholds(0.9, 0.9))
    with pytest.raises(InputError, match="another plan makes another run"):
        code.main([*job[:-1], "output.folder=third"])
    with pytest.raises(InputError, match="`only_approved` needs `store`"):
        code.main([str(small_job), "only_approved=true"])


def test_a_catalogue_that_is_not_there_is_said_before_any_work(office, small_job):
    with pytest.raises(InputError, match=r"none\.db: there is no catalogue"):
        code.main([str(small_job), "store=none.db", "output.folder=again"])
    assert not Path("again").exists()


def test_python_does_not_take_a_catalogue_in_silence():
    coder = HierarchicalTextClassifier(settings={"store": "catalogue.db"})
    with pytest.raises(InputError, match=r"`store` is for python -m han\.train"):
        coder.fit(["pan", "queso"] * 9, ["11", "12"] * 9)


def test_work_is_not_lost_with_the_catalogue(office, small_job, monkeypatch):
    def lost(*_):
        raise InputError("catalogue.db: the database does not answer as it should.")

    job = [str(small_job), "tasks.kind.run=routed", "store=catalogue.db"]
    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "add", lost)
        with pytest.warns(RunWarning, match="han.store add again --store catalogue.db"):
            assert code.main([*job, "output.folder=again"]) == 0
    han_store("add", office / "again")
