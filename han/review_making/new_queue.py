"""Makes a queue from a finished job, or from a table that a run codes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any

from han.code_list.taxonomy import ROOT
from han.config import Config
from han.config.page_language import language_of
from han.data.records import fingerprint
from han.errors import InputError
from han.jobs.coding_job import CodingJob
from han.review_making.answer_evidence import shown_answers
from han.review_making.answer_frame import AnswerFrame
from han.review_making.code_list_rows import code_rows, read_notes_of, read_titles_of
from han.review_making.job_answers import CodedJob
from han.review_making.queue_drawing import QueueShares, draw_answers
from han.review_making.queue_filling import fill_queue
from han.review_making.queue_order import PlacedAnswer, placed_answers
from han.review_making.run_answers import CodedData
from han.reviewing.decided_view import check_fields
from han.reviewing.queue_database import check_free, now
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.runs.run_files import TAXONOMY_FILE
from han.runs.run_folder import RunFolder

SECONDS = {True: 38.0, False: 60.8}  # of a decision with suggestions, and without


@dataclass(frozen=True)
class QueueSource:
    """Where a queue comes from, and what else is shown in it.

    Attributes:
        coded: The job or the table.
        notes: A file of notes; those that the experiment names if None.
        index: A table of further titles, `text` and `code`.
    """

    coded: CodedJob | CodedData
    notes: str | None = None
    index: str | None = None

    @property
    def config(self) -> Config:
        """The experiment of the run."""
        return RunFolder(self.coded.run).config()


@dataclass(frozen=True)
class MadeQueue:
    """What was made.

    Attributes:
        answers: The answers in their order.
        frame: All answers.
        has_notes: Whether the notes of the code list were there.
        shares: How the budget was spent.
    """

    answers: list[PlacedAnswer]
    frame: AnswerFrame = field(repr=False)
    has_notes: bool
    shares: QueueShares

    @property
    def decisions(self) -> int:
        """Decisions of coders; those of adjudicators come beside."""
        return sum(one.seats for one in self.answers)

    @property
    def batches(self) -> int:
        """Number of batches."""
        return max(one.batch for one in self.answers)

    @property
    def hours(self) -> float:
        """Hours of coders that are expected.

        By the medians of OPERAS (Occup Environ Med 2024): 38 s for a decision with
        suggestions, 60.8 s without.
        """
        return sum(SECONDS[a.suggestions] * a.seats for a in self.answers) / 3600

    def part(self, name: str) -> int:
        """Answers of a part."""
        return sum(one.drawn.part == name for one in self.answers)


def new_queue(
    source: QueueSource,
    place: str,
    shares: QueueShares,
    seen: Callable[[str], Callable[[int], object]] = lambda what: int,
) -> MadeQueue:
    """Makes a queue.

    Args:
        source: Where it comes from.
        place: Where it shall lie: a file, or the address of a database.
        shares: How the budget is spent.
        seen: Given `coding` or `explaining`, what is told of answers as they are done.

    Raises:
        InputError: If there is no answer to review, the place is taken, or for a fault
            of what is read.
    """
    check_free(place)
    check_fields(list(source.config.data.fields))
    coded, identity = source.coded, run_identity(source.coded.run)
    notes = read_notes_of(source.config, coded.tree, source.notes)
    titles = read_titles_of(source.index, coded.tree, source.config.taxonomy.encoding)
    with coded.held() if isinstance(coded, CodedJob) else nullcontext():
        frame = coded.frame(seen("coding"))
        if not len(frame):
            raise InputError("There is no answer to review: all rows are blank.")
        strata, drawn = draw_answers(frame, coded.tree, shares)
        if not drawn:
            raise InputError(
                "No answer is for a person, and --check 0 asks for none that the "
                "machine has coded. Give --check a share, such as 0.2."
            )
        at = [one.place for one in drawn]
        classifier = load_classifier(coded.run)
        check_identity(coded.run, identity)
        nodes = frame.nodes[at].tolist()
        shown = shown_answers(
            classifier,
            _of(frame.fields, at),
            _of(frame.sides, at),
            nodes,
            seen("explaining"),
        )
        best = [one.candidates[0][0] if one.candidates else ROOT for one in shown]
        # Of checks, too, the model's: what another stage gave would betray them.
        queue = placed_answers(drawn, best, coded.tree, shares)
        beside = dict(zip(at, shown, strict=True))
        fill_queue(
            place,
            _settings(source, identity, frame, shares),
            code_rows(coded.tree, notes or [], titles),
            frame,
            strata,
            queue,
            [beside[one.drawn.place] for one in queue],
        )
    return MadeQueue(queue, frame, notes is not None, shares)


def _of(cells: dict[str, list[str]], places: list[int]) -> dict[str, list[str]]:
    return {name: [column[k] for k in places] for name, column in cells.items()}


def _settings(
    source: QueueSource, identity: str, frame: AnswerFrame, shares: QueueShares
) -> dict[str, Any]:
    """What the queue says of itself."""
    coded = source.coded
    is_job = isinstance(coded, CodedJob)
    return {
        "name": coded.task.name if isinstance(coded, CodedJob) else coded.run.name,
        "language": language_of(source.config),
        "task": coded.task.name if isinstance(coded, CodedJob) else coded.run.name,
        "made_from": "job" if is_job else "table",
        "made_at": now().isoformat(),
        "run": str(coded.run),
        "run_identity": identity,
        "job": _job_of(coded.job) if isinstance(coded, CodedJob) else None,
        "code_list": fingerprint(coded.run / TAXONOMY_FILE),
        "fields": list(frame.fields),
        "keys": coded.keys,
        "rows": int(frame.rows.sum()),
        "blank_rows": frame.blank_rows,
        "digest_key": secrets.token_hex(32),
        **{name: _plain(value) for name, value in asdict(shares).items()},
    }


def _job_of(job: CodingJob) -> dict[str, str]:
    """By what a job is known, for who asks where a decision comes from."""
    folder = str(job.folder.folder)
    name, digest = job.config.name, job.manifest.fingerprint
    return {"name": name, "folder": folder, "sha256": digest}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
