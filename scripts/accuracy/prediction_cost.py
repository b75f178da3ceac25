"""What it costs to code the test records of a run, in a process and on a core alone.

    OMP_NUM_THREADS=1 python scripts/accuracy/prediction_cost.py RUN

Prints JSON. The first record is not timed: with it a pretrained encoder is loaded, and
loops are compiled. Seconds are those of the processor, so others may use the machine.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from han.cli import run_command
from han.devices.process_memory import GIGABYTE, memory
from han.experiment.written_records import read_written
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder


def main() -> int:
    """Codes and prints records, seconds and megabytes."""
    if hasattr(os, "sched_setaffinity"):  # not on every system
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    folder = RunFolder(Path(sys.argv[1]))
    classifier = load_classifier(folder.folder)
    records = read_written(folder, classifier)
    classifier.predict({k: v[:1] for k, v in records.columns.items()})
    begun = time.process_time()
    classifier.predict(records.columns, side=records.side)
    seconds = time.process_time() - begun
    peak = memory()["process_peak"] * GIGABYTE / 1e6
    found = {"records": len(records.names), "seconds": seconds, "peak_mb": peak}
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    run_command(main)
