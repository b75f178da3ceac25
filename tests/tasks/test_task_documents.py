"""The documents of all tasks, and what each task knows of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.task_runs import write_tasks

from han.config import read_config
from han.experiment.corpus import read_corpus
from han.tasks.joint_documents import joint_documents
from han.tasks.task_corpora import read_task_corpora

ROWS = st.lists(st.integers(0, 6), max_size=12).map(sorted)


@given(st.dictionaries(st.sampled_from("abc"), ROWS, min_size=1))
def test_every_example_has_a_place_with_its_document(examples):
    given_rows = {name: np.array(rows, np.int64) for name, rows in examples.items()}
    joint = joint_documents(given_rows)
    assert (np.diff(joint.rows) >= 0).all()
    for name, rows in given_rows.items():
        places = joint.places[name]
        held = np.flatnonzero(places >= 0)
        assert sorted(places[held].tolist()) == list(range(len(rows)))
        np.testing.assert_array_equal(joint.rows[held], rows[places[held]])
    # No more documents than the task that needs each most often asks for.
    most = {
        row: max(rows.count(row) for rows in examples.values())
        for rows in examples.values()
        for row in rows
    }
    assert len(joint.rows) == sum(most.values())


def test_texts_and_roles_are_those_of_all_tasks(tmp_path):
    config = read_config(write_tasks(tmp_path))
    found = read_task_corpora(config)
    tasks, shared = found.tasks, found.shared
    assert tasks["product"].encoder is tasks["place"].encoder
    for role in ("train", "validation"):
        texts = shared.examples[role].texts
        for name, corpus in tasks.items():
            places = found.joint[role].places[name]
            own = corpus.examples[role].texts
            held = np.flatnonzero(places >= 0)
            assert len(held) == len(own) < len(texts)
            assert texts.take(held).same_words(own.take(places[held])).all()


def test_a_task_reads_what_it_would_read_alone(tmp_path):
    found = read_task_corpora(read_config(write_tasks(tmp_path)))
    for name, config in found.configs.items():
        alone, own = read_corpus(config), found.tasks[name]
        assert own.tree.codes == alone.tree.codes
        assert own.uncoded == alone.uncoded
        for role, examples in alone.examples.items():
            np.testing.assert_array_equal(own.examples[role].nodes, examples.nodes)
            np.testing.assert_array_equal(own.examples[role].weights, examples.weights)


def test_several_codes_of_a_record_stand_one_after_the_other(tmp_path):
    file = write_tasks(tmp_path)
    data = tmp_path / "data.csv"
    lines = data.read_text("utf-8").replace(",9,91", ",9,91|81").splitlines()
    data.write_text("\n".join(lines) + "\n", "utf-8")
    task = "{label_columns: [act_2], label_sets: '|', taxonomy: {digits: [1, 2]}}"
    found = read_task_corpora(read_config(file, [f"tasks.place={task}"]))
    joint, own = found.joint["train"], found.tasks["place"].examples["train"]
    twice = np.flatnonzero(np.bincount(joint.rows) == 2)
    assert len(twice)
    product = joint.places["product"]
    for row in twice.tolist():
        first, second = np.flatnonzero(joint.rows == row)
        places = joint.places["place"][[first, second]]
        assert own.nodes[places[0]] != own.nodes[places[1]]
        assert product[second] == -1  # which has one code, and learns it once


def test_codes_of_code_lists_train_their_task_alone(tmp_path):
    titles = tmp_path / "places.csv"
    titles.write_text(
        "code,parent,title\n9,,fabricas\n8,,ventas\n91,9,fabrica grande\n"
        "81,8,tienda chica\n82,8,puesto de mercado\n",
        "utf-8",
    )
    task = f"{{label_columns: [act_1, act_2], taxonomy: {{file: {titles}}}}}"
    file = write_tasks(tmp_path)
    found = read_task_corpora(read_config(file, [f"tasks.place={task}"]))
    joint, shared = found.joint["train"], found.shared.examples["train"]
    assert (
        shared.num_code_texts == found.tasks["place"].examples["train"].num_code_texts
    )
    last = slice(len(shared) - shared.num_code_texts, None)
    assert (joint.places["product"][last] == -1).all()
    assert (joint.places["place"][last] >= 0).all()
