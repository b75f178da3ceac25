"""The report names the set that is most alike, and how long training will take."""

import pytest
from support.experiments import write_experiment

from han.config import read_config
from han.experiment import expected_results
from han.experiment.expected_results import likeness_lines, time_line
from han.experiment.measured_effects import Shape, measurements

JOBS = Shape("spanish", 12_000, 400, 4)


def test_the_set_that_is_most_alike_with_what_was_reached_on_it():
    first, here, scores = likeness_lines(JOBS)
    assert first.startswith("Of the measured sets esco_es is most alike (language es,")
    assert here == (
        "  these data: language es, 12,000 rows that train, 30 a code, half with up to "
        "4 words"
    )
    found = measurements()["sets"]["esco_es"]
    assert f"there {found['HAN leaf']} {found['interval']}, hF" in scores
    assert scores.endswith("python scripts/benchmark_accuracy.py FOLDER/esco_es)")


def test_where_no_set_is_alike_the_report_says_so():
    first = likeness_lines(Shape("german", 100, 50, 400))[0]
    assert first.startswith("No measured set is like these data; the nearest is ")


def test_in_spanish():
    lines = "\n".join(likeness_lines(JOBS, "es"))
    assert lines.startswith("De los conjuntos medidos, el más parecido es esco_es (")
    assert "12\xa0000 filas que entrenan, 30 por código" in lines


@pytest.mark.parametrize(
    "rows, cores, time",
    [
        (10, 1, "1 minute (1 core, no GPU, 4 epochs)"),
        (100_000, 2, "10 minutes (2 cores, no GPU, 4 epochs)"),
        (10_000_000, 4, "10 hours (4 cores, no GPU, 4 epochs)"),
    ],
)
def test_minutes_or_hours(tmp_path, monkeypatch, rows, cores, time):
    def seconds(shape, epochs, cores):
        return shape.rows * epochs / 700 / cores * (2 if cores == 2 else 2.52)

    monkeypatch.setattr(expected_results, "training_seconds", seconds)
    monkeypatch.setattr(expected_results, "num_threads", lambda: cores)
    config = read_config(write_experiment(tmp_path))
    assert f"about {time}," in time_line(config, Shape("spanish", rows, 9, 5))
