"""GPUs that a job was given, against those that there are."""

import logging

import pytest

from han import train
from han.commands import train_command
from han.devices import asked_gpus
from han.devices.asked_gpus import check_gpus, log_devices
from han.errors import InputError

JOB = {"SLURM_JOB_ID": "7", "SLURM_GPUS_ON_NODE": "2"}


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, 0),
        (JOB, 2),
        ({**JOB, "CUDA_VISIBLE_DEVICES": "1"}, 1),
        ({**JOB, "CUDA_VISIBLE_DEVICES": ""}, 0),
        ({**JOB, "CUDA_VISIBLE_DEVICES": "-1"}, 0),
        ({"SLURM_JOB_ID": "7"}, 0),
        ({"SLURM_JOB_ID": "7", "SLURM_GPUS_ON_NODE": "0"}, 0),
    ],
)
def test_enough_gpus_are_no_mistake(environ, found):
    check_gpus(found, environ)


@pytest.mark.parametrize(
    ("is_cpu_build", "message"),
    [(True, "tensorflow-cpu is installed"), (False, "TensorFlow finds 1")],
)
def test_gpus_that_are_not_found_stop_the_job(monkeypatch, is_cpu_build, message):
    monkeypatch.setattr(asked_gpus, "cpu_build", lambda: is_cpu_build)
    with pytest.raises(InputError, match=message):
        check_gpus(1, JOB)


def test_a_gpu_that_is_not_used_is_said(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(asked_gpus, "NVIDIA", tmp_path)
    check_gpus(0, {"CUDA_VISIBLE_DEVICES": ""})  # hidden on purpose
    assert not caplog.messages
    check_gpus(0, {})
    assert "has a GPU that TensorFlow cannot use" in caplog.text


def test_the_log_names_the_devices(caplog):
    with caplog.at_level(logging.INFO, logger="han"):
        log_devices(["GPU:0 (H200)", "GPU:1 (H200)"], 1)
        log_devices([], 3)
    assert "Devices: GPU:0 (H200), GPU:1 (H200)" in caplog.text
    assert "no GPU" in caplog.text
    assert "cut into 3 parts" in caplog.text


def test_a_training_is_refused_before_its_data_is_read(experiment, monkeypatch):
    monkeypatch.setattr(asked_gpus, "cpu_build", lambda: True)
    for name, value in JOB.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(
        train_command, "read_corpus", lambda *_, **__: pytest.fail("read")
    )
    with pytest.raises(InputError, match="2 GPUs are asked for"):
        train.main([str(experiment)])
