"""Over HTTP records get what they get in a file, in every column."""

import pandas as pd
import pytest
from support.experiments import ROWS, write_experiment
from support.job_runs import TEXTS, coded, write_job, write_rows
from support.routed_runs import apply, thresholds
from support.runs import copied_run
from support.served_run import answers_in, assert_equal_tables, client_of, table_of
from support.set_runs import train_set_run, write_sets

from han import predict, train
from han.decisions.repeat_limit import RepeatLimit

ODD = ["", " ", "ns", "1234", "\U0001f956 pan", "pan " * 90, "zzz qqq", "Pan.", "PAN "]


def texts(rows=240):
    """Usual texts with odd ones among them; many stand several times."""
    usual = [f"{ROWS[k % 12][0]} {k % 5}" for k in range(rows)]
    return [ODD[k % 9] if k % 4 == 0 else text for k, text in enumerate(usual)]


def predicted(run, folder, said, *options):
    """What the command gives the same texts in a file."""
    pd.DataFrame({"id": range(len(said)), "text": said}).to_parquet(
        folder / "new.parquet"
    )
    given = [str(run), str(folder / "new.parquet"), "-o", str(folder / "coded.parquet")]
    assert predict.main([*given, *options]) == 0
    return pd.read_parquet(folder / "coded.parquet").drop(columns="id")


@pytest.mark.parametrize("size", [1, 7, 240])
@pytest.mark.parametrize("is_routed", [False, True])
def test_of_a_run(baseline_run, tmp_path, is_routed, size):
    run = copied_run(baseline_run, tmp_path / "own")
    if is_routed:
        apply(run, thresholds=thresholds(0.2, 0.6))
    said, expected = texts(), predicted(run, tmp_path, texts(), "--top-k", "3")
    records = [{"text": text, "key": str(k)} for k, text in enumerate(said)]
    answers = answers_in(client_of(run), records, size, top_k=3)
    assert [answer["key"] for answer in answers] == [*map(str, range(240))]
    assert ("route" in answers[0]) == is_routed
    assert_equal_tables(table_of(answers), expected)


def test_repeats_count_in_a_request_as_in_a_file(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, limit=RepeatLimit(2, 90))
    client = client_of(run)
    expected = predicted(run, tmp_path, texts())
    assert expected["decision"].notna().any()
    answers = answers_in(client, [{"text": text} for text in texts()], 240)
    assert_equal_tables(table_of(answers), expected)
    # In the file of one record it stands once, and so it does in its request.
    alone = predicted(run, tmp_path, ["queso"])
    assert_equal_tables(table_of(answers_in(client, [{"text": "queso"}], 1)), alone)


def test_of_a_run_with_sets_of_codes(tmp_path):
    run = train_set_run(tmp_path, rows=300)
    write_sets(tmp_path / "new.csv", 60, seed=2, labelled=False)
    said = pd.read_csv(tmp_path / "new.csv")["text"].tolist()
    expected = predicted(run, tmp_path, said, "--top-k", "2")
    client = client_of(run)
    answers = answers_in(client, [{"text": text} for text in said], 9, top_k=2)
    # Codes that do not exclude each other are not told apart by a question.
    asked = client.post("/v1/question", json={"record": {"text": said[0]}})
    assert asked.status_code == 422 and "set of codes" in asked.get_json()["detail"]
    page = client.post("/", data={"field.text": said[0], "do": "code"})
    assert page.status_code == 200
    assert all(one["code"] in page.text for one in answers[0]["given"])
    assert answers[0]["given"][0].keys() == {"code", "level", "label", "probability"}
    assert_equal_tables(table_of(answers), expected)


@pytest.mark.parametrize("size", [1, 7, 90])
def test_of_a_job(baseline_run, tmp_path, one_process, size):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, thresholds=thresholds(0.2, 0.6))
    rows = pd.read_csv(write_rows(tmp_path / "rows0.csv", 90), dtype=str).fillna("")
    job = write_job(tmp_path, run)
    expected = coded(job)
    records = rows[["text", "old"]].to_dict("records")
    answers = answers_in(client_of(job), records, size)
    assert {"non_answer", "exact", "rules", "recode", "model", "clerk"} <= {
        answer["method"] for answer in answers
    }
    own = [*rows.columns, "file", "row", "model", "code_list", "plan", "job"]
    expected = expected.drop(columns=own, errors="ignore")
    assert {"declined", "reason", "route", "top_2_code"} <= {*expected.columns}
    assert_equal_tables(table_of(answers), expected)
    assert len(TEXTS) < len(records)


def test_a_job_counts_repeats_before_its_stages(baseline_run, tmp_path, one_process):
    """Of two equal texts the crosswalk codes one: the other still stands twice."""
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, limit=RepeatLimit(1, 90))
    records = [{"text": "algo de antes", "old": old} for old in ("x1", "")]
    records += [{"text": text, "old": ""} for text in ("queso curado", "", "")]
    table = pd.DataFrame({"id": [*map(str, range(5))]}).join(pd.DataFrame(records))
    table.to_csv(tmp_path / "rows.csv", index=False)
    job = write_job(tmp_path, run)
    expected = coded(job)
    told = ["method", "repeats", "route", "code"]
    assert [*expected["method"][:2]] == ["recode", "clerk"]
    answers = answers_in(client_of(job), records, 5)
    assert answers[1]["repeats"] == 2 and answers[1]["route"] == "review"
    assert_equal_tables(table_of(answers)[told], expected[told])
    alone = answers_in(client_of(job), records[1:2], 1)[0]
    assert alone["repeats"] == 1 and alone["route"] == "auto"


def test_more_candidates_than_the_job_asks_for(baseline_run, tmp_path):
    job = write_job(tmp_path, baseline_run)
    client, record = client_of(job), {"text": "queso curado", "old": ""}
    sizes = [
        len(answers_in(client, [record], 1, **given)[0]["candidates"])
        for given in ({}, {"top_k": 4}, {"top_k": 1}, {})
    ]
    assert sizes == [2, 4, 1, 2]


@pytest.mark.slow
@pytest.mark.tensorflow
def test_1000_records_of_the_network(tmp_path):
    """Its numbers are equal to rounding: a matrix is multiplied in other pieces."""
    given = {"model": "{kind: han}", "pretrained": "{encoder: use}"}
    experiment = write_experiment(tmp_path, **given, training="{epochs: 2}")
    assert train.main([str(experiment)]) == 0
    run, said = tmp_path / "run", texts(1000)
    apply(run, thresholds=thresholds(0.4, 0.6))
    expected = predicted(run, tmp_path, said)
    client, records = client_of(run), [{"text": text} for text in said]
    for size in (1, 13, 1000):
        answers = answers_in(client, records, size)
        assert_equal_tables(table_of(answers), expected, near=1e-5)
