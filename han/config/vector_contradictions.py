"""Keys of `embeddings` and `pretrained` that contradict each other, or others."""

from __future__ import annotations

from han.config.experiment_config import Config


def vector_problems(config: Config) -> dict[str, bool]:
    """What is wrong with where vectors come from, and whether it is."""
    vectors = config.embeddings
    return {
        "`embeddings.file` and `embeddings.pretrain` both say how word vectors begin; "
        "choose one": bool(vectors.file) and vectors.pretrain != "none",
        "`embeddings.frozen_epochs` is of vectors that learn later, and "
        "`embeddings.trainable` is false; remove one of the two": (
            vectors.frozen_epochs > 0 and not vectors.trainable
        ),
        **_pretrained_problems(config),
    }


def _pretrained_problems(config: Config) -> dict[str, bool]:
    given, form = config.pretrained.encoder, config.text.word_form
    kind, is_asked = config.model.kind, given not in ("auto", "none")
    is_taught = config.pretrained.mode == "distill"
    return {
        "`pretrained.encoder` is empty; set it to auto, none, use or a path": not given,
        f"`pretrained.encoder: {given}` reads words as they are written, and "
        f"`text.word_form` is {form}; set that to surface, or the encoder to none": (
            is_asked and form != "surface"
        ),
        f"`pretrained.encoder: {given}` is for `model.kind: han` and tfidf_linear, and "
        f"`model.kind` is {kind}, which reads no vectors; set the encoder to auto": (
            is_asked and kind not in ("han", "tfidf_linear")
        ),
        "`pretrained.mode: distill` needs an encoder to learn from, and with "
        f"`model.kind: {kind}` there is none if `pretrained.encoder` is {given}; name "
        "one, or set the mode to join": (
            is_taught and (given == "none" or (kind != "han" and not is_asked))
        ),
    }
