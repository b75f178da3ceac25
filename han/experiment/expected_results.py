"""Lines of `--check`: what was reached on data like these, and how long it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from han.config import Config
from han.data.quality_report import FileReport, LevelReport
from han.experiment.measured_effects import (
    Shape,
    by_likeness,
    command_for,
    measurements,
    shape_of,
    training_seconds,
)
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words
from han.text.cleaning import ISO_CODES
from han.usable_cores import num_threads

ALIKE = 3.0  # doublings; beyond, a set tells little of the data
SPEED = "python scripts/benchmark_product.py --speed"


def data_shape(
    config: Config, files: Sequence[FileReport], levels: Sequence[LevelReport]
) -> Shape:
    """What the data of an experiment are like.

    Args:
        config: The experiment.
        files: What is known of its files, the training file first.
        levels: And of the levels of its code list.
    """
    rows = sum(report.roles.get("train", 0) for report in files)
    words = files[0].word_quantiles["50%"]
    return Shape(config.text.language, rows, levels[-1].seen, words)


def likeness_lines(shape: Shape, language: Language = "en") -> list[str]:
    """Which measured set is most alike, and what was reached on it.

    Args:
        shape: What the data are like.
        language: Of the lines.
    """
    words = Words(DATA_REPORT, language)
    name = by_likeness(shape)[0]
    found, there = measurements()["sets"][name], shape_of(name)
    said = "alike" if there.distance(shape) <= ALIKE else "unlike"
    scores = words.say(
        "alike_scores",
        leaf=f"{found['HAN leaf']} {found['interval']}",
        hf=found["HAN hF"],
        baseline=found["baseline leaf"],
        baseline_hf=found["baseline hF"],
        date=measurements()["measured"]["accuracy"],
        command=command_for(name),
    )
    first = words.say(said, name=name, there=_said(there, words))
    return [first, f"  {words.say('here', here=_said(shape, words))}", f"  {scores}"]


def _said(shape: Shape, words: Words) -> str:
    return words.say(
        "shape",
        language=ISO_CODES[shape.language],  # type: ignore[index]
        rows=shape.rows,
        per_code=round(shape.rows_per_code),
        words=shape.words,
    )


def time_line(config: Config, shape: Shape, language: Language = "en") -> str:
    """About how long the training takes on this machine, without a GPU.

    Args:
        config: The experiment.
        shape: What its data are like.
        language: Of the line.
    """
    words, cores = Words(DATA_REPORT, language), num_threads()
    epochs = config.training.epochs
    minutes = math.ceil(training_seconds(shape, epochs, cores) / 60)
    is_long = minutes >= 120
    time = words.count_of(round(minutes / 60), "hour") if is_long else ""
    return words.say(
        "time",
        time=time or words.count_of(minutes, "minute"),
        cores=words.count_of(cores, "core"),
        epochs=epochs,
        seconds=measurements()["speed"]["demo_seconds"],
        command=SPEED,
    )
