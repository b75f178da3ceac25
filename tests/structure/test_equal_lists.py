"""Lists that floors do not allow to be one must say the same."""

import re
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import get_args, get_type_hints

import numpy as np
import pytest

from han.code_list.taxonomy import Taxonomy
from han.config.model_config import Attention, Encoder, Head, ModelConfig
from han.config.page_language import PAGE_LANGUAGES
from han.config.text_config import EmbeddingsConfig
from han.config.text_config import Language as TextLanguage
from han.explanation import faithfulness_verdict
from han.languages import language_names, number_format, words
from han.reports import report_page
from han.text.cleaning import ISO_CODES

PAGES = get_args(number_format.Language)
# Keys of `model` that the network does not read: of the kind of model, of the linear
# model beside the network, and of the baselines.
NOT_OF_THE_NETWORK = {
    "kind",
    "wide_records",
    "tfidf_features",
    "linear",
    "scope",
    "C",
}


def test_every_language_of_texts_has_a_code_and_a_page():
    assert set(ISO_CODES) == set(PAGE_LANGUAGES) == set(get_args(TextLanguage))
    assert set(language_names.LANGUAGE_NAMES) == set(ISO_CODES)
    assert all(ISO_CODES[k] in v for k, v in language_names.LANGUAGE_NAMES.items())
    assert set(PAGE_LANGUAGES.values()) <= set(PAGES)


@pytest.mark.parametrize(
    "words",
    [
        report_page.WORDS,
        faithfulness_verdict.WORDS,
        words.CODE_LIST,
        words.DATA_REPORT,
        words.PLAN,
        words.REVIEW_PAGE,
        words.REVIEW_STATS,
        words.SUMMARY,
        words.TRY_PAGE,
    ],
)
def test_every_language_of_pages_has_the_same_words(words):
    assert set(words) == set(number_format.SPACING) == set(PAGES)
    for language in PAGES:
        assert list(words[language]) == list(words["en"]), language
        for key, text in words[language].items():
            filled = [set(re.findall(r"{(\w+)}", t)) for t in (text, words["en"][key])]
            assert filled[0] - {"gap"} == filled[1] - {"gap"}, (language, key)


@pytest.mark.tensorflow
def test_heads_attentions_and_encoders_are_those_of_the_config():
    from han.layers.recurrent_encoder import RECURRENT_CELLS
    from han.layers.tree_sigmoid import TreeSigmoid
    from han.layers.tree_softmax import TreeSoftmax
    from han.network import model, numpy_network
    from han.network.document_encoder import WIDTHS

    heads = {*TreeSoftmax.heads, *TreeSigmoid.heads}
    assert heads == set(numpy_network.HEADS) == set(get_args(Head))
    assert set(model.ATTENTIONS) == set(get_args(Attention))
    assert {*RECURRENT_CELLS, *WIDTHS} == set(get_args(Encoder))
    # What NumPy does not know, TensorFlow computes.
    assert set(numpy_network.ENCODERS) == set(get_args(Encoder)) - {"lstm"}
    assert set(numpy_network.ATTENTIONS) == set(get_args(Attention))


@pytest.mark.tensorflow
def test_every_key_of_the_model_reaches_the_network(monkeypatch):
    """A new key must not keep its default in silence."""
    from han.network import model
    from han.training import network_building

    hints = get_type_hints(model.HierarchicalAttentionNetwork.__init__)
    arguments = set(hints) - {"kwargs", "return", "beside"}
    assert {"parents", *model._SETTINGS} == arguments
    tree = Taxonomy(["1"], [-1])
    corpus = SimpleNamespace(
        encoder=SimpleNamespace(vocabulary=[], fields=["text"]),
        tree=tree,
        side_features=SimpleNamespace(width=0),
    )
    monkeypatch.setattr(model, "HierarchicalAttentionNetwork", lambda **given: given)
    default = ModelConfig()
    own = {f.name for f in fields(ModelConfig)} - NOT_OF_THE_NETWORK
    for name in own:
        value = other(default, name)
        config = SimpleNamespace(
            model=replace(default, **{name: value}), embeddings=EmbeddingsConfig()
        )
        given = network_building.new_network(config, corpus, 1, None, 0)
        assert set(given) == {*arguments, "beside"}
        np.testing.assert_equal(given[name], value, err_msg=name)


def other(section, name):
    """A value of a key that is not its default."""
    choices = get_args(get_type_hints(type(section))[name])
    value = getattr(section, name)
    if choices:
        return choices[-1]
    return not value if isinstance(value, bool) else value / 2
