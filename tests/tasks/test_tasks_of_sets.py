"""Tasks of which one gives a record a set of codes, and another one code."""

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROWS
from support.task_networks import batch, drawn, task_network
from support.task_runs import PLACES, write_tasks

import han
from han import evaluate, plan, predict, train
from han.config import read_config
from han.errors import InputError
from han.tasks.task_corpora import read_task_corpora

TASKS = (
    "{goods: {label_columns: [codes], label_sets: '|', head: multi_path, "
    "taxonomy: {digits: [1, 2]}}, place: {label_columns: [act_1, act_2]}}"
)
SPLIT = TASKS.replace("label_sets: '|'", "more_codes: [[also]]")


def write(folder: Path, **sections: str) -> Path:
    """Two thirds of the records have two goods; a fifth of labels is missing."""
    file = write_tasks(folder, **{"tasks": TASKS, **sections})
    draw, lines = random.Random(1), ["id,text,codes,code,also,act_1,act_2"]
    for k in range(180):
        (one, _, first), (two, _, second) = draw.sample(ROWS, 2)
        place, *labels = draw.choice(PLACES)
        if k % 3 == 0 or first == second:
            two = second = ""
        if draw.random() < 0.2:
            first = second = ""
        if draw.random() < 0.2:
            labels = ["", ""]
        codes = "|".join(code for code in (first, second) if code)
        cells = [str(k), f"{one} {two} {place}", codes, first, second, *labels]
        lines.append(",".join(cells))
    (folder / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def networks():
    from han.network.model import HierarchicalAttentionNetwork

    sizes = {"word_units": 3, "sentence_units": 3, "embedding_dimension": 4}
    sizes |= {"computation": "padded", "dropout": 0.0}
    first = HierarchicalAttentionNetwork(
        12, [-1, -1, 0, 0], head="multi_path", own_attention=(0, 2), **sizes
    )
    other = HierarchicalAttentionNetwork(
        12, [-1, -1], beside=first, own_attention=(1, 2), **sizes
    )
    return drawn({"a": first, "b": other})


def sets_in(inputs):
    sets = np.array([[2, 1], [3, -1], [0, -1]], np.int32)
    return {**inputs, "a/nodes": sets}


def test_labels_of_a_batch_are_sets_where_a_task_gives_sets(tmp_path):
    from han.batching.network_inputs import AuxiliaryInputs
    from han.tasks.task_batches import TaskLabels

    found = read_task_corpora(read_config(write(tmp_path)))
    joint, goods = found.joint["train"], found.tasks["goods"]
    own, places = goods.examples["train"], joint.places["goods"]
    assert (own.sets[:, 1] >= 0).any() and len(own) == len(np.unique(places)) - 1
    # A record with two codes stands once.
    assert len(joint.rows) == len(np.unique(joint.rows))
    labels = TaskLabels(own, places, AuxiliaryInputs(), None, goods.tree.num_nodes)
    texts = found.shared.examples["train"].texts
    arrays = labels.arrays(texts, np.arange(len(joint.rows)))
    known = places >= 0
    np.testing.assert_array_equal(arrays["nodes"][known], own.sets[places[known]])
    assert not arrays["weights"][~known].any() and (~known).any()
    assert "all right together" in found.tasks["goods"].report
    assert "all right together" not in found.tasks["place"].report


def test_further_codes_may_stand_in_columns(tmp_path):
    whole = read_task_corpora(read_config(write(tmp_path)))
    columns = SPLIT.replace("[codes]", "[code]")
    split = read_task_corpora(read_config(write(tmp_path, tasks=columns)))
    for role in ("train", "test"):
        sets = [one.tasks["goods"].examples[role].sets for one in (whole, split)]
        np.testing.assert_array_equal(*sets)


@pytest.mark.tensorflow
def test_the_loss_of_sets_is_that_of_the_task_by_itself(eager_steps):
    made = networks()
    network = task_network(made, {"a": 1.0, "b": 3.0})
    inputs = sets_in(batch(made))
    plain = {n: v for n, v in inputs.items() if "/" not in n}
    parts = []
    for name, share in (("a", 1.0), ("b", 3.0)):
        own = inputs[f"{name}/nodes"], inputs[f"{name}/weights"]
        made[name].reset_metrics()
        alone = made[name].test_step((plain, *own))
        parts.append(share * float(alone["loss"]) * own[1].sum())
    network.reset_metrics()
    found = network.test_step((inputs, None, np.ones(3)))
    assert float(found["loss"]) == pytest.approx(sum(parts) / 3.5, rel=1e-5)
    assert 0 <= float(found["a_hierarchical_f1"]) <= 1


@pytest.mark.tensorflow
def test_a_step_goes_down_the_gradient_of_sets_and_codes(eager_steps):
    made = networks()
    network = task_network(made, {"a": 1.0, "b": 3.0})
    inputs = sets_in(batch(made))
    variable = made["a"].get_layer("word_attention").trainable_variables[0]
    before, slopes = variable.numpy(), []
    for sign in (1, -1):
        moved = before.copy()
        moved[0, 0] += sign * 1e-2
        variable.assign(moved)
        network.reset_metrics()
        slopes.append(
            sign * float(network.test_step((inputs, None, np.ones(3)))["loss"])
        )
    variable.assign(before)
    network.train_step((inputs, None, np.ones(3)))
    step = variable.numpy()[0, 0] - before[0, 0]
    assert step == pytest.approx(-0.1 * sum(slopes) / 2e-2, rel=2e-2, abs=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        "{kind: tfidf_linear, C: 1}",
        pytest.param(
            "{word_units: 4, sentence_units: 4, bag_units: 8}",
            marks=pytest.mark.tensorflow,
        ),
    ],
)
def test_a_run_of_both_trains_codes_evaluates_and_plans(
    tmp_path, capsys, model, request
):
    asked = {}
    if "kind" not in model:
        asked["training"] = "{epochs: 1, batch_size: 32}"
        request.getfixturevalue("eager_steps")
    file = write(tmp_path, model=model, **asked)
    assert train.main([str(file), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Task goods" in said and "instance" in said and "Task place" in said
    run, data = str(tmp_path / "run"), str(tmp_path / "data.csv")
    assert predict.main([run, data, "-o", str(tmp_path / "all.csv")]) == 0
    together = pd.read_csv(tmp_path / "all.csv", dtype=str, keep_default_na=False)
    for name in ("goods", "place"):
        out = tmp_path / f"{name}.csv"
        assert predict.main([f"{run}/{name}", data, "-o", str(out)]) == 0
        alone = pd.read_csv(out, dtype=str, keep_default_na=False)
        own = [c for c in together if c.startswith(f"{name}_")]
        pd.testing.assert_frame_equal(
            together[own].rename(columns=lambda c, n=name: c.removeprefix(f"{n}_")),
            alone.drop(columns="id"),
        )
    assert together["goods_codes"].str.contains("|", regex=False).any()
    assert "goods_label_1" in together and "place_label" in together
    assert predict.main([run, "--text", "pan", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "goods_codes" in shown and "place_code" in shown
    assert evaluate.main([run, "--no-report", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "instance" in shown and "place\n=====" in shown
    assert plan.main([run, "--target", "leaf=0.5", "--apply"]) == 0
    table = han.load(tmp_path / "run").predict(["pan dulce, clavo de acero"])
    assert {"goods_route", "place_route"} <= set(table.columns)
    with pytest.raises(InputError, match="has several tasks"):
        predict.main([run, data, "--decoding", "expected_hf"])


def test_pairs_and_kinds_that_know_no_sets_are_refused(tmp_path):
    file = write(tmp_path, pairs="pairs.csv")
    with pytest.raises(InputError, match=r"`pairs` are of tasks .* goods gives"):
        read_config(file)
    with pytest.raises(InputError, match=r"task goods: `model.head: multi_path` is"):
        read_config(write(tmp_path), ["model.kind=tfidf_svm"])
    with pytest.raises(InputError, match=r"'goods_codes'.* columns of their own"):
        read_config(write(tmp_path), ["data.key_columns=[goods_codes]"])
    with pytest.raises(InputError, match="is a label column of two tasks"):
        read_config(write(tmp_path), ["tasks.place.more_codes=[[codes, x]]"])
