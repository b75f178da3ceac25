"""What the package must reach, and whether it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from speed.entries import OURS
from speed.rooms import Sizes
from speed.rounds import Measured, ratio
from speed.runs import Run
from speed.tables import markdown, number

LONG, LONG_WIDE = Sizes("long"), Sizes("long", units=128)
SHORT, SHORT_LARGE = Sizes("short"), Sizes("short", batch=512)
RUNS = (
    (
        LONG,
        "ours,loop,keras-td,keras,torch,torch-tuned,ours-2-threads,ours-2-processes",
    ),
    (LONG_WIDE, "ours,keras,torch"),
    (SHORT, "ours,keras,torch,torch-tuned"),
    (SHORT_LARGE, "ours,torch-tuned"),
)


@dataclass(frozen=True)
class Target:
    """A figure to reach.

    Attributes:
        what: The work.
        against: What it is compared with.
        goal: The figure.
        sizes: The run that it is read from.
        contestants: Those that must have taken part.
        value: The figure of a run.
        at_most: Whether smaller is better.
        unit: Written after the figures.
    """

    what: str
    against: str
    goal: float
    sizes: Sizes
    contestants: tuple[str, ...]
    value: Callable[[Run], float]
    at_most: bool = False
    unit: str = "x"


def faster(
    what: str, sizes: Sizes, rival: str, title: str, goal: float, task: str = "train"
) -> Target:
    """The target of being so many times faster than a rival."""
    return Target(
        what,
        title,
        goal,
        sizes,
        (OURS, rival),
        lambda run: ratio(run.measures, OURS, rival, task),
    )


def roof(task: str, goal: float) -> Target:
    """The target of a share of what the machine allows."""
    return Target(
        f"roofline of the real words, long, {task}",
        "machine",
        goal,
        LONG,
        (OURS,),
        lambda run: 100 * run.measures[OURS].speed(task) / run.bounds[task],
        unit=" %",
    )


def scaled(what: str, other: str, task: str, goal: float) -> Target:
    """The target of being faster by wall clock with two of something."""
    return Target(
        what,
        "1",
        goal,
        LONG,
        (OURS, other),
        lambda run: ratio(run.measures, other, OURS, task, "wall"),
    )


def at_most(
    what: str, goal: float, unit: str, value: Callable[[Measured], float]
) -> Target:
    """The target of not more than so much of something."""
    return Target(
        what,
        "",
        goal,
        LONG,
        (OURS,),
        lambda run: value(run.measures[OURS]),
        at_most=True,
        unit=unit,
    )


PUBLISHED, TUNED = "packed PyTorch as published", "packed PyTorch, tuned"
TARGETS = (
    faster("train, long", LONG, "keras-td", "TimeDistributed Keras", 13),
    faster("train, long", LONG, "keras", "padded Keras", 10),
    faster("train, long", LONG, "torch", PUBLISHED, 4),
    faster("train, long", LONG, "torch-tuned", TUNED, 3.3),
    faster("train, long, 128 units", LONG_WIDE, "keras", "padded Keras", 9),
    faster("train, long, 128 units", LONG_WIDE, "torch", PUBLISHED, 5),
    faster("train, short, batch 64", SHORT, "keras", "padded Keras", 6),
    faster("train, short, batch 64", SHORT, "torch", PUBLISHED, 9),
    faster("train, short, batch 64", SHORT, "torch-tuned", TUNED, 1.1),
    faster("train, short, batch 512", SHORT_LARGE, "torch-tuned", TUNED, 1.8),
    faster("predict, long", LONG, "torch-tuned", TUNED, 2.2, "predict"),
    faster("predict, short", SHORT, "torch-tuned", TUNED, 3, "predict"),
    roof("train", 27),
    roof("predict", 40),
    scaled("2 threads training", "ours-2-threads", "train", 1.7),
    scaled("2 processes predicting", "ours-2-processes", "predict", 1.9),
    Target(
        "training loop end to end, long",
        "bare step loop",
        0.9,
        LONG,
        (OURS, "loop"),
        lambda run: ratio(run.measures, "loop", OURS, "train"),
    ),
    at_most("first step, long", 7, " s", lambda m: m.built["first_train"]),
    at_most("traces of the training step", 2, "", lambda m: m.traces),
    at_most("peak memory of training", 1400, " MB", lambda m: m.built["train_peak_mb"]),
)


def target_rows(runs: list[Run]) -> list[list[str]]:
    """A row for each target that these runs measured."""
    rows = []
    for target in TARGETS:
        for run in runs:
            there = set(target.contestants) <= set(run.measures)
            if run.sizes == target.sizes and there:
                value = target.value(run)
                rows.append(
                    row(
                        target.what,
                        target.against,
                        target.goal,
                        value,
                        target.at_most,
                        target.unit,
                    )
                )
    return rows


def row(
    what: str, against: str, goal: float, value: float, at_most: bool, unit: str
) -> list[str]:
    """One target with its verdict."""
    reached = value <= goal if at_most else value >= goal
    sign = "<=" if at_most else ">="
    return [
        what,
        against,
        f"{sign} {goal:g}{unit}",
        f"{number(value)}{unit}",
        "yes" if reached else "**no**",
    ]


def target_table(rows: list[list[str]]) -> str:
    """The targets as Markdown."""
    header = ("what", "against", "target", "measured", "reached")
    return markdown(header, rows)
