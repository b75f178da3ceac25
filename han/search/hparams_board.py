"""TensorBoard: HParams page of a sweep, one session for each trial.

Event files are written record by record, so that TensorFlow is not needed.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import (
    Discrete,
    HParam,
    Metric,
    RealInterval,
    hparams_config_pb,
    hparams_pb,
)
from tensorboard.summary.writer.record_writer import RecordWriter

from han.runs.run_folder import RunFolder
from han.search.search_space import Parameter
from han.search.study import Study, trial_name, values_of
from han.search.sweep_results import SCORE, table
from han.tables.file_access import make_folder

FOLDER = "tensorboard"
FILE = "events.out.tfevents.0.han"  # one file, replaced as a whole
METRICS = {"epoch": "epoch/hierarchical_f1", "final": SCORE}


def write_board(study: Study) -> None:
    """Writes the page: values, the score of each epoch, and the score at the end."""
    folder = study.sweep.folder / FOLDER
    names = [Metric(tag, display_name=tag) for tag in METRICS.values()]
    space = [_hparam(parameter) for parameter in study.sweep.parameters]
    _write(folder, [(0, 0.0, hparams_config_pb(space, names))])
    final = table(study).set_index("trial")[SCORE]
    for trial in study.trials:
        begun = trial.datetime_start.timestamp() if trial.datetime_start else 0.0
        name = trial_name(trial.number)
        values = {k: _plain(v) for k, v in values_of(trial).items()}
        events = [(0, begun, hparams_pb(values, name, int(begun)))]
        epochs = sorted(trial.intermediate_values.items())
        events += [(e, begun, _scalar(METRICS["epoch"], score)) for e, score in epochs]
        last = epochs[-1][0] if epochs else 0
        if final[trial.number] == final[trial.number]:  # not NaN: it ended
            score = float(final[trial.number])
            events.append((last, begun, _scalar(METRICS["final"], score)))
        _write(folder / name, events)


def _hparam(parameter: Parameter) -> HParam:
    if parameter.range is None:
        return HParam(parameter.key, Discrete([_plain(v) for v in parameter.choices]))
    bounds = RealInterval(float(parameter.range.low), float(parameter.range.high))
    return HParam(parameter.key, bounds)


def _plain(value: Any) -> Any:
    """A value as the page wants it: numbers of one kind, no null."""
    if value is None:
        return "null"
    return float(value) if isinstance(value, int) else value


def _scalar(tag: str, value: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def _write(folder: Path, events: list[tuple[int, float, Summary]]) -> None:
    """Writes an event file, whole or not at all."""
    make_folder(folder, "the folder of TensorBoard", "Give another `folder`.")
    content = io.BytesIO()
    writer = RecordWriter(content)
    writer.write(Event(file_version="brain.Event:2").SerializeToString())
    for step, time, summary in events:
        event = Event(step=step, wall_time=time, summary=summary)
        writer.write(event.SerializeToString())
    writer.flush()
    RunFolder(folder).write(FILE, lambda file: file.write_bytes(content.getvalue()))
