"""The saved state of a training: whole, or not taken up."""

import numpy as np
import pytest

from han.errors import InputError
from han.runs.run_folder import RunFolder
from han.runs.training_state import STATE_FILE, read_state, write_state

STATE = {"epoch": 2, "history": [{"loss": 0.5}], "name": "año"}
ARRAYS = {"v0": np.arange(3.0), "v1": np.ones((1, 2), np.float32), "best0": np.eye(2)}
SHAPES = [(3,), (1, 2)]


@pytest.fixture
def run(tmp_path):
    """A run with two epochs, and its state."""
    (tmp_path / "history.csv").write_text("epoch,loss\n1,0.7\n2,0.5\n")
    run = RunFolder(tmp_path)
    write_state(run, STATE, ARRAYS)
    return run


def is_whole(found):
    state, arrays = found
    same = [np.array_equal(arrays[name], ARRAYS[name]) for name in ARRAYS]
    return state == STATE and arrays.keys() == ARRAYS.keys() and all(same)


def test_what_was_written_is_read(run):
    assert is_whole(read_state(run, SHAPES))


def test_without_a_file_there_is_none(tmp_path):
    assert read_state(RunFolder(tmp_path), SHAPES) is None


def test_a_state_that_was_cut_anywhere(run):
    content = (run / STATE_FILE).read_bytes()
    for size in range(0, len(content), 11):
        (run / STATE_FILE).write_bytes(content[:size])
        with pytest.raises(InputError, match=r"state\.npz is damaged.*2 epochs so far"):
            read_state(run, SHAPES)


def test_a_byte_that_changed_anywhere(run):
    """Nothing is read wrong: it is the same state, or it is said."""
    content = (run / STATE_FILE).read_bytes()
    refused = 0
    for place in range(0, len(content), 5):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        (run / STATE_FILE).write_bytes(changed)
        try:
            assert is_whole(read_state(run, SHAPES)), place
        except InputError as error:
            assert "is damaged" in str(error)
            refused += 1
    assert refused > len(content) / 10


@pytest.mark.parametrize("shapes", [[(3,), (1, 3)], [(3,), (1, 2), (1,)]])
def test_the_state_of_another_network(run, shapes):
    with pytest.raises(InputError, match=r"state\.npz is damaged"):
        read_state(run, shapes)


def test_before_the_first_epoch_nothing_is_lost(run, caplog):
    (run / "history.csv").unlink()
    (run / STATE_FILE).write_bytes(b"PK")
    assert read_state(run, SHAPES) is None
    assert "training begins anew" in caplog.text
