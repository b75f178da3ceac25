"""Lines of `--check`: which settings to try first with these records, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from han.config import Config
from han.data.quality_report import FEW, FileReport, LevelReport
from han.experiment.expected_results import ALIKE, data_shape, time_line
from han.experiment.measured_effects import (
    Effect,
    Shape,
    ablation_effect,
    by_likeness,
    half_effect,
    refit_effect,
    shape_of,
)
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words
from han.pretrained import use_encoder
from han.text.cleaning import ISO_CODES

MOST_ADVICE = 5
# A promise of 95 % at 95 % confidence asks for 59 right records in a row, and two
# thirds of the calibration records test it.
LEAST_CALIBRATION = 90
# Of records of two codes at most 116 right codes in a row, as both could be wrong.
LEAST_FOR_SETS = 180
CUT_SHARE = 0.05
SHORT_WORDS = 5
RARE_SHARE = 0.1  # of the codes
NOISY_SHARE, LEAST_REPEATS = 0.1, 30  # of the repeated texts; fewer say little
ADJUSTMENT = "logit adjustment"
# What is for rare codes and for noisy ones, by row of the ablation.
FOR_RARE_CODES = {
    "sampling": "training.sampling: sqrt",
    "class weights": "training.class_weights: sqrt",
    ADJUSTMENT: "training.logit_adjustment: 0.5",
}
FOR_NOISY_CODES = {
    "label smoothing": "training.label_smoothing: 0.1",
    "generalised loss": "training.loss: generalised",
}
PRETRAINED, NOTES = "without pretrained vectors", "without notes"


@dataclass(frozen=True)
class Findings:
    """What advice looks at.

    Attributes:
        files: What is known of the files of the experiment, the training file first.
        levels: And of the levels of its code list.
        calibration_units: Number of sampling units, such as texts, among the
            calibration records: a promise counts these.
        has_notes: Whether texts of the code list train, other than titles.
        has_encoder: Whether a pretrained encoder is read.
    """

    files: Sequence[FileReport]
    levels: Sequence[LevelReport]
    calibration_units: int
    has_notes: bool
    has_encoder: bool


@dataclass(frozen=True)
class Advice:
    """A setting, why these data may want it, and what it was worth elsewhere.

    Attributes:
        setting: The setting with its value.
        why: The reason.
        effect: What was measured; None if nothing was.
        share: Share of the records that it is about.
    """

    setting: str
    why: str
    effect: Effect | None
    share: float = 1.0

    @property
    def gain(self) -> float:
        """Points that are expected; what was not measured comes last."""
        return self.share * self.effect.points if self.effect else 0.0


def advice_lines(
    config: Config, found: Findings, language: Language = "en"
) -> list[str]:
    """How long training takes, and five settings at most, the most gainful first.

    What a setting was worth is said of the most alike set where it was measured. One
    that gained nothing there is not advised. Too few calibration records come first,
    as nothing can be promised with them, and a refit last, as it ends the work.

    Args:
        config: The experiment.
        found: What is known of its data.
        language: Of the lines.
    """
    words = Words(DATA_REPORT, language)
    shape = data_shape(config, found.files, found.levels)
    names = by_likeness(shape)
    given = [
        *_data_advice(config, found, names, words),
        *_model_advice(config, found, names, words),
    ]
    useful = [one for one in given if _is_useful(one, shape)]
    useful.sort(key=lambda one: -one.gain)
    lines, refits = [*_calibration_lines(config, found, words)], []
    if config.training.refit_of is None and not config.training.restarts:
        setting = f"training.refit_of: {config.run_folder}"
        refits = [Advice(setting, words.say("advice_refit"), refit_effect(names))]
    places = MOST_ADVICE - len(lines) - len(refits)
    for one in [*useful[:places], *refits]:
        lines += [f"  {one.setting}: {one.why}", f"    {_measured(one, shape, words)}"]
    time = [time_line(config, shape, language)] if config.model.kind == "han" else []
    return [*time, *([words.say("advice"), *lines] if lines else [])]


def _calibration_lines(config: Config, found: Findings, words: Words) -> Iterator[str]:
    """Without calibration records nothing can be promised, so this comes first."""
    count, share = found.calibration_units, config.data.split.calibration
    least = LEAST_FOR_SETS if config.model.gives_sets else LEAST_CALIBRATION
    if count < least:
        setting = f"data.split.calibration: {max(0.2, 2 * share):g}"
        why = words.say("advice_calibration", count=count, least=least)
        yield f"  {setting}: {why}"


def _data_advice(
    config: Config, found: Findings, names: Sequence[str], words: Words
) -> Iterator[Advice]:
    say, listed = words.say, config.taxonomy
    if not listed.is_given:
        effect = ablation_effect("without titles", names)
        yield Advice("taxonomy.file: FILE", say("advice_code_list"), effect)
    elif listed.texts == "all" and not found.has_notes:
        effect = ablation_effect(NOTES, names)
        yield Advice("taxonomy.notes: FILE", say("advice_notes"), effect)
    rows = sum(report.rows for report in found.files)
    share = sum(len(report.cut_rows) for report in found.files) / max(rows, 1)
    if share > CUT_SHARE:
        name, limits = next(iter(config.data.fields.items()))
        setting = f"data.fields.{name}.max_words: {2 * limits.max_words}"
        why = say("advice_cut", share=words.numbers.percent(share))
        yield Advice(setting, why, half_effect(names), share)


def _model_advice(
    config: Config, found: Findings, names: Sequence[str], words: Words
) -> Iterator[Advice]:
    say, text = words.say, config.text
    half = found.files[0].word_quantiles["50%"]
    reads_words = text.word_form == "surface" and not found.has_encoder
    if reads_words and text.language == "spanish" and 0 < half <= SHORT_WORDS:
        why = say("advice_stem", words=half)
        effect = ablation_effect("stems", names, with_vectors=False)
        yield Advice("text.word_form: stem", why, effect)
    if config.model.kind == "han":
        is_known = ISO_CODES[text.language] in use_encoder.LANGUAGES
        if reads_words and is_known and config.pretrained.encoder == "auto":
            effect = ablation_effect(PRETRAINED, names)
            install = "pip install -e '.[pretrained]'"
            yield Advice(install, say("advice_pretrained"), effect)
        yield from _loss_advice(config, found, names, words)


def _loss_advice(
    config: Config, found: Findings, names: Sequence[str], words: Words
) -> Iterator[Advice]:
    recipe, leaves = config.training, found.levels[-1]
    is_even = recipe.sampling == recipe.class_weights == "none"
    few = len(leaves.few_codes)
    if is_even and not recipe.logit_adjustment and few > RARE_SHARE * leaves.seen:
        counts = {"few": few, "seen": leaves.seen, "limit": FEW}
        possible = FOR_RARE_CODES
        if config.model.gives_sets:  # the others weigh a record by its one code
            possible = {ADJUSTMENT: FOR_RARE_CODES[ADJUSTMENT]}
        yield _best(possible, words.say("advice_rare", **counts), names)
    repeated = sum(report.repeated_texts for report in found.files)
    noisy = sum(report.contradictory_texts for report in found.files)
    is_plain = recipe.loss == "cross_entropy" and not recipe.label_smoothing
    if is_plain and repeated >= LEAST_REPEATS and noisy > NOISY_SHARE * repeated:
        why = words.say("advice_noisy", count=noisy, repeated=repeated)
        yield _best(FOR_NOISY_CODES, why, names)


def _best(settings: Mapping[str, str], why: str, names: Sequence[str]) -> Advice:
    """Of settings for the same thing, the one that gained most."""
    given = [
        Advice(setting, why, ablation_effect(row, names))
        for row, setting in settings.items()
    ]
    return max(given, key=lambda one: one.gain)


def _is_useful(advice: Advice, shape: Shape) -> bool:
    """Whether it gained something: surely, or perhaps on data like these."""
    effect = advice.effect
    if effect is None:
        return True
    is_alike = shape_of(effect.set_name).distance(shape) <= ALIKE
    return effect.points > 0 and (effect.is_sure or is_alike)


def _measured(advice: Advice, shape: Shape, words: Words) -> str:
    """What was measured, where, when, and by which command."""
    effect = advice.effect
    if effect is None:
        return words.say("not_measured")
    points, name = f"{effect.points:+.1f}", effect.set_name
    if effect.interval:
        low, high = effect.interval
        points += f" [{low:+.1f}, {high:+.1f}]"
    key = "measured" if shape_of(name).distance(shape) <= ALIKE else "measured_unlike"
    said = words.say(
        key, points=points, name=name, date=effect.date, command=effect.command
    )
    return said if effect.is_sure else f"{words.say('unsure')} {said}"
