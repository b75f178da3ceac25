"""What is no answer is recognised before training and before coding, alike."""

import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.errors import InputError
from han.text.cleaning import Cleaner, normalise
from han.text.non_answers import BUILT_IN, NonAnswers, read_entries
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

OURS = NonAnswers(BUILT_IN, ["46", "46.11", "0111", "A1", "B"])


@pytest.mark.parametrize("text", ["ns", " NS. ", "N/S", "n / r", "99", "9999", "Idem"])
def test_usual_ones(text: str) -> None:
    assert OURS.kind(text) == "non_answer"


ANSWERS = """
    ninguno | nada | no | sin empleados | no sabe leer | 99 empleados | pan | nsx | B
    lo mismo que vende mi padre | x-ray technician | ama de casa | A1 | 47 | 4611 y más
"""


@pytest.mark.parametrize("text", re.split(r"[|\n]", ANSWERS.strip()))
def test_answers(text: str) -> None:
    assert OURS.kind(text) == ""


@pytest.mark.parametrize("text", ["46", "46.11", "4611", " 46-11 ", "0111", "(01.11)"])
def test_bare_codes(text: str) -> None:
    assert OURS.kind(text) == "bare_code"
    assert NonAnswers(BUILT_IN).kind(text) == ""


def test_a_code_with_lost_or_further_digits_is_another_number() -> None:
    assert [OURS.kind(text) for text in ("111", "00111", "46 11 1")] == ["", "", ""]


def test_a_blank_is_blank() -> None:
    assert [OURS.kind(text) for text in ("", "  ", "\n")] == ["", "", ""]


def test_nothing_is_recognised_by_an_empty_list() -> None:
    none = NonAnswers()
    assert not none
    assert none.answers(["ns", "99", "."]) == ["ns", "99", "."]


@given(st.text(max_size=20))
def test_the_short_way_gives_what_the_long_way_gives(text: str) -> None:
    entries = {normalise([entry]) for entry in BUILT_IN} - {""}
    words = normalise([text])
    if words:
        assert (OURS.kind(text) == "non_answer") == (words in entries)


@given(st.sampled_from(BUILT_IN), st.sampled_from([str.upper, str.title, str.strip]))
def test_every_entry_recognises_itself(entry: str, change) -> None:  # type: ignore[no-untyped-def]
    assert NonAnswers([entry]).kind(f" {change(entry)} ") == "non_answer"


def test_entries_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "none.txt"
    file.write_text("\ufeffsepa la bola\n\n  qué sé yo \n", encoding="utf-8")
    assert read_entries(file) == ("sepa la bola", "qué sé yo")
    for bad, content in (("latin.txt", b"qu\xe9"), ("absent.txt", None)):
        if content:
            (tmp_path / bad).write_bytes(content)
        with pytest.raises(InputError, match=rf"{bad}: .*non_answers` is a list, like"):
            read_entries(tmp_path / bad)


def encoder(non_answers: NonAnswers) -> TextEncoder:
    limits = {"name": FieldLimits(5, 2), "tasks": FieldLimits(5, 2)}
    words = Vocabulary(["pan", "ns", "99"])
    return TextEncoder(limits, Splitter(), Cleaner(), words, non_answers)


COLUMNS = {
    "name": ["pan", "NS", "", "46", "idem"],
    "tasks": ["ns", "99", " ", "ns", "pan"],
}


def test_the_encoder_reads_them_as_blanks_and_says_why() -> None:
    ours = encoder(OURS)
    texts = ours.encode(COLUMNS)
    assert texts.document_words.tolist() == [1, 0, 0, 0, 1]
    assert texts.sentence_fields.tolist() == [0, 1]
    flags = ["", "non_answer", "blank", "bare_code", ""]
    assert ours.flags(COLUMNS, texts).tolist() == flags
    raw = encoder(NonAnswers())
    assert raw.encode(COLUMNS).document_words.tolist() == [2, 2, 0, 2, 2]


def test_the_encoder_keeps_them_in_file_and_process(tmp_path: Path) -> None:
    ours = encoder(OURS)
    ours.save(tmp_path / "text.json")
    for again in (
        TextEncoder.load(tmp_path / "text.json"),
        pickle.loads(pickle.dumps(ours)),
    ):
        texts = again.encode(COLUMNS)
        assert texts.document_words.tolist() == [1, 0, 0, 0, 1]
        assert again.flags(COLUMNS, texts)[3] == "bare_code"
    assert ours.blank().tokenise(COLUMNS).num_words.tolist() == [1, 0, 0, 0, 1]
