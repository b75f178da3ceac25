"""What a student learns: distinct sentences, words alone, groups of words."""

import numpy as np

from han.pretrained import distillation_texts as module
from han.pretrained.distillation_texts import distillation_texts, distinct_ones
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import FIRST_WORD_ID, Vocabulary

WORDS = ["pan", "dulce", "venta", "de", "leche"]
TEXTS = ["Venta de pan dulce. Pan", "Bolillo de leche, telera y pan", "", "pan"] * 3


def encoded(texts=TEXTS):
    limits = {"text": FieldLimits(9, 9)}
    encoder = TextEncoder(limits, Splitter(), Cleaner(), Vocabulary(WORDS))
    return encoder.encode({"text": texts})


def written(texts):
    """The sentence of each document, by its words."""
    table = ["", "", *WORDS]
    spelled = [
        table[i] if i >= FIRST_WORD_ID else texts.unknown[-1 - i]
        for i in texts.word_ids.tolist()
    ]
    assert (texts.document_sentences == 1).all()
    edges = np.cumsum(texts.sentence_lengths)[:-1]
    return [" ".join(words) for words in np.split(np.array(spelled), edges)]


def test_sentences_stand_once_and_are_found_again():
    found, places = distinct_ones(encoded())
    sentences = written(found)
    assert len(set(sentences)) == len(sentences) == 3
    expected = ["venta de pan dulce", "pan", "bolillo de leche telera y pan", "pan"]
    assert [sentences[place] for place in places] == expected * 3


def test_they_are_sentences_words_and_groups():
    sentences = written(
        distillation_texts(encoded(), len(WORDS) + FIRST_WORD_ID, seed=1)
    )
    whole, words, groups = sentences[:3], sentences[3:8], sentences[8:]
    assert set(whole) == set(written(distinct_ones(encoded())[0]))
    assert words == WORDS
    assert len(groups) == int(module.GROUPS * 3)
    long = [one.split() for one in whole if len(one.split()) > 3]
    for group in groups:
        given = group.split()
        assert len(given) in module.GROUP_SIZES

        def holds(sentence, given=given):
            rest = iter(sentence)
            return all(word in rest for word in given)  # in their order

        assert any(map(holds, long))


def test_they_hang_on_the_seed_alone():
    texts = encoded([*TEXTS, *(f"de leche venta {i} y pan" for i in range(40))])
    made = [written(distillation_texts(texts, 7, seed)) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_no_more_sentences_than_are_needed(monkeypatch):
    monkeypatch.setattr(module, "MOST_SENTENCES", 2)
    found = written(distillation_texts(encoded(), 7, seed=1))
    assert len(found) == 2 + 5 + 1


def test_texts_too_short_for_groups():
    assert written(distillation_texts(encoded(["pan", "leche"]), 7, 1)) == [
        "pan",
        "leche",
        *WORDS,
    ]
