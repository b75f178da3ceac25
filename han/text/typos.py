"""Misspelt words: slips on a Spanish keyboard, spelling by ear, lost accents.

Each function takes a word and a source of random numbers and gives a word, so that the
same seed gives the same mistake. What is no letter is never touched: codes and numbers
stay, and a word never disappears.
"""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random

from han.text.cleaning import fold_accents

# Rows of the keyboard, and how far each begins to the right of the one above, in keys.
_ROWS = (("qwertyuiop", 0.0), ("asdfghjklñ", 0.25), ("zxcvbnm", 0.75))
_NEAR = 1.2  # keys whose centres are no further apart touch each other

# How Spanish is misspelt by ear: a pattern, and what is written for it. They are the
# letters with one sound of Ortografía de la lengua española (Real Academia Española,
# 2010), those of Latin American speech included.
_VOWELS = "aeiouáéíóúü"
_BY_EAR = (
    ("b", "v"),
    ("v", "b"),
    ("s", "z"),
    ("z", "s"),
    ("[sz](?=[eiéí])", "c"),
    ("c(?=[eiéí])", "s"),
    ("c(?=[eiéí])", "z"),
    ("g(?=[eiéí])", "j"),
    ("j(?=[eiéí])", "g"),
    ("ll", "y"),
    (f"y(?=[{_VOWELS}])", "ll"),
    (f"(?<!c)h([{_VOWELS}])", r"\1"),
    (f"^[{_VOWELS}]", r"h\g<0>"),
    ("qu(?=[eiéí])", "k"),
    ("k(?=[eiéí])", "qu"),
    ("k(?=[aouáóú])", "c"),
    ("c(?=[aouáóú])", "k"),
    ("x", "s"),
    ("(?<=^e)s(?=[bcdfglmpqtv])", "x"),
    ("m(?=[pb])", "n"),
    ("n(?=[pbv])", "m"),
    (f"(?<=[{_VOWELS}])rr(?=[{_VOWELS}])", "r"),
    (f"(?<=[{_VOWELS}])r(?=[{_VOWELS}])", "rr"),
)
_RULES = [(re.compile(pattern, re.IGNORECASE), new) for pattern, new in _BY_EAR]


def _neighbours() -> dict[str, str]:
    """Keys that touch each key, and the key itself is none of them."""
    places = {
        key: (start + column, float(row))
        for row, (keys, start) in enumerate(_ROWS)
        for column, key in enumerate(keys)
    }
    near = {
        key: "".join(
            other
            for other, (u, v) in places.items()
            if other != key and (x - u) ** 2 + (y - v) ** 2 <= _NEAR**2
        )
        for key, (x, y) in places.items()
    }
    return near | {accented: near[fold_accents(accented)] for accented in "áéíóúü"}


NEIGHBOURS = _neighbours()


def typo(word: str, random: Random) -> str:
    """A slip of the finger: a letter is replaced, added, left out or swapped.

    The four are equally likely where the word allows them. A wrong letter is one of a
    key beside the right one; an added one may also be the same key hit twice.

    Args:
        word: The word; without a letter of the keyboard it comes back as it is.
        random: Source of random numbers.

    Example:
        >>> [typo("tortillería", Random(seed)) for seed in range(4)]
        ['tortillreía', 'tortilleríua', 'tirtillería', 'tortilleríoa']
    """
    places = [i for i, letter in enumerate(word) if letter.lower() in NEIGHBOURS]
    if not places:
        return word
    swaps = [
        i for i in places if i + 1 in places and word[i].lower() != word[i + 1].lower()
    ]
    slips = [_replace, _add]
    slips += [_leave_out] if len(word) > 1 else []
    slips += [_swap] if swaps else []
    slip = random.choice(slips)
    return slip(word, random.choice(swaps if slip is _swap else places), random)


def _replace(word: str, place: int, random: Random) -> str:
    letter = random.choice(NEIGHBOURS[word[place].lower()])
    return word[:place] + _cased(letter, word[place], word) + word[place + 1 :]


def _add(word: str, place: int, random: Random) -> str:
    key = word[place].lower()
    letter = _cased(random.choice(NEIGHBOURS[key] + key), word[place], word)
    place += random.randrange(2)  # before the letter or after it
    return word[:place] + letter + word[place:]


def _leave_out(word: str, place: int, random: Random) -> str:
    return word[:place] + word[place + 1 :]


def _swap(word: str, place: int, random: Random) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def misspelling(word: str, random: Random) -> str:
    """A word written by ear, with one of the confusions that Spanish spelling allows.

    b and v, s, c and z, g and j, ll and y, k, c and qu, x and s, m and n before p, b
    and v, r and rr; an h that is dropped or added.

    Args:
        word: The word; if no confusion is possible it comes back as it is.
        random: Source of random numbers.

    Example:
        >>> [misspelling("zapatería", Random(seed)) for seed in range(2)]
        ['zapaterría', 'sapatería']
    """
    places = _confusions(word)
    if not places:
        return word
    begin, end, new = random.choice(places)
    return word[:begin] + _cased(new, word[begin], word) + word[end:]


@lru_cache(maxsize=100_000)
def _confusions(word: str) -> tuple[tuple[int, int, str], ...]:
    """Where a word may be misspelt: from, to, and what is written there."""
    return tuple(
        (*match.span(), match.expand(new).lower())
        for rule, new in _RULES
        for match in rule.finditer(word)
    )


def _cased(new: str, old: str, word: str) -> str:
    """Letters in the case of those they stand for."""
    if len(word) > 1 and word.isupper():
        return new.upper()
    return new.capitalize() if old.isupper() else new


def without_accents(word: str) -> str:
    """A word as many people type it: without accents; ñ is a letter and stays.

    Example:
        >>> without_accents("Panadería y Cigüeñas")
        'Panaderia y Cigueñas'
    """
    return fold_accents(word)
