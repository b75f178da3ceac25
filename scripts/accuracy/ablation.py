"""What each ingredient is worth: one changed at a time, all else as it is."""

from __future__ import annotations

from collections.abc import Sequence

from accuracy.comparison import networks
from accuracy.intervals import MEASURES, difference, mean, with_interval
from accuracy.sets import LabelledSet

# Ingredients of the default settings that are taken away, and others that are added.
VARIANTS: dict[str, tuple[str, ...]] = {
    "without linear model": ("model.wide=false",),
    "without letters": ("embeddings.subword_buckets=0",),
    "without bag": ("model.bag_units=0",),
    "without titles": ("taxonomy.texts=none",),
    "without augmentation": ("augmentation.share=0",),
    "without typos": ("augmentation.typos=0",),
    "without accent loss": ("augmentation.accent_loss=0",),
    "without shorter texts": ("augmentation.shorter=0",),
    "convolution": ("model.encoder=cnn",),
    "constant rate": ("training.schedule=constant",),
    "without dropout": ("model.dropout=0",),
    "mean of 3 epochs": ("training.average_epochs=3",),
    "restarts": (
        "training.schedule=constant",
        "training.early_stopping_patience=1",
        "training.restarts=3",
    ),
    "word2vec": ("embeddings.pretrain=word2vec",),
    "word dropout": ("augmentation.word_dropout=0.1",),
    "spelt by ear": ("augmentation.phonetic=0.1",),
    "label smoothing": ("training.label_smoothing=0.1",),
    "class weights": ("training.class_weights=sqrt",),
    "sampling": ("training.sampling=sqrt",),
    "logit adjustment": ("training.logit_adjustment=0.5",),
    "generalised loss": ("training.loss=generalised",),
    "folded accents": ("text.fold_accents=true",),
    "stems": ("text.word_form=stem",),
}


def ablation_table(
    data: LabelledSet, seeds: Sequence[int], variants: Sequence[str]
) -> str:
    """Markdown rows: validation scores, and paired differences in points.

    On the validation split: what is worth having is not chosen on the test.
    """
    names = list(MEASURES)
    head = [data.name, *names, *(f"points of {name}" for name in names)]
    default = [run.scores("validation") for run in networks(data, seeds)]
    rows = [head, ["---"] * len(head)]
    rows.append(["default", *(with_interval(mean(default, n)) for n in names), "", ""])
    for variant in variants:
        runs = networks(data, seeds, variant, VARIANTS[variant])
        scores = [run.scores("validation") for run in runs]
        rows.append(
            [
                variant,
                *(f"{mean(scores, name).mean():.3f}" for name in names),
                *(difference(mean(scores, n), mean(default, n)) for n in names),
            ]
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
