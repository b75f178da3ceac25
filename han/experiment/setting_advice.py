"""Lines of the data report: which settings are worth a try with these records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from han.config import Config
from han.data.quality_report import FEW, FileReport, LevelReport
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words

MOST_ADVICE = 3
# A promise of 95 % at 95 % confidence asks for 59 right records in a row, and two
# thirds of the calibration records test it.
LEAST_CALIBRATION = 90
CUT_SHARE = 0.05
SHORT_WORDS = 5


def advice_lines(
    config: Config,
    files: Sequence[FileReport],
    levels: Sequence[LevelReport],
    calibration_units: int,
    language: Language = "en",
) -> list[str]:
    """Three settings at most, those that matter most first; each with its value.

    What they are worth is measured (docs/benchmarks/ablation.md): titles of a code
    list, and for short Spanish texts and rare codes stems and `sampling`.

    Args:
        config: The experiment.
        files: What is known of its files.
        levels: And of the levels of its code list.
        calibration_units: Number of sampling units, such as texts, among the
            calibration records: a promise counts these.
        language: Of the lines.
    """
    words = Words(DATA_REPORT, language)
    found = [*_advice(config, files, levels, calibration_units, words)][:MOST_ADVICE]
    return [words.say("advice"), *(f"  {line}" for line in found)] if found else []


def _advice(
    config: Config,
    files: Sequence[FileReport],
    levels: Sequence[LevelReport],
    calibration_units: int,
    words: Words,
) -> Iterator[str]:
    say, split = words.say, config.data.split
    if calibration_units < LEAST_CALIBRATION:
        setting = f"data.split.calibration: {max(0.2, 2 * split.calibration):g}"
        yield say("advice_calibration", setting=setting, count=calibration_units)
    if not config.taxonomy.is_given:
        yield say("advice_code_list", setting="taxonomy.file: FILE")
    rows = sum(report.rows for report in files)
    share = sum(len(report.cut_rows) for report in files) / max(rows, 1)
    if share > CUT_SHARE:
        name, limits = next(iter(config.data.fields.items()))
        setting = f"data.fields.{name}.max_words: {2 * limits.max_words}"
        yield say("advice_cut", setting=setting, share=words.numbers.percent(share))
    yield from _model_advice(config, files, levels[-1], words)


def _model_advice(
    config: Config,
    files: Sequence[FileReport],
    leaves: LevelReport,
    words: Words,
) -> Iterator[str]:
    half = files[0].word_quantiles["50%"]
    is_plain = config.text.word_form == "surface" and config.text.language == "spanish"
    if is_plain and 0 < half <= SHORT_WORDS:
        yield words.say("advice_stem", setting="text.word_form: stem", words=half)
    recipe = config.training
    is_even = recipe.sampling == recipe.class_weights == "none"
    few = len(leaves.few_codes)
    if is_even and not recipe.logit_adjustment and few > leaves.seen / 2:
        counts = {"few": few, "seen": leaves.seen, "limit": FEW}
        setting = "training.sampling: sqrt"
        yield words.say("advice_sampling", setting=setting, **counts)
