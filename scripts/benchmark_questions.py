"""How many questions lead to the right code, beside reading a list of candidates.

    python -m han.train experiments/demo.yaml model.kind=tfidf_linear \
        pretrained.encoder=none logging.run_folder=runs/demo_linear
    python scripts/benchmark_questions.py runs/demo_linear

Validation records whose code is a full one are asked about as `POST /v1/question` asks,
and answered by their true codes, as a respondent would who is never wrong. Lines are
what an interviewer reads out: of a question the options up to the true one, or all of
them and "another"; of a list the candidates up to the true one, or all.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.cli import run_command
from han.code_list.taxonomy import ROOT, Taxonomy
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import find_source
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.service.question_choice import best_question, likeliest, probabilities_after

LISTS = (1, 3, 5, 10, 20)
MOST_ASKED = 8


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("run", type=Path, help="a run folder; its data must still be there")
    add("--options", type=int, default=5, help="of a question (default: 5)")
    add("--records", type=int, default=1000, help="the first so many (default: 1,000)")
    return result


@dataclass
class Interview:
    """What became of one record.

    Attributes:
        right: Whether the first candidate is right after 0, 1, 2 ... questions; the
            last stands for all that would follow.
        lines: Lines read so far.
        is_ended: Whether nothing was left to ask, after as many.
    """

    right: list[bool]
    lines: list[int]
    is_ended: list[bool]


def interview(
    logs: npt.NDArray[np.floating], true: int, tree: Taxonomy, options: int
) -> Interview:
    """Asks about a record until nothing is left to ask."""
    path, within = set(tree.ancestors(true).tolist()), ROOT
    without: tuple[int, ...] = ()
    told, lines = Interview([], [], []), 0
    for _ in range(MOST_ASKED + 1):
        chances = probabilities_after(logs, tree, within, without)
        question = best_question(chances, tree, options)
        told.right.append(int(likeliest(chances, tree, 1)[0]) == true)
        told.lines.append(lines)
        told.is_ended.append(question is None)
        if question is None:
            continue
        places = [k for k, node in enumerate(question.options) if node in path]
        if places:
            within, lines = question.options[places[0]], lines + places[0] + 1
        else:
            without, lines = (
                (*without, *question.options),
                lines + len(question.options) + 1,
            )
    return told


def main(argv: Sequence[str] | None = None) -> int:
    """Prints two tables."""
    given = parser().parse_args(argv)
    classifier = load_classifier(given.run, engine="numpy")
    run, tree = RunFolder(given.run), classifier.taxonomy
    source = find_source(run, run.config(), None, "validation")
    examples, _ = read_examples(run.config(), classifier, source)
    is_full = np.isin(examples.nodes, tree.leaves) & (examples.texts.document_words > 0)
    rows = np.flatnonzero(is_full)[: given.records]
    logs = classifier.log_probabilities(examples.texts.take(rows))
    true = examples.nodes[rows].tolist()
    print(f"{len(rows):,} validation records, {len(tree.leaves):,} full codes\n")
    _print_list(logs, true, tree)
    pairs = zip(logs, true, strict=True)
    _print_questions([interview(r, t, tree, given.options) for r, t in pairs])
    return 0


def _print_list(
    logs: npt.NDArray[np.floating], true: list[int], tree: Taxonomy
) -> None:
    order = tree.leaves[np.argsort(-logs[:, tree.leaves], axis=1, kind="stable")]
    ranks = (order == np.array(true)[:, None]).argmax(axis=1)
    print("| list of | the right code is in it | lines read |\n| --- | --- | --- |")
    for size in LISTS:
        read = np.minimum(ranks + 1, size).mean()
        print(f"| {size} | {(ranks < size).mean():.3f} | {read:.2f} |")


def _print_questions(told: list[Interview]) -> None:
    print(
        "\n| questions | the first candidate is right | lines read | nothing to ask |"
    )
    print("| --- | --- | --- | --- |")
    for asked in range(MOST_ASKED + 1):
        right = np.mean([one.right[asked] for one in told])
        lines = np.mean([one.lines[asked] for one in told])
        ended = np.mean([one.is_ended[asked] for one in told])
        print(f"| {asked} | {right:.3f} | {lines:.2f} | {ended:.3f} |")


if __name__ == "__main__":
    run_command(main)
