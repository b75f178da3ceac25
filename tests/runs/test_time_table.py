"""Times of stages as a terminal shows them."""

from typing import get_args

import pytest

from han.devices.stage_clock import Stage
from han.languages.words import SUMMARY, Words
from han.runs.time_table import time_line, time_table


def part(wall, cpu=1.0, peak=0.5):
    return {"wall_seconds": wall, "cpu_seconds": cpu, "peak_memory_gb": peak}


TIME = {
    **part(4000.0, 7000.0, 1.25),
    "parts": 2,
    "stages": {
        "other": part(200.0, 100.0),
        "linear": part(1200.0, 2000.0, 1.0),
        "steps": part(2560.0, 4880.0, 1.25),
        "saving": part(40.0, 20.0, 1.25),
    },
}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "en",
            "Time: 1 h 7 min in 2 parts; steps 64%, linear model 30%, the rest 6%; "
            "peak memory 1.2 GB.",
        ),
        (
            "es",
            "Tiempo: 1 h 7 min en 2 partes; pasos 64 %, modelo lineal 30 %, lo demás "
            "6 %; memoria máxima 1.2 GB.",
        ),
    ],
)
def test_the_line_names_what_takes_long(language, line):
    assert time_line(TIME, Words(SUMMARY, language)).replace("\xa0", " ") == line


def test_the_table_has_all_stages_and_their_sum():
    lines = time_table(TIME, Words(SUMMARY, "en")).splitlines()
    cells = [line.split("  ") for line in lines]
    names = [row[0] for row in cells]
    assert names == ["stage", "linear model", "steps", "saving", "other", "total"]
    assert len({*map(len, lines)}) == 1
    shown = [[cell.strip() for cell in row if cell.strip()] for row in cells]
    assert shown[2] == ["steps", "2,560.00", "64.0%", "4,880.00", "1.25"]
    assert shown[-1] == ["total", "4,000.00", "100.0%", "7,000.00", "1.25"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_stage_has_a_name_of_its_own(language):
    words = SUMMARY[language]
    named = {key.removeprefix("stage_") for key in words if key.startswith("stage_")}
    assert named == set(get_args(Stage))
    assert len({words[f"stage_{name}"] for name in named}) == len(named)
