"""Codes are found by what somebody types."""

import pytest
from support.example_queue import NODES, make_example_queue

from han.review_site.code_finder import CodeFinder
from han.review_site.marked_text import marked
from han.reviewing.queue_codes import QueueCode, QueueCodes


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
        return QueueCode(node, str(node), None, 1, title, titles, "", includes, "", ())

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
    finder = CodeFinder([QueueCode(1, "01.2-A", None, 1, "x", (), "", "", "", ())])
    assert [finder.find(q) for q in ("01.2", "012a", "01 2", "2-a", "1.2")] == [
        *([[1]] * 4),
        [],
    ]


@pytest.mark.parametrize(
    ("evidence", "pieces"),
    [
        ([], [("ab cd", 0)]),
        ([(0, 2, 1.0)], [("ab", 3), (" cd", 0)]),
        ([(3, 5, 0.2), (0, 2, 0.9)], [("ab", 3), (" ", 0), ("cd", 1)]),
        ([(0, 2, -1.0), (3, 5, 0.5)], [("ab ", 0), ("cd", 3)]),
        ([(3, 9, 1.0), (0, 2, 1.0), (1, 3, 1.0)], [("ab", 3), (" cd", 0)]),
    ],
)
def test_words_are_as_dark_as_they_speak_for_the_first_candidate(evidence, pieces):
    assert marked("ab cd", evidence) == pieces
