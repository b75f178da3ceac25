"""Codes records for all tasks at once, block by block, as `han.prediction` for one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from han.decisions.unit_repeats import Repeats
from han.late_packages import pd
from han.prediction.coded_blocks import CodedBlock, coded_block
from han.prediction.input_records import Block, InputRecords
from han.prediction.workers import PredictionJob
from han.runs.manifest import check_identity
from han.tables.output_rows import content_of
from han.tables.prediction_columns import screen_names
from han.tasks.joint_codes import PAIR
from han.tasks.task_classifiers import load_tasks, prefixed


@dataclass(frozen=True)
class TaskBlock(Block):
    """Records to code, and how often their units stand, which each task may ask.

    Attributes:
        task_repeats: `Block.repeats` for each task that asks.
    """

    task_repeats: dict[str, Repeats] = field(default_factory=dict)


@dataclass(frozen=True)
class CodedTaskBlock(CodedBlock):
    """Coded records, and what there was among them for each task.

    Attributes:
        tasks: The counts of each task, without the content.
        verdicts: Number of records with each verdict on their pair of codes; empty if
            the run has no pairs.
    """

    tasks: dict[str, CodedBlock] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)


def task_blocks(sources: Mapping[str, InputRecords]) -> Iterator[TaskBlock]:
    """Blocks of the same records.

    Args:
        sources: The records, as each task looked through them; they are read once more
            as the first has them.
    """
    first = 0
    for block in next(iter(sources.values())).blocks():
        last = first + len(block)
        known = {n: s.units.of(first, last) for n, s in sources.items() if s.units}
        given = block.number, block.keys, block.fields, block.side
        yield TaskBlock(*given, task_repeats=known)
        first = last


def task_coder(job: PredictionJob) -> Callable[[Block], CodedTaskBlock]:
    """Loads the run once; the function that it gives codes a block for all tasks.

    Raises:
        InputError: If the run is damaged, needs what is not installed, or is not the
            one that the job began with.
    """
    run = load_tasks(job.run, job.engine)
    routers = {name: classifier.router for name, classifier in run.items()}
    titles = [
        f"{name}_{title}"
        for name, classifier in run.items()
        for title in classifier.columns(job.top_k).titles
    ]
    if job.identity:
        check_identity(job.run, job.identity)

    def code(block: Block) -> CodedTaskBlock:
        began = time.perf_counter()
        repeats = block.task_repeats if isinstance(block, TaskBlock) else {}
        tables = run.tables(
            block.fields, side=block.side, top_k=job.top_k, repeats=repeats
        )
        joint = run.joint(tables)
        table = pd.concat([block.keys, prefixed(tables), *joint], axis=1)
        is_first = block.number == 0
        content = content_of(table, job.output, is_first=is_first, titles=titles)
        seconds = time.perf_counter() - began
        counts = {}
        for name, coded in tables.items():
            router, known = routers[name], repeats.get(name)
            left_out = router.num_left_out(block.fields) if router else 0
            counts[name] = coded_block(b"", coded, known, left_out, seconds)
        verdicts = Counter(v for one in joint for v in one[PAIR] if v)
        flags = next(iter(counts.values())).flags
        return CodedTaskBlock(
            content,
            len(block),
            flags,
            seconds=seconds,
            tasks=counts,
            verdicts=dict(verdicts),
        )

    return code


def screen_columns(names: list[str], tasks: list[str]) -> list[str]:
    """What a person wants to see first of the codes of all tasks.

    Args:
        names: All columns, in order.
        tasks: The tasks.
    """
    first = [f"{tasks[0]}_code", f"{tasks[0]}_codes"]
    num_keys = names.index(next(name for name in first if name in names))
    shown = names[:num_keys]
    for task in tasks:
        mark = f"{task}_"
        own = [name.removeprefix(mark) for name in names if name.startswith(mark)]
        shown += [mark + name for name in screen_names(own)]
    return [*shown, *(name for name in names[num_keys:] if name.startswith(PAIR))]
