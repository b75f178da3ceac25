"""Documents of an epoch: what each ingredient may do, and what it never does."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.data.augmentation import VARIANTS, Augmentation, AugmentationRates
from han.data.random_draws import Draws
from han.errors import InputError
from han.text.cleaning import NUMBER, Cleaner
from han.text.encoded_texts import EncodedTexts
from han.text.splitting import Splitter, find_words
from han.text.synonyms import read_synonyms
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.tokenised_texts import TokenisedTexts
from han.text.vocabulary import Vocabulary

WORDS = ["pan", "queso", "camión", "tienda", "local", "08", "ñandú", NUMBER, "vaca"]
# Documents: sentences, each with its field and the places of its words in WORDS.
SENTENCE = st.lists(st.integers(0, len(WORDS) - 1), min_size=1, max_size=6)
FIELDS = st.lists(st.lists(SENTENCE, max_size=3), min_size=3, max_size=3)
DOCUMENTS = st.lists(FIELDS, max_size=12)
SEEDS = st.integers(0, 2**32 - 1)
INGREDIENTS = [
    name for name in AugmentationRates.__dataclass_fields__ if name != "share"
]
SETS = [("tienda", "local", "comercio"), ("local", "lugar")]


def tokenised(documents) -> TokenisedTexts:
    rows = [
        [(field, words) for field, sentences in enumerate(d) for words in sentences]
        for d in documents
    ]
    sentences = [sentence for row in rows for sentence in row]
    sizes = [sum(len(words) for _, words in row) for row in rows]
    texts = EncodedTexts(
        np.array([w for _, words in sentences for w in words], np.int32),
        np.array([len(words) for _, words in sentences], np.int32),
        np.array([field for field, _ in sentences], np.int32),
        np.array([len(row) for row in rows], np.int32),
        np.zeros(len(rows), bool),
    )
    return TokenisedTexts(WORDS, texts, np.array(sizes, np.int32))


def read(found: TokenisedTexts) -> list[list[tuple[int, list[str]]]]:
    """Documents as (field, words) of each sentence; checks that all arrays fit."""
    texts, words = found.texts, [found.words[i] for i in found.texts.word_ids]
    assert (texts.sentence_lengths > 0).all()
    assert len(words) == texts.sentence_lengths.sum()
    ends = np.cumsum(texts.sentence_lengths)
    parts = [part.tolist() for part in np.split(np.array(words, object), ends)[:-1]]
    sentences = list(zip(texts.sentence_fields.tolist(), parts, strict=True))
    edges = [0, *np.cumsum(texts.document_sentences).tolist()]
    assert len(sentences) == edges[-1]
    return [sentences[i:j] for i, j in pairwise(edges)]


def flat(document) -> list[str]:
    return [word for _, words in document for word in words]


def pairs(documents, **recipe):
    """Each document before and after an epoch."""
    made = tokenised(documents)
    seed = recipe.pop("seed", 0)
    found = Augmentation(
        made, AugmentationRates(**recipe), seed=seed, synonyms=SETS
    ).epoch(3)
    assert found.num_words.tolist() == found.texts.document_words.tolist()
    assert len(found) == len(made)
    return list(zip(read(made), read(found), strict=True))


SAMPLE = [[[[0, 1, 2], [3]], [[4, 8]], [[2, 2, 1]]], [[], [[3, 4, 0]], []]] * 400


@pytest.mark.parametrize("name", INGREDIENTS)
@given(documents=DOCUMENTS, chance=st.floats(0.1, 1.0), seed=SEEDS)
def test_no_ingredient_blanks_a_document_or_makes_it_longer(
    name, documents, chance, seed
) -> None:
    for before, after in pairs(documents, seed=seed, **{name: min(chance, 0.99)}):
        assert bool(before) == bool(after)
        assert len(flat(after)) <= len(flat(before))
        assert {field for field, _ in after} <= {field for field, _ in before}


@given(DOCUMENTS, SEEDS)
def test_field_dropout_takes_whole_fields_and_leaves_one(documents, seed) -> None:
    for before, after in pairs(documents, seed=seed, field_dropout=0.9):
        fields = {field for field, _ in after}
        assert after == [s for s in before if s[0] in fields]
        assert fields or not before


@given(DOCUMENTS, SEEDS)
def test_field_shuffle_moves_fields_and_keeps_their_sentences(documents, seed) -> None:
    for before, after in pairs(documents, seed=seed, field_shuffle=0.9):
        assert sorted(after, key=lambda s: s[0]) == before
        fields = [field for field, _ in after]
        changes = sum(a != b for a, b in pairwise(fields))
        assert changes == max(len(set(fields)) - 1, 0)  # no field is torn apart


def test_field_shuffle_makes_all_orders() -> None:
    orders = Counter(
        tuple(dict.fromkeys(field for field, _ in after))
        for _, after in pairs(SAMPLE[::2], field_shuffle=0.9)
    )
    assert len(orders) == 6
    assert orders[0, 1, 2] == pytest.approx(400 * (0.1 + 0.9 / 6), abs=40)


@given(DOCUMENTS, SEEDS)
def test_shorter_keeps_a_part_without_a_gap(documents, seed) -> None:
    for before, after in pairs(documents, seed=seed, shorter=0.99):
        old, new = flat(before), flat(after)
        parts = [old[i : i + len(new)] for i in range(len(old) - len(new) + 1)]
        assert new in parts
        is_first_sentence = after == before[:1]
        assert is_first_sentence or 2 * len(new) >= len(old)


def test_shorter_takes_beginnings_and_middles() -> None:
    found = Counter()
    for before, after in pairs(SAMPLE[::2], shorter=0.99):
        old, new = flat(before), flat(after)
        found["first sentence"] += after == before[:1]
        found["beginning"] += old[: len(new)] == new
        found["whole"] += old == new
    assert 150 < found["first sentence"] < 250
    assert 250 < found["beginning"] < 350
    assert found["whole"] < 20


@given(DOCUMENTS, SEEDS)
def test_word_dropout_keeps_the_order_of_words(documents, seed) -> None:
    for before, after in pairs(documents, seed=seed, word_dropout=0.9):
        left = iter(flat(before))
        assert all(word in left for word in flat(after))


@pytest.mark.parametrize("name", ["typos", "phonetic", "accent_loss", "synonyms"])
@given(documents=DOCUMENTS, seed=SEEDS)
def test_misspelling_keeps_fields_sentences_and_numbers(name, documents, seed) -> None:
    for before, after in pairs(documents, seed=seed, **{name: 0.9}):
        assert [(f, len(w)) for f, w in before] == [(f, len(w)) for f, w in after]
        for old, new in zip(flat(before), flat(after), strict=True):
            assert new
            assert old == new or old not in {"08", NUMBER}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("typos", {"pan", "queso", "camión", "tienda", "local", "vaca"}),
        ("phonetic", {"queso", "camión", "local", "vaca"}),
        ("accent_loss", {"camión"}),
        ("synonyms", {"tienda", "local"}),
    ],
)
def test_a_word_changes_as_often_as_the_recipe_says(name, changed) -> None:
    seen, hit = Counter(), Counter()
    for before, after in pairs(SAMPLE, **{name: 0.3}):
        for old, new in zip(flat(before), flat(after), strict=True):
            seen[old] += 1
            hit[old] += old != new
    for word, count in seen.items():
        expected = 0.3 if word in changed else 0.0
        assert hit[word] / count == pytest.approx(expected, abs=0.06), word


def test_what_each_ingredient_writes() -> None:
    def written(name: str, word: str) -> set[str]:
        found = pairs(SAMPLE, **{name: 0.5})
        both = [zip(flat(b), flat(a), strict=True) for b, a in found]
        return {new for both_ in both for old, new in both_ if old == word}

    assert written("synonyms", "tienda") == {"tienda", "local", "comercio"}
    assert written("synonyms", "local") == {"tienda", "local", "comercio", "lugar"}
    assert written("accent_loss", "camión") == {"camión", "camion"}
    assert {"vaca", "baca", "vaka"} == written("phonetic", "vaca")
    assert 10 < len(written("typos", "camión")) <= VARIANTS + 1


def test_ingredients_work_together() -> None:
    both = pairs(SAMPLE, accent_loss=0.9, synonyms=0.9, word_dropout=0.5)
    words = Counter(word for _, after in both for word in flat(after))
    assert words["camion"] > 5 * words["camión"] > 0
    assert words["comercio"] and words.total() < 0.6 * len(flat(both[0][0])) * 800


def test_a_share_of_the_documents_is_touched() -> None:
    recipe = {"typos": 0.9, "word_dropout": 0.5, "field_dropout": 0.5}
    found = pairs(SAMPLE, share=0.25, **recipe)
    touched = np.mean([before != after for before, after in found])
    assert touched == pytest.approx(0.25, abs=0.04)


@pytest.mark.parametrize(
    "recipe", [AugmentationRates(), AugmentationRates(share=0.0, typos=0.5)]
)
def test_an_idle_recipe_gives_the_documents_themselves(recipe) -> None:
    made = tokenised(SAMPLE)
    assert recipe.is_idle
    assert Augmentation(made, recipe, seed=1).epoch(0) is made


EVERYTHING = AugmentationRates(
    share=0.8,
    typos=0.2,
    phonetic=0.2,
    accent_loss=0.2,
    synonyms=0.2,
    word_dropout=0.2,
    field_dropout=0.2,
    field_shuffle=0.5,
    shorter=0.5,
)


def epoch_of(documents, epoch: int, seed: int = 5):
    made = tokenised(documents)
    return read(Augmentation(made, EVERYTHING, seed=seed, synonyms=SETS).epoch(epoch))


def test_epochs_and_seeds_differ_and_can_be_had_again_in_any_order() -> None:
    source = Augmentation(tokenised(SAMPLE), EVERYTHING, seed=5, synonyms=SETS)
    in_order = [read(source.epoch(epoch)) for epoch in range(3)]
    assert epoch_of(SAMPLE, 2) == in_order[2]
    assert epoch_of(SAMPLE, 0) == in_order[0] != in_order[1]
    assert epoch_of(SAMPLE, 0, seed=6) != in_order[0]


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_document_does_not_depend_on_others(first, one, other) -> None:
    a = epoch_of([*first, *one], 1)
    b = epoch_of([*first, *other], 1)
    assert a[: len(first)] == b[: len(first)]


def test_the_documents_are_left_as_they_were() -> None:
    made = tokenised(SAMPLE)
    before, words = read(made), list(made.words)
    Augmentation(made, EVERYTHING, seed=5, synonyms=SETS).epoch(0)
    assert read(made) == before
    assert made.words == words


def test_each_new_word_is_there_once_after_the_old_ones() -> None:
    made = tokenised(SAMPLE)
    found = Augmentation(made, EVERYTHING, seed=5, synonyms=SETS).epoch(0)
    assert found.words[: len(WORDS)] == WORDS
    assert len(set(found.words)) == len(found.words)
    used = set(found.texts.word_ids.tolist())
    assert set(range(len(WORDS), len(found.words))) <= used


def test_what_was_cut_stays_cut() -> None:
    encoder = TextEncoder(
        {"a": FieldLimits(2, 1)}, Splitter(), Cleaner(), Vocabulary([])
    )
    made = encoder.tokenise({"a": ["uno dos tres cuatro", "uno dos"] * 50})
    found = Augmentation(made, AugmentationRates(word_dropout=0.5), seed=1).epoch(0)
    assert found.texts.cut.tolist() == [True, False] * 50
    beyond = found.num_words - found.texts.document_words
    assert beyond.tolist() == [2, 0] * 50


# Random numbers by address


def test_draws_are_uniform_and_unlike_by_every_part_of_their_address() -> None:
    draws = Draws(1, 2, 20_000).of_documents("a")
    assert ((draws >= 0) & (draws < 1)).all()
    counts = np.histogram(draws, 20, (0, 1))[0]
    # Chi-squared of 19 degrees of freedom: above 45 in one of 1,000 cases.
    assert ((counts - 1000) ** 2 / 1000).sum() < 45
    others = [
        Draws(2, 2, 20_000).of_documents("a"),
        Draws(1, 3, 20_000).of_documents("a"),
        Draws(1, 2, 20_000).of_documents("b"),
        Draws(1, 2, 20_000).within("a", np.arange(20_000), 0),
        Draws(1, 2, 20_000).within("a", np.arange(20_000), 1),
        Draws(1, 2, 20_000).within("a", 0, np.arange(20_000)),
    ]
    for other in others:
        assert abs(np.corrcoef(draws, other)[0, 1]) < 0.03
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 0.03


# Lists of synonyms


def words_of(text: str) -> list[str]:
    return Cleaner(remove_stop_words=True)(find_words(text))


def test_synonyms_are_read_as_texts_are(tmp_path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("# tiendas\n\nTienda, LOCAL ,comercio,\npan,Pan\n", "utf-8")
    assert read_synonyms(file, words_of) == [("tienda", "local", "comercio")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no such list of synonyms"),
        (b"caf\xe9,t\xe9\n", "not a UTF-8 text file"),
        (b"pan,bolillo\ntienda\n", r"line 2: a single word has no synonym"),
        (b"casa,casa habitada\n", r"line 1: 'casa habitada' is more than one word"),
        (b"# nothing\n", "no set of two words is left"),
        (b"pan,de\n", "no set of two words is left"),
    ],
)
def test_a_bad_list_is_said(text, message, tmp_path) -> None:
    file = tmp_path / "synonyms.txt"
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(InputError, match=message):
        read_synonyms(file, words_of)
