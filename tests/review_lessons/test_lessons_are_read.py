"""What clerks decided trains, is a dictionary, and tests a plan."""

import json

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from support.decided_answers import add_people, decide_all
from support.example_queue import make_example_queue, true_nodes
from support.reviewed_runs import write_trades

from han import plan, train
from han.code_list.taxonomy import Taxonomy
from han.config import read_config
from han.config.job_config import CodedRecords, ExactConfig
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.experiment.reviewed_records import check_code_lists
from han.jobs.task_dictionary import task_dictionary
from han.review_lessons.lesson_files import LessonChoice, write_lessons
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import answers, codes, texts
from han.runs.run_folder import RunFolder
from han.text.non_answers import NONE


@pytest.fixture
def queue(queue_place):
    queue = make_example_queue(queue_place, answers=40)
    add_people(queue)
    decide_all(queue, true_nodes(queue))
    return queue


def parts_of(queue):
    with queue.reading() as connection:
        rows = connection.execute(sa.select(answers)).mappings().all()
    return pd.DataFrame(rows).set_index("id")


def corpus_of(experiment, *places):
    listed = ", ".join(map(repr, places))
    return read_corpus(read_config(experiment, [f"data.reviewed=[{listed}]"]))


def test_decisions_train_and_judge_nothing(queue, tmp_path):
    experiment = write_trades(tmp_path)
    before = read_corpus(read_config(experiment))
    corpus = corpus_of(experiment, queue.place)
    work = parts_of(queue).query("part == 'work'")
    train_before, found = before.examples["train"], corpus.examples["train"]
    assert len(found) == len(train_before) + len(work)
    assert set(found.weights) == {1.0}
    for role in ("validation", "calibration", "test"):
        assert np.array_equal(before.examples[role].codes, corpus.examples[role].codes)
    random = 40 - len(work)
    assert f"{len(work)} train, {random} were drawn at random" in corpus.report


def test_texts_that_test_do_not_train(queue, tmp_path):
    experiment = write_trades(tmp_path, repeat=6)
    table = pd.read_csv(tmp_path / "trades.csv", dtype=str)
    work = parts_of(queue).query("part == 'work'").index.tolist()
    with queue.writing() as connection:  # answers that records have given, too
        for answer, row in zip(work, table.itertuples(), strict=False):
            for place, text in enumerate((row.texto_oficio.upper(), row.detalle)):
                same = sa.update(texts).where(
                    texts.c.answer == answer, texts.c.place == place
                )
                connection.execute(same.values(text=text))
    before = read_corpus(read_config(experiment))
    corpus = corpus_of(experiment, queue.place)
    added = len(corpus.examples["train"]) - len(before.examples["train"])
    assert 0 < added < len(work)
    said = f"{len(work) - added} have texts of validation, calibration or test"
    assert said in corpus.report


def test_weights_are_those_of_the_survey_where_it_has_some(queue, tmp_path):
    with queue.writing() as connection:
        connection.execute(sa.update(answers).values(weight=3.5 * answers.c.rows))
    experiment = write_trades(tmp_path)
    config = [f"data.reviewed=['{queue.place}']", "data.weight_column=peso"]
    corpus = read_corpus(read_config(experiment, config))
    assert set(corpus.examples["train"].weights) == {2.0, 3.5}


def test_a_written_file_trains_whole_and_a_view_by_itself(queue, tmp_path):
    write_lessons(queue, tmp_path / "l", LessonChoice(with_random=True), None)
    experiment = write_trades(tmp_path)
    before = len(read_corpus(read_config(experiment)).examples["train"])
    corpus = corpus_of(experiment, str(tmp_path / "l" / "records.csv"))
    assert len(corpus.examples["train"]) == before + 40
    if "://" in queue.place:
        return
    view = f"data.train=sqlite:///{queue.place}#decided"
    levels = "data.label_columns=[level_1, level_2, level_3]"
    column = "data.fields.oficio.column=oficio"
    alone = read_corpus(read_config(experiment, [view, levels, column]))
    assert sum(len(part) for part in alone.examples.values()) == 40


def test_a_run_that_goes_on_wants_the_same_decisions(queue, tmp_path):
    experiment, name = write_trades(tmp_path), f"data.reviewed=['{queue.place}']"
    one = read_corpus(read_config(experiment, [name])).fingerprints
    with queue.writing() as connection:
        connection.execute(sa.update(answers).values(rows=9))
    other = read_corpus(read_config(experiment, [name])).fingerprints
    assert {n for n in one if one[n] != other[n]} == {f"{_named(queue)}#decided"}


