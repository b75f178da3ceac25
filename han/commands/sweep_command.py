"""Searches the settings of an experiment, as `han.sweep` is asked to."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pandas as pd

from han.cli import STOPPED_BY_SIGNAL
from han.errors import InputError
from han.runs.stop_signals import StoppedBySignal, StopSignal
from han.search.sweep_file import Sweep, read_sweep
from han.tables.file_access import check_file

if TYPE_CHECKING:
    from han.search.study import Study


SHOWN = 20


def carry_out(given: argparse.Namespace) -> int:
    """Trains what is left of a sweep, and says what was found."""
    check_file(given.sweep, "sweep file")
    sweep = read_sweep(given.sweep)
    if given.check:
        print(_plan(sweep))
        return 0
    from han.search.sweep_worker import IDENTITY, open_study, work

    if given.results and not (sweep.folder / IDENTITY).is_file():
        raise InputError(f"{sweep.folder}: there is no sweep here yet.")
    with StopSignal() as signal:
        try:
            study = open_study(sweep)
            if not given.results:
                work(sweep, study, signal, lambda line: print(line, flush=True))
            print(_results(study))
        except StoppedBySignal:
            signal.ignore()
            print("\nStopped by a signal; the same command goes on.", flush=True)
            return STOPPED_BY_SIGNAL
    return 0


def _plan(sweep: Sweep) -> str:
    lines = [
        f"{sweep.file}: all is well. Nothing was trained (--check).",
        f"  experiment  {sweep.settings.experiment}",
        f"  folder      {sweep.folder}",
        f"  trials      {sweep.num_trials}, {sweep.settings.sampler}",
        f"  pruning     {'median' if sweep.prunes else 'none'}",
    ]
    for parameter in sweep.parameters:
        numbers = parameter.range
        if numbers is None:
            said = ", ".join("null" if c is None else c for c in parameter.choices)
        else:
            kind = "whole numbers" if parameter.whole else "numbers"
            said = f"{kind} from {numbers.low:g} to {numbers.high:g}"
            said += ", log" if numbers.log else ""
            said += f", step {numbers.step:g}" if numbers.step else ""
        lines.append(f"  {parameter.key}: {said}")
    return "\n".join(lines)


def _results(study: Study) -> str:
    from han.search.hparams_board import write_board
    from han.search.sweep_pictures import draw
    from han.search.sweep_results import BEST, TABLE, seeds_table, table, write_table

    folder = study.sweep.folder
    with study.alone():
        write_table(study)
        write_board(study)
        pictures = draw(study)
    frame = table(study)
    text = ["", _shown(frame.drop(columns=["run_folder", "note"]))]
    if study.sweep.has_seeds:
        text += ["", _shown(seeds_table(study))]
    text += ["", f"  table          {folder / TABLE}"]
    if (folder / BEST).is_file():
        text.append(f"  best settings  python -m han.train {folder / BEST}")
    text += [f"  picture        {folder / name}" for name in pictures]
    text.append(f"  TensorBoard    tensorboard --logdir {folder / 'tensorboard'}")
    return "\n".join(text)


def _shown(frame: pd.DataFrame) -> str:
    text = frame.head(SHOWN).to_string(index=False, na_rep="-", float_format=_number)
    more = len(frame) - SHOWN
    return text + (f"\n(and {more} more in the file)" if more > 0 else "")


def _number(value: float) -> str:
    return f"{value:.6g}"
