"""The journal of a sweep after a process was killed while it wrote."""

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from han.errors import InputError
from han.search.journal_repair import mend_journal

VALUES = [0.25, 0.5]


def study(file):
    storage = JournalStorage(JournalFileBackend(str(file)))
    return optuna.create_study(
        study_name="sweep", storage=storage, load_if_exists=True, direction="maximize"
    )


@pytest.fixture
def journal(tmp_path):
    """A journal of two trials that have ended."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    file = tmp_path / "study.journal"
    made = study(file)
    for value in VALUES:
        trial = made.ask()
        trial.suggest_categorical("text.language", ["spanish", '{"op_code": "año"}'])
        made.tell(trial, value)
    return file


def ended(file):
    return [t.value for t in study(file).trials if t.state == TrialState.COMPLETE]


def test_a_whole_journal_stays_as_it_is(journal):
    content = journal.read_bytes()
    mend_journal(journal)
    assert journal.read_bytes() == content


def test_without_a_journal_there_is_nothing_to_mend(tmp_path):
    mend_journal(tmp_path / "study.journal")
    assert not list(tmp_path.iterdir())


def test_a_journal_that_was_cut_anywhere_goes_on(journal):
    """What was written to its end is kept, and new trials can be added and read."""
    content = journal.read_bytes()
    begin = content.index(b"\n") + 1  # the study itself
    for size in range(begin, len(content), 23):
        journal.write_bytes(content[:size])
        mend_journal(journal)
        kept = journal.read_bytes()
        assert kept == content[: content[:size].rindex(b"\n") + 1]
        made = study(journal)
        made.tell(made.ask(), 0.75)
        assert ended(journal)[-1] == 0.75


def test_two_records_in_a_line(journal):
    """A process wrote on where another was cut, as Optuna does."""
    *whole, last = journal.read_bytes().splitlines(keepends=True)
    for size in range(1, len(last)):
        journal.write_bytes(b"".join([*whole, last[:size], last]))
        mend_journal(journal)
        assert journal.read_bytes().startswith(b"".join([*whole, last]))
        # Only the end of the line was missing: that record was whole.
        assert journal.read_bytes().count(b"\n") == len(whole) + 1 + (
            size == len(last) - 1
        )


def test_zeros_of_a_machine_that_stopped(journal):
    content = journal.read_bytes()
    record = content.splitlines(keepends=True)[-1]
    journal.write_bytes(content + bytes(40))
    mend_journal(journal)
    assert journal.read_bytes() == content
    journal.write_bytes(content[: -len(record)] + bytes(40) + record)
    mend_journal(journal)
    assert journal.read_bytes() == content


def test_a_byte_that_changed_is_said_with_its_line(journal):
    content = journal.read_bytes()
    lines = content.split(b"\n")
    for number in range(len(lines) - 1):
        changed = [*lines]
        changed[number] = changed[number].replace(b":", b";", 1)
        journal.write_bytes(b"\n".join(changed))
        with pytest.raises(InputError, match=rf"damaged: line {number + 1} is no"):
            mend_journal(journal)
        assert journal.read_bytes() == b"\n".join(changed)


def test_a_line_end_that_changed_loses_no_record(journal):
    content = journal.read_bytes()
    for place in [k for k, byte in enumerate(content) if byte == 10][:-1]:
        journal.write_bytes(content[:place] + b"\x8a" + content[place + 1 :])
        try:
            mend_journal(journal)
            assert journal.read_bytes() == content
        except InputError as error:
            assert "is no record" in str(error)
