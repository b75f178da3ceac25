"""The file of keys: what is in it, what is refused, when it is read again."""

import json
import os
import stat
import subprocess
import sys

import pytest

from han.errors import InputError
from han.runs.folder_lock import held
from han.service.event_log import EventLog
from han.service.service_keys import (
    ServiceKeys,
    add_key,
    hash_of,
    read_keys,
    remove_key,
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.jsonl"


def test_a_key_is_printed_once_and_never_kept(file):
    secret = add_key(file, "survey", 60, None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret not in file.read_text() and hash_of(secret) in file.read_text()
    (key,) = read_keys(file)
    assert (key.requests_a_minute, key.records_a_minute) == (60, None)
    assert add_key(file, "other") != secret and len(read_keys(file)) == 2


def test_a_file_keeps_its_mode_and_its_owner(file):
    add_key(file, "survey")
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 10001, 10002)
    before, link = file.stat(), file.with_name("link")
    link.symlink_to(file)
    add_key(link, "other")
    remove_key(link, "survey")
    assert link.is_symlink() and [key.name for key in read_keys(file)] == ["other"]
    kept = file.stat()
    assert stat.S_IMODE(kept.st_mode) == 0o640
    assert (kept.st_uid, kept.st_gid) == (before.st_uid, before.st_gid)


def test_only_the_whole_key_opens(file):
    secret = add_key(file, "survey")
    keys = ServiceKeys(file, EventLog(file.with_name("log")))
    assert keys.find(secret).name == "survey"
    wrong = ["", secret[:-1], secret + " ", secret.lower(), hash_of(secret), "ñ\udc80"]
    assert [keys.find(given) for given in wrong] == [None] * len(wrong)


def test_a_change_counts_at_once_and_a_broken_file_does_not(file):
    first = add_key(file, "first")
    keys = ServiceKeys(file, EventLog(file.with_name("log")))
    second = add_key(file, "second")
    assert keys.find(second).name == "second"
    remove_key(file, "first")
    assert keys.find(first) is None
    file.write_text("{")
    assert keys.find(second).name == "second"
    file.unlink()
    assert keys.find(second).name == keys.find(second).name == "second"
    third = add_key(file, "third")
    assert keys.find(third) and not keys.find(second)
    said = [json.loads(x) for x in file.with_name("log").read_text().splitlines()]
    read, failed = "keys_read", "keys_not_read"
    assert [x["event"] for x in said] == [read, read, failed, failed, read]
    assert "line 1" in said[2]["message"] and "cannot be read" in said[3]["message"]


def test_an_empty_file_is_broken_but_the_last_key_can_be_removed(file):
    secret = add_key(file, "only")
    keys, text = ServiceKeys(file, EventLog(file.with_name("log"))), file.read_text()
    file.write_text("")  # as an editor or `cp` leaves it for a moment
    assert keys.find(secret)
    said = json.loads(file.with_name("log").read_text())
    assert said["event"] == "keys_not_read" and "empty" in said["message"]
    file.write_text(text)
    assert keys.find(secret)
    remove_key(file, "only")
    assert not keys.find(secret) and read_keys(file) == []


GOOD = {"name": "a", "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("han_secret", "line 1: expected a JSON object"),
        ("[" * 100_000, "line 1: expected a JSON object"),
        (json.dumps(GOOD | {"key": "han_secret"}), "line 1: expected a JSON object"),
        (json.dumps(GOOD | {"name": "a b"}), "line 1: the name of a key"),
        (json.dumps(GOOD | {"name": 3}), "line 1: the name of a key"),
        (json.dumps(GOOD | {"sha256": "han_secret"}), "line 1: `sha256` must be"),
        (json.dumps(GOOD | {"sha256": int("1" * 64)}), "line 1: `sha256` must be"),
        (json.dumps(GOOD | {"records_a_minute": 0}), "`records_a_minute` must be"),
        (json.dumps(GOOD | {"requests_a_minute": True}), "`requests_a_minute` must be"),
        (f"{json.dumps(GOOD)}\n\n{json.dumps(GOOD)}", "a `name` stands there twice"),
        (f"{json.dumps(GOOD)}\n" + json.dumps(GOOD | {"name": "b"}), "`sha256` stands"),
    ],
)
def test_what_is_no_file_of_keys_is_refused_and_never_quoted(file, text, said):
    file.write_text(text)
    with pytest.raises(InputError, match=said) as raised:
        read_keys(file)
    assert "secret" not in str(raised.value)


def test_a_file_that_others_write_a_missing_and_an_empty_one_are_refused(file):
    with pytest.raises(InputError, match="--add-key NAME"):
        ServiceKeys(file, EventLog(file.with_name("log")))
    file.write_bytes(b"\xff")
    with pytest.raises(InputError, match="no UTF-8"):
        read_keys(file)
    file.write_text("")
    with pytest.raises(InputError, match="nobody could ask"):
        ServiceKeys(file, EventLog(file.with_name("log")))
    file.chmod(0o660)
    with pytest.raises(InputError, match="chmod 600"):
        read_keys(file)


def test_names(file):
    add_key(file, "survey")
    with pytest.raises(InputError, match=r"--remove-key survey"):
        add_key(file, "survey")
    with pytest.raises(InputError, match="--add-key: the name"):
        add_key(file, "a/b")
    with pytest.raises(InputError, match="Found: survey"):
        remove_key(file, "other")


def test_two_who_change_keys_at_once_lose_none(file):
    """Each of many processes adds its key, or is told to try again."""
    code = "from pathlib import Path\nfrom han.service.service_keys import add_key\n"
    code += f"import sys\nadd_key(Path({str(file)!r}), sys.argv[1])"
    all_of_them = [
        subprocess.Popen([sys.executable, "-c", code, f"k{n}"], stderr=subprocess.PIPE)
        for n in range(4)
    ]
    ends = [(one.communicate()[1], one.returncode) for one in all_of_them]
    added = {f"k{n}" for n, (_, status) in enumerate(ends) if not status}
    assert added == {key.name for key in read_keys(file)}
    refused = [said for said, status in ends if status]
    assert all(b"another process changes these keys" in said for said in refused)
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_while_one_changes_keys_the_other_is_told(file):
    lock = held(file.with_name(f".{file.name}.lock"), "busy")
    with lock, pytest.raises(InputError, match="Give the same command again"):
        add_key(file, "survey")
    assert add_key(file, "survey")
