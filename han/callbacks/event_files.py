"""TensorBoard event files, cut back to the step from which a run resumes."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.record_writer import RecordWriter

PATTERN = "events.out.tfevents.*"
GRAPH = "graph"  # stands for a tag, which a graph has not


def cut_back(folder: Path, is_kept: Callable[[str, int], bool]) -> set[str]:
    """Leaves one file of the events that are kept, each of them once.

    A killed run has told TensorBoard of steps that were not saved, and takes them again
    when it goes on. Nothing is lost if this is killed in turn.

    Args:
        folder: The folder of the files; it need not exist.
        is_kept: Whether an event stays, from its tag and its step.

    Returns:
        The tags of what stays, and `GRAPH` if there is one.

    Example:
        >>> cut_back(Path("no_such_folder"), lambda tag, step: True)
        set()
    """
    files = sorted(folder.glob(PATTERN))
    if not files:
        return set()
    content, seen = io.BytesIO(), set[tuple[str, int]]()
    writer = RecordWriter(content)
    for event in _events(files):
        is_graph = bool(event.graph_def) and (GRAPH, 0) not in seen
        _keep(event, is_kept, seen)
        if event.file_version or event.summary.value or is_graph:
            writer.write(event.SerializeToString())
        if is_graph:
            seen.add((GRAPH, 0))
    writer.flush()
    # The file that sorts first stays first, whatever the next one is called. Not by
    # `whole_file`: TensorBoard would read its temporary file, which has `tfevents` too.
    temporary = folder / f".{os.getpid()}.events"
    temporary.write_bytes(content.getvalue())
    os.replace(temporary, files[0])
    for file in files[1:]:
        with contextlib.suppress(FileNotFoundError):
            file.unlink()
    return {tag for tag, _ in seen}


def _keep(
    event: Event, is_kept: Callable[[str, int], bool], seen: set[tuple[str, int]]
) -> None:
    """Takes from an event what is not kept, or has been met before."""
    for i in reversed(range(len(event.summary.value))):
        known = (event.summary.value[i].tag, event.step)
        if known in seen or not is_kept(*known):
            del event.summary.value[i]
        else:
            seen.add(known)


def _events(files: list[Path]) -> Iterator[Event]:
    """All events, under one heading; what a kill has left of the last one is not."""
    has_heading = False
    for file in files:
        for record in RawEventFileLoader(str(file)).Load():
            event = Event.FromString(record)
            if event.file_version and has_heading:
                continue
            has_heading = has_heading or bool(event.file_version)
            yield event
