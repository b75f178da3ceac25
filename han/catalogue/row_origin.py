"""Where the code of one row comes from, as the files of its job say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from han.catalogue.job_records import finished_manifest
from han.errors import InputError, listing
from han.jobs.job_columns import FILE, HASHES, PROVENANCE
from han.jobs.job_folder import JobFolder
from han.jobs.job_manifest import JobManifest
from han.tables.columns import Columns
from han.tables.prediction_columns import ROW
from han.tables.reading import column_names, read_blocks

_ROWS = 100_000
_DECIDED = ("code", "level", "route", *PROVENANCE, *HASHES)


@dataclass(frozen=True)
class CodedRow:
    """One row of a job's output, without what was answered.

    Attributes:
        job: The job folder.
        task: Which question.
        keys: Its keys.
        part: The file of the job that it stands in.
        code: The code; "" if it has none.
        level: Its level.
        route: `auto`, `partial` or `review`; "" for an answer that is none.
        method: The stage that decided.
        reason: By what.
        declined: What each stage before said.
        run: Beginning of the SHA-256 of the run.
        code_list: The same of the code list.
        plan: Of the plan; "" without one.
    """

    job: Path
    task: str
    keys: Mapping[str, str]
    part: str
    code: str
    level: str
    route: str
    method: str
    reason: str
    declined: Sequence[str]
    run: str
    code_list: str
    plan: str


def coded_row(folder: Path, keys: Mapping[str, str], task: str | None) -> CodedRow:
    """Finds a row in the parts of a job.

    Args:
        folder: The job folder.
        keys: Its keys by column, as many as tell it from others; the only key column
            may be called "".
        task: Which question; the only one if None.

    Raises:
        InputError: If there is no such row, several, no such column, or the parts are
            those of another job.
    """
    manifest = finished_manifest(folder)
    name = _task(folder, manifest, task)
    prefix = f"{name}_" if len(manifest.runs) > 1 else ""
    wanted = _wanted(folder, manifest, keys)
    names = _key_columns(manifest)
    found = [
        (part, dict(zip(_DECIDED, row[len(names) :], strict=True)), row[: len(names)])
        for part in _parts(folder)
        for row in _rows(part, names, prefix, wanted)
    ]
    if len(found) != 1:
        shown = listing(f"{n}={v}" for n, v in wanted.items())
        raise InputError(
            f"{folder}: {len(found):,} rows have {shown}. "
            + (f"Its keys are {listing(names)}: give all." if found else "")
            + ("" if found else "Look at the key as the output has it, zeros too.")
        )
    part, said, own = found[0]
    if said["job"] != manifest.fingerprint[: len(said["job"])]:
        raise InputError(
            f"{part}: rows of another job ({said['job']}) than {folder} is. Put its "
            "parts back, or code again with --restart."
        )
    return CodedRow(
        job=folder,
        task=name,
        keys=dict(zip(names, own, strict=True)),
        part=part.name,
        declined=[one for one in said["declined"].split(";") if one],
        run=said["model"],
        **{k: said[k] for k in ("code", "level", "route", "method", "reason")},
        **{k: said[k] for k in ("code_list", "plan")},
    )


def _task(folder: Path, manifest: JobManifest, task: str | None) -> str:
    if task is None and len(manifest.runs) == 1:
        return next(iter(manifest.runs))
    if task is None or task not in manifest.runs:
        raise InputError(
            f"{folder}: this job has the tasks {listing(manifest.runs)}. Name one of "
            "them with --task."
        )
    return task


def _key_columns(manifest: JobManifest) -> list[str]:
    return list(manifest.settings["input"]["keys"]) or [FILE, ROW]


def _wanted(
    folder: Path, manifest: JobManifest, keys: Mapping[str, str]
) -> dict[str, str]:
    names = _key_columns(manifest)
    wanted = dict(keys)
    if "" in wanted:
        if len(names) > 1:
            raise InputError(
                f"{folder}: its keys are {listing(names)}. Say which one: --row "
                f"{names[0]}=..."
            )
        wanted[names[0]] = wanted.pop("")
    if unknown := [name for name in wanted if name not in names]:
        raise InputError(
            f"{folder}: {listing(unknown)} is no key of this job. Its keys: "
            f"{listing(names)}."
        )
    return wanted


def _parts(folder: Path) -> list[Path]:
    files = JobFolder(folder)
    counts = json.loads(files.counts.read_text(encoding="utf-8"))
    parts = [files.coded / name for name in counts["parts"]]
    if gone := [part for part in parts if not part.is_file()]:
        raise InputError(
            f"{gone[0]} is not there. Put it back, or write the job again with "
            "`python -m han.code`."
        )
    return parts


def _rows(
    part: Path, names: Sequence[str], prefix: str, wanted: Mapping[str, str]
) -> list[list[str]]:
    """Rows of a part: their keys, and what was decided."""
    there = set(column_names(part))
    decided = {k: k if k in there else prefix + k for k in _DECIDED}
    others = {name: name for name in names} | {f"=={k}": v for k, v in decided.items()}
    found: list[list[str]] = []
    for block in read_blocks(part, Columns({}, others=others), _ROWS):
        for name, value in wanted.items():
            block = block[block[name] == value]
        cells = [block[name] for name in (*names, *decided.values())]
        found += [list(row) for row in zip(*cells, strict=True)]
    return found
