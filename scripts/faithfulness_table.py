"""Prints how far evidence can be believed, run by run, as a Markdown table.

    python scripts/faithfulness_table.py RUN [RUN ...]
    python scripts/faithfulness_table.py RUN --same RUN OTHER --sample 500

A column for each run; the records are its own test records unless --data names others,
or --split another part of its own. The CPU time of evidence by parts is printed beside
that of deletion.
`--same RUN OTHER` says that OTHER is the same training with another seed: then the
table says, too, how far the two agree about words. Numbers in brackets are 95 %
bootstrap intervals over records. The runs are read, never written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

import numpy as np

from han.cli import run_command
from han.config.data_config import ROLES
from han.errors import InputError
from han.evaluation.explained_run import (
    ExplainedRecords,
    default_evidence,
    explained_run,
    measured,
)
from han.explanation.faithfulness import (
    ATTENTION,
    DELETION,
    PARTS,
    RANDOM,
    SHARES,
    SHUFFLED,
    Faithfulness,
    mean_interval,
)
from han.explanation.faithfulness_verdict import verdict
from han.explanation.score_maps import score_maps
from han.runs.run_folder import RunFolder

ORDERS = {
    PARTS: "parts",
    ATTENTION: "attention",
    DELETION: "deletion",
    RANDOM: "random words",
    SHUFFLED: "attention of shuffled networks",
}
NONE = "–"


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("runs", type=Path, nargs="+", metavar="RUN", help="run folders")
    add("--data", type=Path, help="labelled or other records (default: test records)")
    add("--split", choices=ROLES, help="part of the run's own data")
    add("--sample", type=int, default=500, help="records of each run (default: 500)")
    add(
        "--same",
        type=Path,
        nargs=2,
        action="append",
        default=[],
        metavar=("RUN", "OTHER"),
        help="the same training with another seed; may be repeated",
    )
    add("--seed", type=int, default=0, help="seed of random orders and intervals")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Measures each run and prints the table."""
    given = parser().parse_args(argv)
    others = {run.resolve(): other for run, other in given.same}
    _check(given, others)
    found, costs = {}, {}
    for run in given.runs:
        print(f"== {run}", file=sys.stderr, flush=True)
        explained = explained_run(run, given.data, split=given.split, rows=given.sample)
        name = RunFolder(run).config().name
        name = str(run) if name in found else name
        other = others.get(run.resolve())
        costs[name] = cost_of_parts(explained)
        found[name] = measured(explained, other=other, seed=given.seed)
    print(markdown(found, costs))
    return 0


def _check(given: argparse.Namespace, others: dict[Path, Path]) -> None:
    if given.sample < 1:
        raise InputError(f"--sample must be at least 1. Received: {given.sample}.")
    unknown = set(others) - {run.resolve() for run in given.runs}
    if unknown:
        raise InputError(
            f"--same {unknown.pop()}: this run is not among those to measure. Name it "
            "as a RUN, too."
        )


def cost_of_parts(explained: ExplainedRecords) -> str:
    """CPU time of evidence by parts as a share of that of deletion."""
    classifier, nodes = explained.classifier, explained.nodes
    if default_evidence(classifier) != "parts":
        return NONE
    shortened, texts = explained.shortened, explained.texts
    some = texts.take(range(min(2, len(texts))))
    # Compiles what is compiled once.
    score_maps(
        classifier.model, shortened.documents[:2], some, nodes[:2], classifier.taxonomy
    )
    times = [process_time()]
    for what in ("effects", "parts"):
        getattr(explained, what)
        times.append(process_time())
    deletion, parts = np.diff(times)
    return f"{parts / deletion:.0%}"


def markdown(found: dict[str, Faithfulness], costs: dict[str, str]) -> str:
    """The table, and below it what it means in words."""
    columns = [
        {**dict(_cells(one)), "CPU time of parts, of deletion's": costs[name]}
        for name, one in found.items()
    ]
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows = [["measure", *found], ["---"] * (1 + len(found))]
    rows += [[name, *(column.get(name, NONE) for column in columns)] for name in names]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    shares = ", ".join(f"{share:.0%}" for share in SHARES)
    lines += [
        "",
        "Comprehensiveness is the probability that the code loses without the first "
        "words of an order, large is good; sufficiency what it loses with these words "
        f"alone, small is good. Both are means over {shares} of the words.",
    ]
    for name, one in found.items():
        lines += ["", f"**{name}.** {' '.join(verdict(one))}"]
    return "\n".join(lines)


def _cells(one: Faithfulness) -> Iterator[tuple[str, str]]:
    """Name and value of each row."""

    def shown(values: np.ndarray) -> str:
        mean, interval = mean_interval(values, one.seed)
        if interval is None:
            return NONE if np.isnan(mean) else f"{mean:.2f}"
        return f"{mean:.2f} [{interval[0]:.2f}, {interval[1]:.2f}]"

    yield "records", f"{len(one):,}"
    orders = {name: title for name, title in ORDERS.items() if name in one.curves}
    for what in ("comprehensiveness", "sufficiency"):
        for name, title in orders.items():
            lost = getattr(one.curves[name], what)[..., -1].mean(axis=1)
            yield f"{what}, {title}", shown(lost)
    gain, ceiling = one.gain(ATTENTION), one.gain(DELETION)
    yield "gain of attention over random words", shown(gain)
    yield "the same of deletion", shown(ceiling)
    if PARTS in one.curves:
        yield "the same of parts", shown(one.gain(PARTS))
    for level, tau in enumerate(one.kendall.T, start=1):
        yield f"Kendall's tau of attention with deletion, level {level}", shown(tau)
    tau = shown(one.shuffled_kendall)
    yield "Kendall's tau of attention with that of shuffled networks", tau
    for name, values in one.agreement.items():
        yield f"Kendall's tau of two seeds, {name}", shown(values)
    for level, share in enumerate(one.encoder_shares.T, start=1):
        yield f"share of the encoder in the score, level {level}", shown(share)


if __name__ == "__main__":
    run_command(main)