@pytest.mark.parametrize(
    ("columns", "code"), [({"title": "Venta de ropa"}, "512"), ({"parent": 0}, "512")]
)
def test_decisions_of_another_code_list_do_not_train(queue, tmp_path, columns, code):
    with queue.reading() as connection:
        rows = connection.execute(sa.select(codes).order_by(codes.c.node)).all()
    parents = [-1 if row.parent is None else row.parent for row in rows]
    titles = [row.title for row in rows]
    tree = Taxonomy([row.code for row in rows], parents, titles)
    place = [f"data.reviewed=['{queue.place}']"]
    config = read_config(write_trades(tmp_path), place)
    check_code_lists(config, tree)
    with queue.writing() as connection:
        changed = sa.update(codes).where(codes.c.code == code)
        connection.execute(changed.values(columns))
    with pytest.raises(InputError, match=f"1 code of .*as {code}"):
        check_code_lists(config, tree)


def test_a_title_may_be_worded_otherwise_and_codes_must_not_move(queue, tmp_path):
    with queue.reading() as connection:
        rows = connection.execute(sa.select(codes).order_by(codes.c.node)).all()
    parents = [-1 if row.parent is None else row.parent for row in rows]
    titles = {row.code: row.title for row in rows}
    config = read_config(write_trades(tmp_path), [f"data.reviewed=['{queue.place}']"])

    def check(**changed):
        named = {**titles, **{code[1:]: title for code, title in changed.items()}}
        check_code_lists(config, Taxonomy(list(named), parents, list(named.values())))

    check(_512="Frutas y verduras: venta", _722="Albañilería y acabados")
    with pytest.raises(InputError, match=r"2 codes of .*as 511, 512"):
        check(_511=titles["512"], _512=titles["511"])
    with pytest.raises(InputError, match=r"1 code of .*as 722"):
        check(_722="Fotografía")


def _named(queue):
    return queue.place if "://" in queue.place else f"sqlite:///{queue.place}"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["data.reviewed=[none.db]"], "none.db"),
        (["data.reviewed=[{file}, {file}]"], "names a queue twice"),
        (["data.reviewed=[{file}]", "data.fields.other={{}}"], "other"),
        (["data.reviewed=[{file}]", "model.head=multi_path"], "data.reviewed"),
    ],
)
def test_what_cannot_train_is_said(tmp_path, settings, said):
    file = tmp_path / "review.db"
    queue = make_example_queue(file, answers=5)
    add_people(queue)
    decide_all(queue, true_nodes(queue))
    experiment = write_trades(tmp_path)
    with pytest.raises(InputError, match=said):
        read_corpus(read_config(experiment, [s.format(file=file) for s in settings]))


def test_a_job_looks_texts_up_that_two_people_agreed_on(queue, tmp_path):
    write_lessons(queue, tmp_path, LessonChoice(field="detalle"), None)
    tree = Taxonomy(["5", "51", "511", "722"], [-1, 0, 1, -1])
    given = pd.read_csv(tmp_path / "dictionary.csv", dtype=str)
    codes = {"511", "722"}
    given[given["code"].isin(codes)].to_csv(tmp_path / "some.csv", index=False)
    coded = CodedRecords(str(tmp_path / "some.csv"), count="support")
    exact = ExactConfig(field="detalle", coded=(coded,), min_count=1)
    fields = ["oficio", "detalle"]
    found = task_dictionary(exact, "exact", fields, tree, NONE, "utf-8")
    assert len(found) == given["code"].isin(codes).sum() > 0
    assert (found.nodes >= 0).all()


def test_a_run_is_trained_and_its_plan_tested_by_what_judges(queue_place, tmp_path):
    queue = make_example_queue(queue_place, answers=200)
    add_people(queue)
    decide_all(queue, true_nodes(queue))
    experiment = write_trades(tmp_path, repeat=20)
    assert train.main([str(experiment), f"data.reviewed=['{queue.place}']"]) == 0
    run = RunFolder(tmp_path / "run")
    found = write_lessons(
        QueueDatabase(queue.place), tmp_path / "l", LessonChoice(), run.config()
    )
    sample = tmp_path / "l" / "calibration.csv"
    assert {"texto_oficio", "uno", "dos", "tres"} <= {*pd.read_csv(sample).columns}
    records = tmp_path / "l" / "records.csv"  # has the names of the run, too
    alone = read_corpus(read_config(experiment, [f"data.train={records}"]))
    assert sum(len(part) for part in alone.examples.values()) == found.records
    arguments = ["--target", "leaf=0.6", "--sample", str(sample), "--lang", "en"]
    design = ["--sample-weight", "design_weight", "--strata", "stratum"]
    assert plan.main([str(run.folder), *arguments, *design]) == 0
    plans = [*(run / "plan").rglob("plan.json")]
    said = json.dumps(json.loads(plans[0].read_text(encoding="utf-8")))
    assert "calibration.csv" in said and found.sample == 58
