"""Who is who in a Slurm step, read from its variables."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.devices.slurm_processes import (
    PORTS,
    cluster_spec,
    expand_counts,
    expand_nodes,
    first_port,
    tf_config,
)
from han.errors import InputError

STEP = {
    "SLURM_JOB_ID": "1234",
    "SLURM_PROCID": "2",
    "SLURM_STEP_NODELIST": "hn[08-10]",
    "SLURM_STEP_TASKS_PER_NODE": "1(x3)",
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("hn1", ["hn1"]),
        ("hn[1-2,05-07]", ["hn1", "hn2", "hn05", "hn06", "hn07"]),
        ("a,b[9-11],c", ["a", "b9", "b10", "b11", "c"]),
        ("r[1-2]n[01-02]", ["r1n01", "r1n02", "r2n01", "r2n02"]),
        ("hn[3]-ib,x", ["hn3-ib", "x"]),
        (
            "gpu-a.inegi[098-101]",
            [f"gpu-a.inegi{n}" for n in ("098", "099", "100", "101")],
        ),
    ],
)
def test_lists_of_nodes(text, names):
    assert expand_nodes(text) == names


@pytest.mark.parametrize(
    "text", ["", "a,,b", "hn[1-2", "hn1]", "hn[a-b]", "hn[]", "a b"]
)
def test_what_is_no_list_of_nodes(text):
    with pytest.raises(InputError, match="no list of nodes as Slurm writes it"):
        expand_nodes(text)


@given(st.lists(st.integers(0, 9999), min_size=1, unique=True), st.integers(1, 6))
def test_names_come_back_from_their_list(numbers, width):
    names = [f"hn{n:0{width}d}" for n in numbers]
    inside = ",".join(name.removeprefix("hn") for name in names)
    assert expand_nodes(f"hn[{inside}]") == names == expand_nodes(",".join(names))


def test_tasks_by_node():
    assert expand_counts("1(x2),2") == [1, 1, 2]
    assert expand_counts("4") == [4]
    for text in ("", "1(x2", "a", "1,,2"):
        with pytest.raises(InputError, match="number of tasks by node"):
            expand_counts(text)


def test_a_process_knows_its_rank_and_all_addresses():
    worker = cluster_spec(STEP)
    first = 12000 + 1234 * 64 % 16000
    assert worker.addresses == (
        f"hn08:{first}",
        f"hn09:{first + 1}",
        f"hn10:{first + 2}",
    )
    assert worker.rank == 2 and not worker.is_first
    assert json.loads(tf_config(worker)) == {
        "cluster": {"worker": list(worker.addresses)},
        "task": {"type": "worker", "index": 2},
    }


def test_several_tasks_on_a_node_have_several_ports():
    step = {**STEP, "SLURM_STEP_NODELIST": "a,b", "SLURM_STEP_TASKS_PER_NODE": "2,1"}
    hosts = [address.split(":")[0] for address in cluster_spec(step).addresses]
    assert hosts == ["a", "a", "b"]
    assert len(set(cluster_spec(step).addresses)) == 3


def test_one_task_and_no_step_are_no_cluster():
    assert cluster_spec({}) is None
    assert cluster_spec({"SLURM_JOB_ID": "1", "SLURM_PROCID": "0"}) is None
    one = {**STEP, "SLURM_STEP_NODELIST": "hn1", "SLURM_STEP_TASKS_PER_NODE": "1"}
    assert cluster_spec(one) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SLURM_PROCID": "x"}, "SLURM_PROCID must be a whole number. Received: 'x'"),
        ({"SLURM_PROCID": "3"}, "SLURM_PROCID is 3, and the step has 3 tasks"),
        ({"SLURM_STEP_TASKS_PER_NODE": "1(x2)"}, "names 3 nodes and .* 2. Start"),
    ],
)
def test_damaged_variables_are_said(change, message):
    with pytest.raises(InputError, match=message):
        cluster_spec({**STEP, **change})


@pytest.mark.parametrize("name", [name for name in STEP if "NODELIST" not in name])
def test_missing_variables_are_said(name):
    with pytest.raises(InputError, match=f"{name} is not set. Start .* with srun"):
        cluster_spec({k: v for k, v in STEP.items() if k != name})


@given(st.integers(1, 10**9))
def test_ports_are_those_of_users_and_neighbouring_jobs_do_not_meet(job):
    assert 12_000 <= first_port(job) <= 12_000 + PORTS
    assert abs(first_port(job) - first_port(job + 1)) >= 64
