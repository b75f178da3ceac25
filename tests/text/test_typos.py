"""Misspelt words are one mistake away, in letters of Spanish, and the same by seed."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from han.text.cleaning import fold_accents
from han.text.typos import NEIGHBOURS, misspelling, typo, without_accents

LETTERS = "abcdefghijklmnñopqrstuvwxyzáéíóúü"
WORDS = st.text(LETTERS, min_size=1, max_size=14)
CASED = st.sampled_from([str, str.upper, str.capitalize])
SEEDS = st.integers(0, 2**64 - 1)
MANY = range(300)


def distance(a: str, b: str) -> int:
    """Edits between two words; a swap of neighbours counts as one."""
    table = {(i, 0): i for i in range(len(a) + 1)}
    table |= {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i, j] = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (a[i - 1] != b[j - 1]),
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


def all_of(corrupt, word: str) -> set[str]:
    return {corrupt(word, Random(seed)) for seed in MANY}


@given(WORDS, CASED, SEEDS)
def test_a_typo_is_one_slip_away_and_of_the_same_letters(word, cased, seed) -> None:
    word = cased(word)
    found = typo(word, Random(seed))
    assert distance(word, found) == 1
    assert set(found.lower()) <= set(LETTERS)
    assert not word.isupper() or len(word) < 2 or found.isupper()


@given(WORDS, CASED, SEEDS)
def test_what_is_misspelt_by_ear_is_of_the_same_letters(word, cased, seed) -> None:
    word = cased(word)
    found = misspelling(word, Random(seed))
    assert found
    assert set(found.lower()) <= set(LETTERS)
    assert distance(word.lower(), found.lower()) <= 2
    assert word.count("ñ") == found.count("ñ")


@pytest.mark.parametrize("corrupt", [typo, misspelling])
@given(WORDS, SEEDS)
def test_equal_seeds_make_equal_mistakes(corrupt, word, seed) -> None:
    assert corrupt(word, Random(seed)) == corrupt(word, Random(seed))


@pytest.mark.parametrize(
    "corrupt", [typo, misspelling, lambda w, _: without_accents(w)]
)
@given(st.text("0123456789.,-/<>% ", max_size=8), SEEDS)
def test_what_is_no_letter_stays(corrupt, word, seed) -> None:
    assert corrupt(word, Random(seed)) == word


@given(st.text("0123456789-", max_size=4), WORDS, SEEDS)
def test_digits_beside_letters_stay(digits, word, seed) -> None:
    def others(text: str) -> str:
        return "".join(c for c in text if c not in LETTERS)

    assert others(typo(digits + word, Random(seed))) == digits
    assert others(misspelling(digits + word, Random(seed))) == digits


def test_a_typo_takes_all_four_forms() -> None:
    found = all_of(typo, "piñata")
    assert {"poñata", "pilata", "piata", "ipñata", "piñataa"} <= found
    lengths = {len(word) for word in found}
    assert lengths == {5, 6, 7}


def test_letters_that_come_in_lie_beside_the_right_one() -> None:
    for word in all_of(typo, "ññññ"):
        assert set(word) - {"ñ"} <= set(NEIGHBOURS["ñ"]) == set("lp")


@given(st.sampled_from(sorted(NEIGHBOURS)), st.sampled_from(sorted(NEIGHBOURS)))
def test_keys_are_neighbours_of_each_other(a, b) -> None:
    assume(fold_accents(a) == a and fold_accents(b) == b)
    assert (a in NEIGHBOURS[b]) == (b in NEIGHBOURS[a])
    assert a not in NEIGHBOURS[a]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("vaca", {"baca", "vaka"}),
        ("cine", {"sine", "zine"}),
        ("taza", {"tasa"}),
        ("gente", {"jente"}),
        ("jitomate", {"gitomate"}),
        ("lluvia", {"yuvia", "llubia"}),
        ("yate", {"llate"}),
        ("hotel", {"otel"}),
        ("elote", {"helote"}),
        ("queso", {"keso", "quezo"}),
        ("kilo", {"quilo"}),
        ("taxi", {"tasi"}),
        ("experto", {"esperto", "hexperto"}),
        ("estante", {"extante", "hestante", "eztante"}),
        ("campo", {"canpo", "kampo"}),
        ("enviado", {"emviado", "henviado", "enbiado"}),
        ("perro", {"pero"}),
        ("cero", {"cerro", "sero", "zero"}),
    ],
)
def test_a_word_is_misspelt_as_people_do(word, expected) -> None:
    found = all_of(misspelling, word)
    assert expected <= found
    assert word not in found


@pytest.mark.parametrize("word", ["chile", "pan", "dulce"])
def test_what_sounds_as_one_letter_only_is_not_confused(word) -> None:
    found = all_of(misspelling, word)
    assert {"chile": {"chile"}, "pan": {"pan"}, "dulce": {"dulse", "dulze"}}[
        word
    ] == found


def test_case_is_kept() -> None:
    assert all_of(misspelling, "Agua") == {"Hagua"}
    assert all_of(misspelling, "HOTEL") == {"OTEL"}
    assert all_of(misspelling, "Hotel") == {"Otel"}


def test_accents_go_and_enye_stays() -> None:
    assert without_accents("Cigüeña ÁÉÍÓÚ camión") == "Cigueña AEIOU camion"
