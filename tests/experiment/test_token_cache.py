"""Text work on all cores and from the cache: the result of one core, never stale."""

import json
import stat
import subprocess
import sys
import threading
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from support.corpora import by_role, config_of

from han.config import TextConfig
from han.data import cache_entries
from han.errors import InputError
from han.experiment import token_cache
from han.experiment.corpus import read_corpus
from han.experiment.token_cache import learn_cached, token_key, tokenise_cached
from han.text import parallel_tokenising
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.tokenised_texts import TokenisedTexts, join
from han.text.vocabulary import Vocabulary

ROWS = 60
COLUMNS = {
    "name": [f"Pan {i % 7} de la calle. Y 2.{i} kg" for i in range(ROWS)],
    "tasks": [f"vende tacos {i}" if i % 3 else "" for i in range(ROWS)],
}


def encoder(words: int = 3, **cleaning: object) -> TextEncoder:
    limits = {"name": FieldLimits(words, 2), "tasks": FieldLimits(4, 1)}
    cleaner = Cleaner(**cleaning)  # type: ignore[arg-type]
    return TextEncoder(limits, Splitter(), cleaner, Vocabulary([]))


def same(one: TokenisedTexts, two: TokenisedTexts) -> bool:
    arrays = [
        np.array_equal(getattr(one.texts, f.name), getattr(two.texts, f.name))
        for f in fields(one.texts)
    ]
    return one.words == two.words and all(
        [*arrays, np.array_equal(one.num_words, two.num_words)]
    )


# Several processes


def test_processes_and_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = encoder(remove_stop_words=True).tokenise(COLUMNS)
    monkeypatch.setattr(parallel_tokenising, "BLOCK_ROWS", 7)
    given = encoder(remove_stop_words=True)
    given.tokenise(COLUMNS)  # what it remembers must not stop it from travelling
    alone = parallel_tokenising.tokenise(given, COLUMNS, workers=1)
    asked = []
    plain = parallel_tokenising._in_processes

    def counted_in(*args: object) -> object:
        asked.append(args[2])
        return plain(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(parallel_tokenising, "_in_processes", counted_in)
    together = parallel_tokenising.tokenise(given, COLUMNS, workers=2, worth=0.0)
    assert asked == [2]
    assert same(whole, alone)
    assert same(whole, together)


def test_short_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel_tokenising, "BLOCK_ROWS", 7)
    monkeypatch.setattr(
        parallel_tokenising, "_in_processes", None
    )  # would fail if called
    assert (
        len(parallel_tokenising.tokenise(encoder(), COLUMNS, workers=2, worth=1e9))
        == ROWS
    )


def test_tokenising_processes_load_no_tensorflow() -> None:
    code = "import sys, han.text.parallel_tokenising; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "han.text.text_encoder" in done.stdout.split()
    assert not {"tensorflow", "keras", "pandas"} & set(done.stdout.split())


def test_no_rows_at_all() -> None:
    found = parallel_tokenising.tokenise(encoder(), {"name": [], "tasks": []})
    assert (len(found), found.words) == (0, [])


def test_documents_are_counted_once_for_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    found = encoder().tokenise({"name": ["pan pan sal", "pan", "", "sal ajo sal"]})
    monkeypatch.setattr("han.text.tokenised_texts.COUNTED", 2)
    counts = dict(zip(found.words, found.document_counts().tolist(), strict=True))
    assert counts == {"pan": 2, "sal": 2, "ajo": 1}
    again = join([found.take([0, 1]), found.take([2, 3])])
    assert same(again, found)


