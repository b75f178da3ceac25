"""Codes are found by what somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.example_queue import NODES, make_example_queue

from han.code_search.code_card import CodeCard
from han.code_search.code_finder import CodeFinder, search_words
from han.reviewing.queue_codes import QueueCodes


@pytest.fixture(scope="module")
def finder(tmp_path_factory):
    queue = make_example_queue(tmp_path_factory.mktemp("queue") / "review.db", 12)
    return CodeFinder(QueueCodes(queue))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("72", ["72", "721", "722", "723"]),  # the beginning of a code, short first
        ("mecanica", ["721"]),  # accents do not count
        ("MECÁ veh", ["721"]),  # nor does case: beginnings of words, in any order
        ("veh meca", ["721"]),
        ("unas", []),  # ñ is a letter of its own
        ("uñas", ["922"]),
        ("nin", []),
        ("soldador", ["723"]),  # a synonym
        ("fondas", ["511"]),  # what it includes
        ("guarderias", []),  # what it excludes belongs elsewhere
        ("ehículos", []),  # the middle of a word
        ("51 abarr", ["513"]),
        ("limpieza", ["911", "91"]),  # titles alike: the short one first
        ("corte", ["921"]),
        ("", []),
        (" -,. ", []),
        ("%_'\"\\", []),
    ],
)
def test_words_find_codes(finder, query, codes):
    assert finder.find(query) == [NODES[code] for code in codes]


def test_titles_come_before_synonyms_and_notes_and_whole_words_before_parts():
    def code(node, title, titles=(), includes=""):
        return CodeCard(node, str(node), None, 1, title, titles, "", includes, "", ())

    finder = CodeFinder(
        [
            code(1, "Otros", includes="pan"),
            code(2, "Otras", ("pan",)),
            code(3, "Panteones"),
            code(4, "Elaboración de pan"),
        ]
    )
    assert finder.find("pan") == [4, 3, 2, 1]
    assert finder.find("pan", limit=2) == [4, 3]


def test_punctuated_codes_are_found_with_and_without_it():
    finder = CodeFinder([CodeCard(1, "01.2-A", None, 1, "x", (), "", "", "", ())])
    assert [finder.find(q) for q in ("01.2", "012a", "01 2", "2-a", "1.2")] == [
        *([[1]] * 4),
        [],
    ]


def scanned(cards, query, limit=30):
    """The same by reading all codes: what the index must find."""
    heads = [f" {word}" for word in search_words(query)]
    code, ranked = "".join(search_words(query)), []
    for number, card in enumerate(cards):
        own = "".join(search_words(card.code))
        title, synonyms = spaced(card.title), spaced(*card.titles)
        notes = spaced(card.code, own, card.description, card.includes)
        if heads and own.startswith(code):
            ranked.append(((0, 0, len(own)), number))
        elif heads and all(head in title + synonyms + notes for head in heads):
            beside = [1 if h in synonyms else 2 for h in heads if h not in title]
            parts = sum(h in title and f"{h} " not in title for h in heads)
            ranked.append(((1 + sum(beside), parts, len(title)), number))
    return [cards[number].node for _, number in sorted(ranked)[:limit]]


def spaced(*texts):
    return f" {' '.join(search_words(*texts))} "


WORDS = st.sampled_from(
    ["pan", "pana", "Páramo", "ñu", "un", "unas", "uñas", "1", "12"]
)
TEXTS = st.lists(WORDS, max_size=3).map(" ".join)
CARDS = st.lists(
    st.tuples(st.sampled_from(["1", "12", "1.2", "-", "2 1", "A1"]), *[TEXTS] * 5),
    min_size=1,
    max_size=6,
).map(
    lambda rows: [
        CodeCard(9 - k, code, None, 1, title, (one, two), told, held, "pan", ())
        for k, (code, title, one, two, told, held) in enumerate(rows)
    ]
)


QUERIES = TEXTS | st.text("pan uñá12.", max_size=6)


@given(CARDS, QUERIES, st.integers(1, 7))
def test_the_index_finds_what_reading_all_codes_does(cards, query, limit):
    assert CodeFinder(cards).find(query, limit) == scanned(cards, query, limit)
