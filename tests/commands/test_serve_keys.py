"""`han.serve` and keys; and what keeps it from serving."""

import pytest

from han import serve
from han.errors import InputError
from han.service.service_keys import hash_of, read_keys


def test_a_key_is_made_listed_and_taken_away(tmp_path, capsys):
    file = str(tmp_path / "keys.jsonl")
    limits = ["--requests-a-minute", "60"]
    assert serve.main(["--keys", file, "--add-key", "survey", *limits]) == 0
    secret = capsys.readouterr().out.strip()
    (key,) = read_keys(tmp_path / "keys.jsonl")
    assert (key.sha256, key.requests_a_minute) == (hash_of(secret), 60)
    assert serve.main(["--keys", file, "--list-keys"]) == 0
    said = capsys.readouterr().out
    assert "survey" in said and "60" in said
    assert secret not in said and key.sha256 not in said
    assert serve.main(["--keys", file, "--remove-key", "survey"]) == 0
    assert read_keys(tmp_path / "keys.jsonl") == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Nothing to serve"),
        ("--add-key a", "say in which file"),
        ("--keys k --add-key a run", "serves nothing"),
        ("--keys k --add-key a --list-keys", "one at a time"),
        ("run --requests-a-minute 0", "expected 1 or more"),
        ("run --host 0.0.0.0", "Without keys"),
        ("run --behind-proxy", "Without keys"),
        ("run --keys k --host 192.0.2.7", "in clear"),
        ("run --cors *", "as browsers name it"),
        ("run --log nowhere/log.jsonl", "there is no folder nowhere"),
    ],
)
def test_what_keeps_it_from_serving_is_told_before_a_run_is_read(given, said):
    with pytest.raises(InputError, match=said):
        serve.main(given.split())
