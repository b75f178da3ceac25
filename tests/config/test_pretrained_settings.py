"""The section `pretrained` of an experiment file."""

import pytest

from han.config.python_settings import read_settings
from han.errors import InputError

NEEDED = {
    ("data", "train"): "a.csv",
    ("data", "fields", "text"): {},
    ("data", "label_columns"): ["code"],
}


def read(encoder, word_form="surface"):
    return read_settings(
        NEEDED | {("pretrained", "encoder"): encoder, ("text", "word_form"): word_form},
        "here",
    ).pretrained.encoder


def test_an_encoder_may_be_a_name_or_a_path():
    assert read_settings(NEEDED, "here").pretrained.encoder == "auto"
    assert [read(name) for name in ("none", "use", "a/b.onnx")] == [
        *("none", "use", "a/b.onnx")
    ]


def test_an_encoder_reads_words_as_they_are_written():
    for encoder in ("use", "vectors.csv"):
        with pytest.raises(InputError, match=r"`pretrained\.encoder: .* `text\.word_f"):
            read(encoder, "stem")
    assert (read("auto", "stem"), read("none", "lemma")) == ("auto", "none")


def test_an_empty_name_is_refused():
    with pytest.raises(InputError, match=r"`pretrained\.encoder` is empty; set it to"):
        read("")


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("majority", {"encoder": "use"}, "reads no vectors; set the encoder to auto"),
        ("fasttext", {"encoder": "a.csv"}, "kind` is fasttext, which reads no vectors"),
        ("tfidf_linear", {"mode": "distill"}, "needs an encoder to learn from"),
        ("han", {"mode": "distill", "encoder": "none"}, "needs an encoder to learn"),
    ],
)
def test_vectors_that_nothing_would_read_are_refused(kind, changes, message):
    asked = {("pretrained", key): value for key, value in changes.items()}
    with pytest.raises(InputError, match=message):
        read_settings(NEEDED | {("model", "kind"): kind} | asked, "here")
    kinds = {("model", "kind"): kind, ("pretrained", "encoder"): "auto"}
    assert read_settings(NEEDED | kinds, "here").model.kind == kind