# The cache


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_second_time_comes_from_disk(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "new" / "cache"
    first = tokenise_cached(encoder(), COLUMNS, folder)
    monkeypatch.setattr(token_cache, "tokenise", None)  # would fail if called
    second = tokenise_cached(encoder(), COLUMNS, folder)
    assert same(first, second)
    assert not second.texts.word_ids.flags.writeable  # mapped, read only
    (entry,) = entries(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry.stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in entry.iterdir()} == {0o600}


def test_everything_that_changes_tokens_changes_the_key(monkeypatch) -> None:
    shifted = {**COLUMNS, "name": [*COLUMNS["name"][:-1], "otro"]}
    glued = {"name": ["ab", "c"]}, {"name": ["a", "bc"]}
    learnt = Splitter(
        "punkt", {"abbreviations": ["x"], "collocations": [], "starters": []}
    )
    other = encoder()
    other.splitter = learnt
    keys = [
        token_key(encoder(), COLUMNS),
        token_key(encoder(4), COLUMNS),
        token_key(encoder(lowercase=False), COLUMNS),
        token_key(other, COLUMNS),
        token_key(encoder(), shifted),
        token_key(encoder(), {"tasks": COLUMNS["name"], "name": COLUMNS["tasks"]}),
        *(token_key(encoder(), columns) for columns in glued),
    ]
    monkeypatch.setattr(token_cache, "_code", lambda: ["a new release"])
    keys.append(token_key(encoder(), COLUMNS))
    monkeypatch.undo()
    monkeypatch.setattr(token_cache, "_version", lambda package: "99")
    keys.append(token_key(encoder(), COLUMNS))
    monkeypatch.undo()
    assert len(set(keys)) == len(keys)
    assert token_key(encoder(), COLUMNS) == keys[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("word_ids.npy", b"not an array"),
        ("words.json", b"[]"),
        ("index.json", b"{"),
        ("index.json", b"[]"),
        ("num_words.npy", None),
    ],
)
def test_a_damaged_entry_is_made_anew(tmp_path, caplog, name, content) -> None:
    first = tokenise_cached(encoder(), COLUMNS, tmp_path)
    (entry,) = entries(tmp_path)
    if content is None:
        (entry / name).unlink()
    else:
        (entry / name).write_bytes(content)
    assert same(tokenise_cached(encoder(), COLUMNS, tmp_path), first)
    assert "is damaged" in caplog.text and "tacos" not in caplog.text
    caplog.clear()
    assert same(tokenise_cached(encoder(), COLUMNS, tmp_path), first)
    assert "is damaged" not in caplog.text
    assert entries(tmp_path) == [entry]


def test_two_writers_do_no_harm(tmp_path) -> None:
    expected = encoder().tokenise(COLUMNS)
    found: list[TokenisedTexts] = []

    def work() -> None:
        found.append(tokenise_cached(encoder(), COLUMNS, tmp_path))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(same(one, expected) for one in found)
    assert len(entries(tmp_path)) == 1


def test_a_kill_leaves_nothing_for_long(tmp_path, monkeypatch) -> None:
    fresh = tmp_path / ".writing-fresh"
    fresh.mkdir()
    tokenise_cached(encoder(), COLUMNS, tmp_path)
    assert fresh.exists()  # somebody may still be writing
    monkeypatch.setattr(cache_entries, "_ABANDONED", -1)
    tokenise_cached(encoder(4), COLUMNS, tmp_path)
    assert not fresh.exists()


def test_a_cache_that_cannot_be_written_stops_nobody(
    tmp_path, caplog, monkeypatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    found = tokenise_cached(encoder(), COLUMNS, tmp_path)
    assert same(found, encoder().tokenise(COLUMNS))
    assert "cannot be written: No space left" in caplog.text
    assert not entries(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot be the folder of `data.cache`"):
        tokenise_cached(encoder(), COLUMNS, tmp_path / "file")


def test_what_punkt_learnt_is_kept(tmp_path, monkeypatch) -> None:
    texts = ["La urb. sur vende pan. Y la urb. norte."] * 40
    first = learn_cached(texts, 5, tmp_path)
    monkeypatch.setattr(Splitter, "learn", None)  # would fail if called
    again = learn_cached(texts, 5, tmp_path)
    assert json.dumps(again.to_dict()) == json.dumps(first.to_dict())
    assert "urb" in first.to_dict()["learnt"]["abbreviations"]
    with pytest.raises(TypeError):
        learn_cached(texts, 6, tmp_path)


@pytest.mark.parametrize("rule", ["rule", "punkt"])
def test_a_corpus_is_the_same_with_and_without_cache(tmp_path, rule) -> None:
    extra = [
        ("train", "", "1", "10", "1"),
        ("test", "uno dos tres cuatro", "1", "10", "2"),
    ]
    config = config_of(tmp_path, by_role(tmp_path, *extra))
    config = replace(config, text=TextConfig(sentences=rule, min_count=1))
    stored = replace(config, data=replace(config.data, cache=str(tmp_path / "cache")))
    corpora = [read_corpus(config), read_corpus(stored), read_corpus(stored)]
    for other in corpora[1:]:
        assert other.report == corpora[0].report
        assert other.encoder.vocabulary.words == corpora[0].encoder.vocabulary.words
        for role, part in corpora[0].examples.items():
            for name, array in vars(part.texts).items():
                found = getattr(other.examples[role].texts, name)
                np.testing.assert_array_equal(found, array)
