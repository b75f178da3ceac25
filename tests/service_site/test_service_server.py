"""`han.serve` as a process: many clients, new models, stops and kills."""

import json
import signal
import threading

import pytest
from support.experiments import ROWS
from support.routed_runs import apply, thresholds
from support.runs import copied_run
from support.served_process import Clients, service
from support.served_run import client_of, coded

from han import serve
from han.errors import InputError
from han.runs.run_files import TAXONOMY_FILE
from han.service.model_shelf import ModelShelf

TEXTS = [text for text, _, _ in ROWS]


@pytest.fixture
def run(baseline_run, tmp_path):
    return copied_run(baseline_run, tmp_path / "own")


@pytest.fixture
def right(run):
    """The right answer to each text, without thresholds."""
    said = coded(client_of(run), *TEXTS).get_json()["records"]
    return dict(zip(TEXTS, said, strict=True))


def check(clients, right):
    """Every answer is that of its record."""
    assert not clients.faults
    for texts, answer in clients.answers:
        for text, found in zip(texts, answer["records"], strict=True):
            expected = right[text]
            assert found["candidates"] == expected["candidates"]
            assert found["code"] in (expected["code"], None)


def test_64_clients_new_models_and_a_stop(run, right, tmp_path):
    with service(tmp_path / "log", run, "--drain", "1") as served:
        with Clients(served, TEXTS, number=64) as clients:
            clients.wait_for(200)
            apply(run, thresholds=thresholds(1.0, 1.0))  # nothing is safe
            served.tell(signal.SIGHUP)
            served.wait_for("reloaded")
            clients.wait_for(200)
            (run / TAXONOMY_FILE).unlink()
            served.tell(signal.SIGHUP)
            failed = served.wait_for("reload_failed")
            clients.wait_for(100)
        check(clients, right)
        assert clients.lost == 0 and TAXONOMY_FILE in failed["reason"]
        plans = [answer["model"]["plan"] for _, answer in clients.answers]
        assert len({*plans}) == 2 and None in plans
        for texts, answer in clients.answers:
            route = "review" if answer["model"]["plan"] else None
            assert [r.get("route") for r in answer["records"]] == [route] * len(texts)
        counted = served.ask("/metrics")[1]
        assert 'han_reloads_total{result="done"} 1.0' in counted
        assert 'han_reloads_total{result="failed"} 1.0' in counted
        _stop_amid_work(served)


def _stop_amid_work(served):
    """What runs is answered, and nobody is told that there is room for more."""
    answers = []
    large = [
        threading.Thread(target=lambda: answers.append(served.code(TEXTS * 80)))
        for _ in range(4)
    ]
    for thread in large:
        thread.start()
    while "han_waiting_records 0.0" in served.ask("/metrics")[1]:
        pass
    served.tell(signal.SIGTERM)
    served.wait_for("stopping")
    status, said = served.ask("/ready")
    assert (status, json.loads(said)) == (503, {"status": "stopping"})
    for thread in large:
        thread.join(60)
    assert [len(answer["records"]) for answer in answers] == [960] * 4
    assert served.ended() == 0
    assert served.events("stopped") and not served.events("failed")


def test_a_kill_loses_nothing_but_what_runs(run, right, tmp_path):
    with service(tmp_path / "log", run) as served:
        with Clients(served, TEXTS) as clients:
            clients.wait_for(40)
            served.tell(signal.SIGKILL)
            assert served.ended() == -signal.SIGKILL
            served.start()
            clients.wait_for(40)
        check(clients, right)
        assert clients.lost
        served.tell(signal.SIGINT)
        assert served.ended() == 0


def test_signals_wait_until_models_are_loaded(baseline_run, monkeypatch):
    """Those that come before have their effect when the server begins."""
    seen, load = [], ModelShelf._load

    def loading(shelf):
        for number in (signal.SIGHUP, signal.SIGTERM) if not seen else ():
            signal.raise_signal(number)
        seen.append(shelf)
        return load(shelf)

    monkeypatch.setattr(ModelShelf, "_load", loading)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert serve.main([str(baseline_run), "--port", "0"]) == 0
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--port", "70000"], "--port 70000: expected 0 to 65535"),
        (["--timeout", "0"], "--timeout 0.0: expected"),
        (["--drain", "nan"], "--drain nan: expected"),
        (["--max-waiting", "0"], "--max-waiting: expected 1"),
        (["=runs/demo"], "expected RUN, NAME=RUN or a job file"),
        (["--host", "0.0.0.0"], "--add-key"),
        (["runs/none"], "runs/none"),
    ],
)
def test_mistakes_are_told_before_anything_is_loaded(given, said, baseline_run):
    with pytest.raises(InputError, match=said):
        serve.main([*given, str(baseline_run)])


def test_a_port_that_is_taken(baseline_run, open_socket):
    with pytest.raises(InputError, match="Give another port"):
        serve.main([str(baseline_run), "--port", str(open_socket)])


@pytest.fixture
def open_socket():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]
