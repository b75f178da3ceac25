"""What is said of codes, and what is suggested while somebody types."""

import numpy as np
import pytest
from support.example_queue import CODES

from han.code_list.taxonomy import Taxonomy
from han.service.code_cards import CodeCards
from han.service.code_suggestions import CodeSuggestions
from han.service.problem import Problem
from han.stages.dictionary import joined_dictionary
from han.stages.dictionary_sources import coded_dictionary, title_dictionary

TREE = Taxonomy.from_paths(
    [tuple(code[:k] for k in range(1, len(code) + 1)) for code in CODES],
    {tuple(c[:k] for k in range(1, len(c) + 1)): CODES[c][0] for c in CODES},
)
NODES = {code: node for node, code in enumerate(TREE.codes)}
NOTES = [
    (NODES[code], {"includes": includes, "excludes": excludes})
    for code, (_, _, includes, excludes) in CODES.items()
]
TITLES = [(NODES[code], text) for code, (_, some, *_) in CODES.items() for text in some]
ANSWERS = ["arreglo carros", "Arreglo CARROS", "vendo cosas", "vendo cosas", "secreto"]


@pytest.fixture(scope="module")
def cards():
    return CodeCards(TREE, NOTES, TITLES)


@pytest.fixture(scope="module")
def suggestions(cards):
    nodes = np.array([NODES[code] for code in ("721", "721", "511", "512", "711")])
    coded = coded_dictionary({"what": ANSWERS}, nodes, min_count=2, min_purity=0.9)
    titles = title_dictionary(TREE, "what")
    return CodeSuggestions(cards, joined_dictionary([titles, coded]))


def test_all_is_said_of_a_code(cards):
    assert cards.details(NODES["711"]) == {
        "code": "711",
        "label": "Costura",
        "level": 3,
        "is_full_code": True,
        "path": [
            {"code": "7", "label": "Oficios"},
            {"code": "71", "label": "Oficios de la confección y la madera"},
        ],
        "parent": {"code": "71", "label": "Oficios de la confección y la madera"},
        "children": [],
        "description": None,
        "includes": "Arreglos",
        "excludes": "Venta (521)",
        "synonyms": ["costurera", "sastre"],
    }
    top = cards.details(NODES["9"])
    assert (top["parent"], top["path"], top["is_full_code"]) == (None, [], False)
    assert [one["code"] for one in top["children"]] == ["91", "92"]


def test_what_is_no_code_is_told_what_is_near(cards):
    with pytest.raises(Problem, match="Near: 921, 922, 92") as caught:
        cards.node_of("929", "code", status=404)
    assert (caught.value.status, caught.value.field) == (404, "code")
    with pytest.raises(Problem, match=r"^There is no such code\.$"):
        cards.node_of("xyz secreto")
    with pytest.raises(Problem) as caught:
        cards.nodes_of(["921", "secreto"], "without")
    assert caught.value.field == "without[1]" and "secreto" not in str(caught.value)


def test_long_names_and_lost_zeros_have_near_codes_at_once():
    tree = Taxonomy([f"{number:04d}" for number in range(5000)], [-1] * 5000)
    cards = CodeCards(tree)
    assert cards._near("72") == ["0072"]
    assert cards._near("0" * 4000 + "x" * 10**6)[0] == "0000"
    assert cards._near("499x") == [f"499{digit}" for digit in range(5)]
    assert cards._near("9" * 5000) == cards._near("x") == []
    for name in ("9" * 5000, "x" * 10**6):
        with pytest.raises(Problem, match=r"^There is no such code\.$"):
            cards.node_of(name)


def test_codes_under_two_parents_have_paths():
    cards = CodeCards(Taxonomy(["1", "2", "9", "9"], [-1, -1, 0, 1]))
    assert cards.named(3) == {"code": "9", "code_path": "2 > 9", "label": "9"}
    assert cards.node_of("2 > 9") == 3 and cards.node_of("1") == 0
    with pytest.raises(Problem, match="send its path, one of 1 > 9, 2 > 9"):
        cards.node_of("9")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("92", [("92", "code"), ("921", "code"), ("922", "code")]),
        ("mecani veh", [("721", "title")]),
        ("arr carr", [("721", "dictionary")]),
        ("UÑAS", [("922", "title")]),
        ("unas", []),
        ("soldador", [("723", "synonym")]),
        ("autop", [("522", "notes")]),
        ("vendo cosas", []),  # two codes: it means none
        ("secreto", []),  # one answer alone is no entry
        ("guarderias", []),  # belongs elsewhere
        ("", []),
    ],
)
def test_codes_are_suggested(suggestions, query, found):
    given = suggestions.suggest(query)
    assert [(one["code"], one["matched"]) for one in given] == found


def test_a_suggestion_shows_what_it_was_found_by(suggestions):
    (found,) = suggestions.suggest("carros arreglo")
    assert found["text"] == "arreglo carros" and found["label"] == CODES["721"][0]
    assert [one["code"] for one in found["path"]] == ["7", "72"]
    assert suggestions.suggest("MAESTRO ob")[0]["text"] == "maestro de obra"
    assert suggestions.suggest("costu")[0]["text"] is None
    assert len(suggestions.suggest("5", limit=3)) == 3
    assert suggestions.suggest("x" * 10_000) == []
