"""What a question says of its options."""

from types import SimpleNamespace

import numpy as np

from han.code_list.taxonomy import Taxonomy
from han.service.code_cards import CodeCards
from han.service.record_questions import Told, record_question

CODES = ["1", "2", "11", "12", "13", "14", "21"]
SHARES = {"11": 0.1, "12": 0.2, "13": 0.17, "14": 0.05, "21": 0.48}


def test_a_code_without_a_title_is_told_by_the_likeliest_below_it():
    titles = ["", "Work", "Cows", "Pigs", "Hens", "Bees", ""]
    assert option(titles) == ("1", ["Pigs", "Hens", "Cows"])
    titles[3] = ""  # nor is that of a full code without one told
    assert option(titles) == ("1", ["Hens", "Cows", "Bees"])


def test_a_title_needs_no_examples():
    assert option(["Animals", "", "Cows", "Pigs", "Hens", "Bees", ""]) == ("1", [])


def option(titles):
    """The one option of a question, and titles of its examples."""
    tree = Taxonomy(CODES, [-1, -1, 0, 0, 0, 0, 1], titles)
    leaves = np.array([[SHARES[tree.codes[leaf]] for leaf in tree.leaves]])
    model = SimpleNamespace(
        tree=tree,
        gives_sets=False,
        suggestions=SimpleNamespace(cards=CodeCards(tree)),
        log_probabilities=lambda record: np.log(tree.sum_leaves(leaves)[0]),
    )
    question = record_question(model, {}, Told(), 1, 5)["question"]
    (one,) = question["options"]
    return one["code"], [each["label"] for each in one["examples"]]
