"""Texts that look equal are the same words; runs of older versions read as they did."""

import json
import unicodedata
from pathlib import Path

import pytest

from han.tables.visible_text import visible_text
from han.text.cleaning import Cleaner, normalise
from han.text.non_answers import NonAnswers
from han.text.outliers import odd_shares
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

WORDS = ["panadería", "de", "maíz", "fibra", "ñandú"]
SEEN_ALIKE = [
    "panader\u200bía de maíz",
    "pana\u00addería de ma\u00adíz",
    "\ufeffpanadería de maíz",
    "panader\u200di\u0301a de mai\u0301z",
    "panaderi\u034f\u0301a\u00a0de\u2009maíz",
    "\u202apanadería\u202c de maíz\u200e",
    "panadería\u2060 de\u3000maíz\ufe0f",
    "\uff50\uff41\uff4eadería de maíz",
    "panaderi\u0301a de mai\u0301z",
    "panadería\u2028de maíz",
]


def encoder(splitter: Splitter | None = None) -> TextEncoder:
    limits = {"text": FieldLimits(9, 3)}
    return TextEncoder(limits, splitter or Splitter(), Cleaner(), Vocabulary(WORDS))


def ids(reader: TextEncoder, text: str) -> list[int]:
    found: list[int] = reader.encode({"text": [text]}).word_ids.tolist()
    return found


@pytest.mark.parametrize("text", SEEN_ALIKE)
def test_what_looks_equal_is_the_same_words(text: str) -> None:
    assert ids(encoder(), text) == ids(encoder(), "panadería de maíz") == [2, 3, 4]
    assert normalise([text]) == normalise(["panadería de maíz"])


def test_ligatures_are_letters() -> None:
    assert ids(encoder(), "\ufb01bra") == ids(encoder(), "fibra")


@pytest.mark.parametrize(
    "text",
    ["", "pan", "Ñandú, 2.5 kg — «¡sí!»", "naïve 日本語", "½ µm ² 😀", "a\tb\nc"],
)
def test_what_is_seen_stays(text: str) -> None:
    assert visible_text(text) == text


def test_a_disguised_non_answer_is_none() -> None:
    assert NonAnswers(["ns"]).kind("n\u200bs") == "non_answer"


@pytest.mark.parametrize("rule", ["rule", "whole", "punkt"])
def test_older_runs_read_as_they_did(tmp_path: Path, rule: str) -> None:
    file = tmp_path / "text.json"
    learnt = Splitter.learn(WORDS).learnt if rule == "punkt" else None
    encoder(Splitter(rule, learnt)).save(file)  # type: ignore[arg-type]
    assert ids(TextEncoder.load(file), SEEN_ALIKE[1]) == [2, 3, 4]
    form = json.loads(file.read_text("utf-8"))
    del form["splitter"]["visible_only"]
    file.write_text(json.dumps(form), "utf-8")
    old = TextEncoder.load(file)
    assert ids(old, "panaderi\u0301a de maíz") == [2, 3, 4]
    parted = old.tokenise({"text": [SEEN_ALIKE[1]]}).words
    assert sorted(parted) == ["de", "dería", "ma", "pana", "íz"]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("p\u0430n", 1),  # a Cyrillic а
        ("pan \u0410\u0412C", 1),
        ("\u0391BC", 1),  # a Greek Α
        ("хлеб", 0),
        ("x \u0430 y", 0),  # words of their own
        ("5 μm β-caroteno αβ", 0),
    ],
)
def test_letters_in_disguise_are_odd(text: str, share: float) -> None:
    assert odd_shares([text]).tolist() == [share]


def test_letters_of_latin_scripts_are_as_they_are():
    for code in range(0x300):
        expected = "" if code == 0xAD else unicodedata.normalize("NFC", chr(code))
        assert visible_text(f"ñ{chr(code)}z") == f"ñ{expected}z"
