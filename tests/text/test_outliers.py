"""Texts unlike those of training get a flag, by limits that training gave."""

from pathlib import Path

import numpy as np
import pytest

from han.text.cleaning import Cleaner
from han.text.outliers import LANGUAGES, OutlierLimits, odd_shares
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

SPANISH = [
    "venta de pan dulce en la calle",
    "elaboración de quesos para los vecinos",
    "reparación de coches, motos y camiones",
    "cuidado de niños en su casa",
    "siembra de maíz y frijol con su familia",
] * 10


def trained(texts: list[str], **cleaning: object) -> TextEncoder:
    """An encoder that has learnt words and limits."""
    cleaner = Cleaner(**cleaning)  # type: ignore[arg-type]
    limits = {"text": FieldLimits(40, 5)}
    blank = TextEncoder(limits, Splitter(), cleaner, Vocabulary([]))
    columns = {"text": texts}
    tokens = blank.tokenise(columns)
    encoder = blank.with_vocabulary(tokens, min_count=2, size=1000)
    return encoder.with_outliers(columns, encoder.look_up(tokens))


def flags(encoder: TextEncoder, *texts: str) -> list[str]:
    columns = {"text": list(texts)}
    found: list[str] = encoder.flags(columns, encoder.encode(columns)).tolist()
    return found


def test_hardly_a_training_text_is_an_outlier() -> None:
    assert set(flags(trained(SPANISH), *SPANISH)) == {""}


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("pan, 2.5 kg (dulce) ¿sí? «más» 50%", 0),
        ("pan#", 0.25),
        ("😀", 1),
        ("a_b", 1 / 3),
        ("", 0),
        ("ÂNGELO DE SÃO JOÃO, garçom", 0),
        ("日本語", 0),
        ("naïve â la carte", 0),
    ],
)
def test_share_of_odd_characters(text: str, share: float) -> None:
    assert odd_shares(["pan", text, "sal"]).tolist() == pytest.approx([0, share, 0])


@pytest.mark.parametrize(
    "text", ["niÃ±o", "cafÃ©", "pan\ufffd", "don\u00e2€™t", "a\x00b"]
)
def test_broken_encodings_are_odd(text: str) -> None:
    assert flags(trained(SPANISH), f"{text} de la calle") == ["odd_characters"]


@pytest.mark.parametrize("text", ["niño", "señora ñandú", "São João", "über"])
def test_every_text_that_is_read_wrongly_is_found(text: str) -> None:
    assert odd_shares([text.encode().decode("latin-1")]) == 1
    assert odd_shares([text]) == 0


def test_odd_characters_that_training_is_full_of_are_usual() -> None:
    text = "venta de pan ### ***"
    assert flags(trained(SPANISH), text) == ["odd_characters"]
    assert flags(trained([f"{t} ### ***" for t in SPANISH]), text) == [""]


def test_length() -> None:
    encoder = trained(SPANISH)
    assert encoder.outliers
    assert encoder.outliers.characters == 3 * max(map(len, SPANISH))
    text = "venta de pan dulce y "
    assert flags(encoder, text * 5, text * 6) == ["", "long"]


@pytest.mark.parametrize("form", [{}, {"word_form": "stem"}, {"fold_accents": True}])
def test_language(form: dict[str, object]) -> None:
    encoder = trained(SPANISH, **form)
    texts = ["sale of bread for the people of this street", "pan for el perro"]
    texts += ["Verkauf von Brot auf der Straße für die Leute", "venta de bread"]
    expected = ["other_language", "", "other_language", ""]
    assert flags(encoder, *texts) == expected


@pytest.mark.parametrize(
    "text",
    [
        "per diem therapist (per diem PTA)",  # one foreign word is a name or a loan
        "van driver (medi-van driver)",
        "employee was in a sited position as he rose",
        "set a timer for 35 minutes",
    ],
)
def test_english_with_loans_is_english(text: str) -> None:
    english = ["sale of bread for the people", "cleaning of the houses with them"] * 20
    assert flags(trained(english, language="english"), text)[0] != "other_language"


def test_a_language_of_many_training_texts_is_no_outlier() -> None:
    english = ["sale of bread for the people", "cleaning of the houses with them"]
    text = "sale of bread for the people of this street"
    assert flags(trained(SPANISH + english * 5), text) == [""]
    assert flags(trained(SPANISH + english), "venta de pan") == [""]
    # The setting says Spanish, all texts are English: they are no outliers.
    wrong = trained(english * 20)
    assert wrong.outliers and wrong.outliers.languages == ("spanish", "english")


def test_limits_are_saved_and_missing_ones_flag_nothing(tmp_path: Path) -> None:
    encoder = trained(SPANISH)
    encoder.save(tmp_path / "text.json")
    again = TextEncoder.load(tmp_path / "text.json")
    assert again.outliers == encoder.outliers
    texts = ["niÃ±o", "pan " * 200, "the man of the house"]
    assert flags(again, *texts) == ["odd_characters", "long", "other_language"]
    plain = TextEncoder(again.fields, again.splitter, again.cleaner, again.vocabulary)
    assert flags(plain, *texts) == ["unknown_words", "", "unknown_words"]
    assert again.flags({"text": []}, again.encode({"text": []})).tolist() == []


def test_no_text_is_kept() -> None:
    encoder = trained(["xyzzy única respuesta"])
    assert encoder.outliers
    assert set(encoder.outliers.to_dict()) == {"characters", "odd_share", "languages"}


def test_all_languages_spoken_leave_no_outlier() -> None:
    limits = OutlierLimits(10, 0.1, LANGUAGES)
    assert not limits.foreign(np.full((3, len(LANGUAGES)), 9.0)).any()
