"""What `tasks` and `pairs` of an experiment may say."""

import pytest
from support.task_runs import write_tasks

from han import train
from han.config import read_config
from han.config.single_tasks import task_configs
from han.errors import InputError

WRONG = {
    "data.more_codes=[[b]]": "write it into the task",
    "data.codes_file=codes.csv": "name them in `more_codes` of the task",
    "tasks.place.more_codes=[[b, c]]": "task place: `data.more_codes`: a record has",
    "tasks.plan={label_columns: [z]}": "a folder of that name",
    "tasks.Big={label_columns: [z]}": "small letters",
    "tasks.place_top_1={label_columns: [z]}": "called like columns of another task",
    "tasks={one: {label_columns: [a]}}": "names one task",
    "tasks.place.label_columns=[level_1]": "label column of two tasks",
    "tasks.place.wight=2": "Did you mean `tasks.place.weight`",
    "tasks.place.weight=0": "must be above 0",
    "tasks.place.taxonomy.digits=[3, 2]": "task place: `taxonomy.digits` must grow",
    "data.label_columns=[level_1]": "write the label columns into the tasks",
    "data.label_sets='|'": "write it into the task",
    "data.key_columns=[place_code]": "columns of their own",
    "data.missing={nothing: drop}": "is no text field",
    "taxonomy.digits=[1, 2]": "write it into the task that it is of",
    "model.attention=per_level": "have one each (`attention: own`)",
    "tasks.place.attention=each": "shared, own",
    "distribution.strategy=multi_worker": "train in one process",
    "training.sampling=sqrt": "training.class_weights",
    "training.refit_of=run": "train each task by itself",
    "logging.projector=true": "shows one network",
}


@pytest.mark.parametrize(("override", "said"), WRONG.items())
def test_a_contradiction_is_one_sentence(tmp_path, override, said):
    with pytest.raises(InputError) as caught:
        read_config(write_tasks(tmp_path), [override])
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "override",
    [
        "tasks.pair={label_columns: [z]}",
        "tasks.pair_place={label_columns: [z]}",
        "data.key_columns=[pair_note]",
    ],
)
def test_columns_of_pairs_are_their_own(tmp_path, override):
    file = write_tasks(tmp_path)
    with pytest.raises(InputError, match="called like columns of `pairs`"):
        read_config(file, [override, "pairs=pairs.csv"])


def test_pairs_need_tasks(experiment):
    with pytest.raises(InputError, match="`pairs` are codes of two `tasks`"):
        read_config(experiment, ["pairs=pairs.csv"])


def test_an_experiment_without_tasks_still_needs_label_columns(experiment):
    with pytest.raises(InputError, match=r"`data.label_columns` needs at least one"):
        read_config(experiment, ["data.label_columns=[]"])


def test_each_task_is_an_experiment_of_its_own(tmp_path):
    more = ["tasks.place.head=leaf", "data.missing={act_2: drop, text: drop}"]
    alone = task_configs(read_config(write_tasks(tmp_path), more))
    assert list(alone) == ["product", "place"]
    assert alone["product"].model.head == "tree" and alone["place"].model.head == "leaf"
    assert alone["product"].data.missing == {"text": "drop"}
    assert alone["place"].data.missing == {"act_2": "drop", "text": "drop"}
    assert alone["place"].run_folder == tmp_path / "run/place"
    assert not alone["place"].tasks


MISTAKES = {
    "tasks.place.label_columns=[act_1, act_3]": "'act_3' (`tasks.place.label_columns`)",
    "tasks.place={label_columns: [act_1, act_2], taxonomy: {file: none.csv}}": "none.c",
}


@pytest.mark.parametrize(
    ("kind", "said"),
    [("model.kind=tfidf_svm", "kind` is tfidf_svm"), ("model.encoder=mean", "is mean")],
)
def test_attention_of_its_own_needs_attention(tmp_path, kind, said):
    with pytest.raises(InputError, match=f"`attention: own` .*{said}; leave it out"):
        read_config(write_tasks(tmp_path), ["tasks.place.attention=own", kind])


@pytest.mark.parametrize(("override", "said"), MISTAKES.items())
def test_a_mistake_in_the_data_says_in_which_task(tmp_path, override, said):
    with pytest.raises(InputError) as caught:
        train.main([str(write_tasks(tmp_path)), override, "--check"])
    assert said in str(caught.value)
    assert "place" in str(caught.value)


def test_a_task_without_any_label_is_named(tmp_path):
    file = write_tasks(tmp_path)
    data = tmp_path / "data.csv"
    lines = data.read_text("utf-8").splitlines()
    blank = [f"{line.rsplit(',', 2)[0]},," for line in lines[1:]]
    data.write_text("\n".join([lines[0], *blank]) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"task place: .*no row has a code"):
        train.main([str(file), "--check"])


def test_check_reports_each_task(tmp_path, capsys):
    assert train.main([str(write_tasks(tmp_path)), "--check"]) == 0
    said = capsys.readouterr().out
    assert "Task product\n" in said and "Task place\n" in said
    assert "refit_of" not in said
    assert not (tmp_path / "run").exists()
