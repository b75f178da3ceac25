"""What `metrics.json` says of the time of a run, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.languages.words import Words

SHOWN = 0.03  # share of the time from which the line names a stage


def time_line(time: Mapping[str, Any], words: Words) -> str:
    """All in one line: how long, which stages most of it, peak memory.

    Args:
        time: What `han.devices.stage_clock.spent` gives.
        words: Those of summaries.

    Example:
        >>> from han.languages.words import SUMMARY
        >>> time = {"wall_seconds": 150.0, "peak_memory_gb": 1.2, "parts": 1}
        >>> stages = {"steps": {"wall_seconds": 120.0}}
        >>> time_line({**time, "stages": stages}, Words(SUMMARY, "en"))
        'Time: 2 min 30 s; steps 80%, the rest 20%; peak memory 1.2 GB.'
    """
    all_of_it = max(time["wall_seconds"], 1e-9)
    shares = {
        name: stage["wall_seconds"] / all_of_it
        for name, stage in time["stages"].items()
        if name != "other" and stage["wall_seconds"] >= SHOWN * all_of_it
    }
    named = [
        f"{words.say(f'stage_{name}')} {words.numbers.percent(shares[name], 0)}"
        for name in sorted(shares, key=shares.__getitem__, reverse=True)
    ]
    rest = words.numbers.percent(max(1 - sum(shares.values()), 0.0), 0)
    named.append(words.say("time_rest", share=rest))
    taken = duration(time["wall_seconds"])
    if time["parts"] > 1:
        taken = words.say("time_parts", time=taken, parts=time["parts"])
    memory = words.numbers.decimal(time["peak_memory_gb"], 1)
    return words.say("time", time=taken, stages=", ".join(named), memory=memory)


def time_table(time: Mapping[str, Any], words: Words) -> str:
    """A row for each stage, in the order in which they began; the last has all.

    Args:
        time: What `han.devices.stage_clock.spent` gives.
        words: Those of summaries.
    """
    names = ("stage", "wall_seconds", "time_share", "cpu_seconds", "peak_memory")
    stages = {f"stage_{name}": stage for name, stage in time["stages"].items()}
    if "stage_other" in stages:
        stages["stage_other"] = stages.pop("stage_other")  # the last one
    all_of_it = max(time["wall_seconds"], 1e-9)
    lines = [[words.say(name) for name in names]]
    for name, stage in {**stages, "time_total": time}.items():
        seconds = stage["wall_seconds"]
        share = words.numbers.percent(seconds / all_of_it)
        cells = (seconds, share, stage["cpu_seconds"], stage["peak_memory_gb"])
        lines.append([words.say(name), *(_cell(cell, words) for cell in cells)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_row(line, widths) for line in lines)


def _cell(value: float | str, words: Words) -> str:
    return value if isinstance(value, str) else words.numbers.count(value, 2)


def _row(line: list[str], widths: list[int]) -> str:
    cells = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
    return "  ".join([line[0].ljust(widths[0]), *cells[1:]])


def duration(seconds: float) -> str:
    """Seconds as people write them, in both languages.

    Example:
        >>> duration(4.24), duration(59.7), duration(200), duration(7 * 3600 + 59)
        ('4.2 s', '1 min 0 s', '3 min 20 s', '7 h 1 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min"
