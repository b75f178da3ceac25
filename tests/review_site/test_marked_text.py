"""Words of an answer are marked by how much they say."""

import pytest

from han.review_site.marked_text import marked


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
