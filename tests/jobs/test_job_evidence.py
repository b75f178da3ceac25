"""A job that is judged by labelled records, from the file to what is printed."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROWS
from support.routed_runs import apply, thresholds

from han import code, plan
from han.errors import InputError
from han.runs.loading import load_classifier
from han.text.distinct_texts import text_keys
from han.text.non_answers import NONE

INDEX = "text,code\nqueso rallado,12\npan de muerto,1\n"
CODED = "text,code\nclavo nuevo,22\nclavo nuevo,22\n"
RULES = "id,words,code,who,why\nR1,martillo*,21,ana,said\n"
TEXTS = [
    "",
    "queso rallado",
    "QUESO rallado",
    "pan de muerto",
    "martillo grande",
    *(f"{text} uno" for text, _, _ in ROWS[:6]),  # seen in training
    "clavo nuevo",
    "xyz qwerty",
    "",
]


@pytest.fixture(scope="module")
def routed_run(baseline_run, tmp_path_factory):
    """A run that codes some records to the end, some in part, and some not at all."""
    folder = tmp_path_factory.mktemp("routed") / "run"
    shutil.copytree(baseline_run, folder)
    apply(folder, thresholds=thresholds(0.3, 0.94))
    return folder


@pytest.fixture
def job(routed_run, tmp_path, one_process):
    """Gives a job on 300 rows, a part of them labelled; returns what it printed."""
    (tmp_path / "index.csv").write_text(INDEX, encoding="utf-8")
    (tmp_path / "coded.csv").write_text(CODED, encoding="utf-8")
    (tmp_path / "rules.csv").write_text(RULES, encoding="utf-8")
    records(300, seed=1).to_csv(tmp_path / "rows.csv", index=False)

    def run(evidence=None, *more, rows="rows.csv", out="out", file="null"):
        judged = f", evidence: {evidence}" if evidence else ""
        (tmp_path / "job.yaml").write_text(
            f"name: small\n"
            f"input: {{files: ['{tmp_path}/{rows}'], keys: [id]}}\n"
            f"tasks: {{kind: {{run: {routed_run}, "
            "stages: [non_answer, exact, rules, model, clerk], "
            f"exact: {{titles: false, index: {tmp_path}/index.csv, "
            f"coded: [{{file: {tmp_path}/coded.csv}}]}}, "
            f"rules: {{file: {tmp_path}/rules.csv, date: 2026-11-30}}{judged}}}}}\n"
            f"output: {{folder: {tmp_path}/{out}, file: {file}, rows: 1000}}\n",
            encoding="utf-8",
        )
        assert code.main([str(tmp_path / "job.yaml"), "--lang", "en", *more]) == 0

    return run


def records(size, seed):
    """Answers with right codes: of two levels, of one, of another list, and none."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(["11", "12", "21", "22", "1", "99", ""], size)
    house = generator.choice([f"h{k}" for k in range(size // 3)] + [""], size)
    return pd.DataFrame(
        {
            "id": [f"{k:04d}" for k in range(size)],
            "text": generator.choice(TEXTS, size),
            "truth": truth,
            "house": house,
        }
    )


def evidence_of(folder):
    counts = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    return counts["tasks"]["kind"].get("evidence")


def coded_rows(folder):
    parts = [pd.read_parquet(file) for file in sorted(folder.glob("coded/*.parquet"))]
    return pd.concat(parts, ignore_index=True)


def counted(rows):
    """Right and judged records of each stage, full codes and others, row by row."""
    found = {}
    for row in rows.to_dict("records"):
        if not row["truth"] or not row["code"]:
            continue
        code, truth = row["code"], row["truth"]
        is_full = len(code) == 2 and row["route"] == "auto"
        if truth != code and code.startswith(truth):
            continue  # nobody knows
        key = (row["method"], "full" if is_full else "partial")
        one = found.setdefault(key, [0, 0])
        one[0] += truth.startswith(code)
        one[1] += 1
    return found


def stages_of(evidence):
    return {
        (stage, kind): [part["right"], part["records"]]
        for stage, kinds in evidence["stages"].items()
        for kind, part in kinds.items()
        if part
    }


def test_stages_are_judged_by_a_column(job, routed_run, tmp_path, capsys):
    job("{code: truth}")
    found = evidence_of(tmp_path / "out")
    rows = coded_rows(tmp_path / "out").merge(records(300, seed=1), on="id")
    expected = counted(rows)
    assert stages_of(found) == expected
    kinds = {("exact", "full"), ("exact", "partial"), ("rules", "full")}
    assert kinds | {("model", "full"), ("model", "partial")} <= {*expected}
    labelled = rows[rows["truth"] != ""]
    assert found["records"] == len(labelled)
    assert found["outside"] == (labelled["truth"] == "99").sum()
    left = labelled[labelled["code"] == ""]["method"].value_counts().to_dict()
    assert found["left"] == left
    assert found["coded_before"] == (labelled["text"] == "clavo nuevo").sum()
    model = labelled[labelled["method"] == "model"]
    keys = text_keys({"text": model["text"].tolist()}, NONE)
    assert found["seen"] == load_classifier(routed_run).seen_texts.contains(keys).sum()
    blank = (labelled["text"] == "").sum()
    texts = labelled["text"].str.lower().nunique() - 1
    assert found["units"] == texts + blank  # a blank text is no unit
    full = np.sum([n for (_, kind), n in expected.items() if kind == "full"], axis=0)
    automatic = found["automatic"]
    assert [automatic["right"], automatic["records"]] == full.tolist()
    assert 0 <= automatic["least"] < full[0] / full[1]
    said = capsys.readouterr().out
    assert "accuracy by a labelled sample" in said
    assert "model, in part" in said
    assert "All that is coded in full without a person: at least" in said


def test_households_count_as_they_were_drawn(job, tmp_path):
    job("{code: truth, unit: house}")
    found, rows = evidence_of(tmp_path / "out"), records(300, seed=1)
    labelled = rows[rows["truth"] != ""]
    blank = (labelled["house"] == "").sum()
    assert found["units"] == labelled["house"].replace("", np.nan).nunique() + blank
    sizes = rows[rows["house"] != ""]["house"].value_counts()
    assert found["automatic"]["largest"] == sizes.max()  # labelled or not


def test_texts_with_all_their_rows_were_drawn_whole(job, tmp_path):
    """Then the largest may be one that was not drawn."""
    rows = records(300, seed=1)
    drawn = rows["text"].isin(["queso rallado", "martillo grande", "clavo nuevo"])
    rows["truth"] = np.where(drawn, "22", "")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    job("{code: truth}")
    found = evidence_of(tmp_path / "out")
    coded = coded_rows(tmp_path / "out").merge(rows, on="id")
    texts = coded[coded["code"] != ""]["text"].str.lower()  # one text, as for a plan
    sizes = texts.value_counts()
    assert found["is_whole"]
    assert found["automatic"]["largest"] == sizes.max()
    assert sizes.max() > rows["text"][drawn].value_counts().max()


def test_rows_drawn_one_by_one_show_more(job, tmp_path):
    job("{code: truth}")
    job("{code: truth, unit: none}", out="alone")
    text, alone = (evidence_of(tmp_path / name) for name in ("out", "alone"))
    assert stages_of(text) == stages_of(alone)
    assert alone["automatic"]["largest"] == 1
    assert alone["automatic"]["least"] > text["automatic"]["least"]


def test_a_file_is_coded_by_the_same_stages(job, tmp_path, capsys):
    """Some of its records are in the input of the job, and some are not."""
    sample = records(120, seed=2)
    sample.loc[::3, "text"] = [f"pan {k} de caja" for k in range(40)]
    sample.to_csv(tmp_path / "sample.csv", index=False)
    given = f"{{code: truth, file: {tmp_path}/sample.csv}}"
    job(given)
    found = evidence_of(tmp_path / "out")
    job(None, rows="sample.csv", out="alone")
    rows = coded_rows(tmp_path / "alone").merge(sample, on="id")
    assert stages_of(found) == counted(rows)
    assert "no evidence" in capsys.readouterr().out  # of the last job


def test_evidence_may_come_later_and_change(job, tmp_path, capsys):
    job()
    out, sample = tmp_path / "out", tmp_path / "sample.csv"
    coded = {file: file.stat().st_mtime_ns for file in out.glob("coded/*")}
    assert evidence_of(out) is None
    assert "without a person: no evidence" in capsys.readouterr().out
    given = f"{{code: truth, file: {sample}}}"
    records(60, seed=3).to_csv(sample, index=False)
    job(given)
    first, counts = evidence_of(out), (out / "counts.json").read_bytes()
    job(given)
    assert (out / "counts.json").read_bytes() == counts
    records(90, seed=4).to_csv(sample, index=False)
    job(given)
    assert evidence_of(out)["records"] > first["records"]
    assert {file: file.stat().st_mtime_ns for file in out.glob("coded/*")} == coded
    job(None, "--clean")
    job(given)  # is known
    records(70, seed=5).to_csv(sample, index=False)
    with pytest.raises(InputError, match=r"working files were removed \(--clean\)"):
        job(given)
    texts = {text for text in TEXTS if text}
    for file in ("counts.json", "events.jsonl", "job.log"):
        said = (out / file).read_text(encoding="utf-8")
        assert not [text for text in texts if text in said]


@pytest.mark.parametrize(
    ("evidence", "fault"),
    [
        ("{code: right}", "no column 'right', which `tasks.kind.evidence` names"),
        ("{code: truth, unit: firm}", "no column 'firm', which `tasks.kind.evidence`"),
        ("{code: truth, file: FOLDER/none.csv}", "none.csv"),
        (
            "{code: right, file: FOLDER/rows.csv}",
            "rows.csv: there is no column 'right",
        ),
        ("{code: id, file: FOLDER/rows.csv}", "column 'id': .* not in the code list"),
        ("{code: text}", "the stages read the column 'text'"),
        ("{code: none, file: FOLDER/blank.csv}", "no record has a code"),
        ("{code: level_2, file: RUN/../data.csv}", "was made with"),
        ("{code: code, file: FOLDER/index.csv}", "is a table of a stage"),
        ("{code: truth, confidence: 0.4}", "confidence"),
    ],
)
def test_check_says_what_is_wrong(evidence, fault, job, tmp_path, baseline_run):
    rows = records(20, seed=1)
    rows.assign(none="").to_csv(tmp_path / "blank.csv", index=False)
    evidence = evidence.replace("RUN", str(baseline_run))
    evidence = evidence.replace("FOLDER", str(tmp_path))
    with pytest.raises(InputError, match=fault):
        job(evidence, "--check")
    assert not (tmp_path / "out").exists()


def test_the_output_does_not_replace_the_sample(job, tmp_path):
    sample = tmp_path / "sample.csv"
    records(20, seed=1).to_csv(sample, index=False)
    with pytest.raises(InputError, match=r"sample\.csv"):
        job(f"{{code: truth, file: {sample}}}", "--check", file=sample)


def test_codes_of_another_list_are_refused_before_coding(job, tmp_path):
    rows = records(300, seed=1)
    rows.assign(truth="00" + rows["truth"]).to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(InputError, match="have one that is not in the code list"):
        job("{code: truth}")
    assert not list((tmp_path / "out").glob("work/tasks/kind/coded/*"))


def test_a_plan_of_a_job(job, tmp_path, capsys):
    job("{code: truth}")
    capsys.readouterr()
    given = [str(tmp_path / "out"), "--minutes-per-record", "3"]
    assert plan.main([*given, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    rows = coded_rows(tmp_path / "out")
    people = rows[(rows["route"] != "auto") & (rows["method"] != "non_answer")]
    partial = (people["route"] == "partial").sum()
    review = len(people) - partial
    assert review and partial
    hours = (3 * review + partial) / 60
    assert f"Clerk-hours: {hours:.1f} ({review} rows without a code" in said
    assert "model, in part" in said
    assert plan.main([*given, "--lang", "es"]) == 0
    assert "Horas-persona" in capsys.readouterr().out


def test_a_plan_of_a_job_chooses_nothing(job, tmp_path):
    job()
    with pytest.raises(InputError, match="without --target, --apply"):
        plan.main([str(tmp_path / "out"), "--target", "leaf=0.9", "--apply"])
    (tmp_path / "out" / "counts.json").unlink()
    with pytest.raises(InputError, match="not finished"):
        plan.main([str(tmp_path / "out")])
