"""The last step of a job: its stages are judged by labelled records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from han.data.records import fingerprint
from han.errors import InputError
from han.evaluation.seen_records import files_read
from han.jobs.coding_job import CodingJob
from han.jobs.evidence_answers import LEFT, LabelledAnswers
from han.jobs.evidence_codes import true_cells
from han.jobs.evidence_records import EvidenceRecords
from han.jobs.job_tasks import Task
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.tables.locations import DataFile
from han.tables.reading import read_table
from han.tables.whole_files import write_whole

CODED_BEFORE = "coded_before:"  # in the reason of such an entry


def _with_evidence(job: CodingJob) -> list[EvidenceRecords]:
    return [EvidenceRecords.of(job, t) for t in job.tasks if t.settings.evidence]


def check_evidence(job: CodingJob) -> None:
    """Looks at the files of evidence before anything is coded: columns, cells, codes.

    Raises:
        InputError: For the first mistake; or if a file made the run or a dictionary.
    """
    for found in _with_evidence(job):
        if found.given.code in found.task.answer_columns:
            raise InputError(
                f"`tasks.{found.task.name}.evidence.code`: the stages read the column "
                f"{found.given.code!r}, so it cannot judge them. Name another column."
            )
        if found.is_own:
            continue
        (file,) = found.sample.files
        found.sample.columns.check(file, job.config.input.encoding)
        _refuse_used(found.task, file)
        read, encoding = found.sample.columns.read, job.config.input.encoding
        cells = read_table(file, read, encoding=encoding)[found.given.code].tolist()
        true_cells(cells, [1] * len(cells), found.task, found.where)


def _refuse_used(task: Task, file: DataFile) -> None:
    """Raises InputError if a file of evidence judges what was made from it."""
    sha256, key = fingerprint(file), f"`tasks.{task.name}.evidence.file`"
    tables = {fingerprint(Path(name)) for name in task.files}
    if sha256 in files_read(RunFolder(task.run)):
        raise InputError(
            f"{key}: the run {task.run} was made with {file}, which says nothing of "
            "other records. Give labelled records that it has not seen."
        )
    if sha256 in tables:
        raise InputError(
            f"{key}: {file} is a table of a stage, which it cannot judge. Give "
            "labelled records that are in no dictionary."
        )


def check_read_codes(job: CodingJob) -> None:
    """Looks at the right codes that stand in the input, as soon as it has been read.

    Raises:
        InputError: If they are of another list, or need their paths.
    """
    for found in _with_evidence(job):
        if found.is_own:
            found.check_codes()


def add_evidence(job: CodingJob) -> None:
    """Adds what labelled records say of each stage to the counts of a finished job.

    What is there already of the same records stays as it is.

    Raises:
        InputError: For a fault of the records, or if the working files are gone.
    """
    known = json.loads(job.folder.counts.read_text(encoding="utf-8"))
    before = json.dumps(known)
    for task in job.tasks:
        counts = known["tasks"][task.name]
        old = counts.pop("evidence", None)
        if task.settings.evidence is None:
            continue
        found, mark = EvidenceRecords.of(job, task), _mark(job, task)
        if old is None or old["made_of"] != mark:
            found.code()
            old = {"made_of": mark, **_figures(task, found.read())}
            job.events.say("judged", task=task.name, records=old["records"])
        counts["evidence"] = old
    if json.dumps(known) != before:
        write_whole(job.folder.counts, json.dumps(known, indent=2).encode())


def _mark(job: CodingJob, task: Task) -> str:
    """What evidence was made of: its settings, and the bytes of its file."""
    found = EvidenceRecords.of(job, task)
    files = [] if found.is_own else list(map(fingerprint, found.sample.files))
    text = json.dumps([asdict(found.given), files], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _figures(task: Task, labelled: LabelledAnswers) -> dict[str, Any]:
    """What labelled answers say of a task, as counts.json has it: numbers and codes."""
    given = task.settings.evidence
    if given is None:
        raise ValueError(f"{task.name} has no evidence.")
    stages = [name for name in task.settings.stages if name not in LEFT]
    figures = labelled.judged().figures(stages, given.confidence, labelled.largest)
    table, records = labelled.table, labelled.records
    is_before = table["reason"].str.contains(CODED_BEFORE, regex=False).to_numpy(bool)
    return {
        "unit": given.unit,
        "is_whole": labelled.is_whole,
        "confidence": given.confidence,
        **figures,
        "outside": int(records[labelled.true.is_outside].sum()),
        "coded_before": int(records[is_before].sum()),
        "seen": _num_seen(task, labelled),
    }


def _num_seen(task: Task, labelled: LabelledAnswers) -> int | None:
    """Records that the model coded and whose texts it was trained with.

    None if the run does not know.
    """
    asked = labelled.table["method"].to_numpy(object) == "model"
    if not asked.any():
        return 0
    seen_texts = load_classifier(task.run).seen_texts
    if seen_texts is None:
        return None
    seen = seen_texts.contains(labelled.text_keys)
    return int(labelled.records[asked & seen].sum())
