"""What each ingredient is worth: one changed at a time, all else as it is."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from accuracy.comparison import networks
from accuracy.intervals import MEASURES, difference, mean, with_interval
from accuracy.runs import Run, Scores
from accuracy.sets import LabelledSet

# All variants, and what they are compared with, do without noise in the training texts,
# which some sets have by default and others have not; noise has rows of its own.
QUIET: tuple[str, ...] = ("augmentation.share=0",)
_NOISES = ("typos", "accent_loss", "shorter")


def _noise(**chances: float) -> tuple[str, ...]:
    """Noise of one kind in three documents of ten."""
    given = dict.fromkeys(_NOISES, 0.0) | chances
    return ("augmentation.share=0.3", *(f"augmentation.{k}={given[k]}" for k in given))


# Ingredients of the default settings that are taken away, and others that are added.
VARIANTS: dict[str, tuple[str, ...]] = {
    "without pretrained vectors": ("pretrained.encoder=none",),
    "distilled": ("pretrained.mode=distill",),
    "50 units": ("model.word_units=50", "model.sentence_units=50"),
    "without linear model": ("model.wide=false",),
    "without letters": ("embeddings.subword_buckets=0",),
    "without bag": ("model.bag_units=0",),
    "without titles": ("taxonomy.texts=none",),
    "without notes": ("taxonomy.texts=titles",),
    "without dropout": ("model.dropout=0",),
    "convolution": ("model.encoder=cnn",),
    "constant rate": ("training.schedule=constant",),
    "mean of 3 epochs": ("training.average_epochs=3",),
    "restarts": (
        "training.schedule=constant",
        "training.early_stopping_patience=1",
        "training.restarts=3",
    ),
    "word2vec": ("embeddings.pretrain=word2vec",),
    "noise": ("augmentation.share=0.3",),
    "typos": _noise(typos=0.1),
    "spelt by ear": _noise(phonetic=0.1),
    "accent loss": _noise(accent_loss=0.3),
    "shorter": _noise(shorter=0.3),
    "word dropout": _noise(word_dropout=0.1),
    "field dropout": _noise(field_dropout=0.2),
    "field shuffle": _noise(field_shuffle=0.5),
    "label smoothing": ("training.label_smoothing=0.1",),
    "class weights": ("training.class_weights=sqrt",),
    "sampling": ("training.sampling=sqrt",),
    "logit adjustment": ("training.logit_adjustment=0.5",),
    "generalised loss": ("training.loss=generalised",),
    "folded accents": ("text.fold_accents=true",),
    "stems": ("text.word_form=stem",),
}
OF_SEVERAL_FIELDS = {"field dropout", "field shuffle"}


def ablation_table(
    sets: Sequence[LabelledSet], seeds: Sequence[int], variants: Sequence[str]
) -> str:
    """Markdown rows: validation scores, and paired differences of them in points.

    Then what the tail and the probabilities are like: macro-F1 of the full codes, and
    the calibration error (ECE) of the deepest level, means of the seeds. On the
    validation split: what is worth having is not chosen on the test. What is done to
    fields has no difference on a set of one field.
    """
    measures = (*MEASURES, "macro-F1", "ECE")
    head = [f"{data.name} {measure}" for data in sets for measure in measures]
    default = {data.name: _scores(data, seeds) for data in sets}
    as_it_is = [
        cell
        for data in sets
        for cell in [
            *(with_interval(mean(default[data.name], one)) for one in MEASURES),
            *_summaries(_runs(data, seeds)),
        ]
    ]
    rows = [["changed", *head], ["---"] * (1 + len(head)), ["nothing", *as_it_is]]
    for variant in variants:
        cells = [_cells(data, seeds, variant, default[data.name]) for data in sets]
        rows.append([variant, *(cell for own in cells for cell in own)])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cells(
    data: LabelledSet, seeds: Sequence[int], variant: str, default: list[Scores]
) -> list[str]:
    """What a change does to each measure of a set."""
    fields = data.experiment()["data"]["fields"]
    if variant in OF_SEVERAL_FIELDS and len(fields) < 2:
        return [""] * (len(MEASURES) + 2)
    changed = _scores(data, seeds, variant)
    points = [difference(mean(changed, one), mean(default, one)) for one in MEASURES]
    return [*points, *_summaries(_runs(data, seeds, variant))]


def _scores(data: LabelledSet, seeds: Sequence[int], variant: str = "") -> list[Scores]:
    """Validation scores of each seed."""
    return [run.scores("validation") for run in _runs(data, seeds, variant)]


def _runs(data: LabelledSet, seeds: Sequence[int], variant: str = "") -> list[Run]:
    """A run of each seed, without noise, and with a change if one is named."""
    name, changes = variant or "without noise", VARIANTS.get(variant, ())
    return networks(data, seeds, name, (*QUIET, *changes))


def _summaries(runs: Sequence[Run]) -> list[str]:
    """Macro-F1 of the full codes, and the calibration error of the deepest level."""
    results = [run.results("validation") for run in runs]
    macro = [result["leaf_macro_f1"] for result in results]
    errors = [result["level_calibration_error"] for result in results]
    deepest = [error[max(error, key=int)] for error in errors]
    return [f"{fmean(macro):.3f}", f"{fmean(deepest):.3f}"]
