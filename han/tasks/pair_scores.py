"""How codes of several tasks go together on labelled records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.config import Config
from han.config.single_tasks import task_configs
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.experiment.row_sources import find_source
from han.languages.words import Words
from han.runs.run_folder import RunFolder
from han.tables.locations import DataFile
from han.tasks.joint_codes import PAIR
from han.tasks.pair_table import NO_PAIR, VERDICTS, PairTable
from han.tasks.task_classifiers import TaskClassifiers

Scores = dict[str, Any]


def pair_scores(
    run: RunFolder,
    config: Config,
    classifiers: TaskClassifiers,
    file: DataFile | None = None,
    split: str | None = None,
    unlabelled: Collection[str] = (),
) -> Scores:
    """Verdicts on given and on true pairs, and whether the offered pairs are better.

    Args:
        run: The run of all tasks.
        config: Its settings.
        classifiers: Its classifiers; they have a table of pairs.
        file: As for `find_source`.
        split: As there.
        unlabelled: Tasks that have no label in the file.

    Returns:
        `rows`; `given` and `true`, the number of records with each verdict on the codes
        given and on the labels; and of the records with a verdict and a label of every
        task `judged`, how many there are, `given_right` and `offered_right`, how many
        have right codes of all tasks.

    Raises:
        InputError: As `find_source` and `read_rows`.
    """
    pairs, rows = (
        classifiers.pairs,
        _rows(run, config, classifiers, file, split, unlabelled),
    )
    if pairs is None:
        return {}
    first = next(iter(rows.values()))
    tables = classifiers.tables(first.texts, side=first.sides)
    joint = classifiers.joint(tables)[0]
    true = {
        name: np.where(own.true.is_outside, ROOT, own.nodes)
        for name, own in rows.items()
    }
    given, offered = {}, {}
    for name, table in tables.items():
        codes = [*rows[name].true.tree.codes, ""]  # with those outside the list
        wanted = [codes[node] for node in rows[name].nodes.tolist()]
        given[name] = table["code"].to_numpy(object) == wanted
        offered[name] = joint[f"{PAIR}_{name}_code"].to_numpy(object) == wanted
    is_labelled = np.logical_and.reduce([own.nodes >= 0 for own in rows.values()])
    judged = is_labelled & (joint[PAIR] != "").to_numpy()
    return {
        "rows": len(joint),
        "given": {v: int((joint[PAIR] == v).sum()) for v in VERDICTS},
        "true": _verdicts(pairs, true),
        "judged": int(judged.sum()),
        "given_right": _all_right(given, judged),
        "offered_right": _all_right(offered, judged),
    }


def _rows(
    run: RunFolder,
    config: Config,
    classifiers: TaskClassifiers,
    file: DataFile | None,
    split: str | None,
    unlabelled: Collection[str],
) -> dict[str, LabelledRows]:
    """The same records with the labels of each task."""
    found = {}
    for name, alone in task_configs(config).items():
        source = find_source(RunFolder(run / name), alone, file, split)
        needs = name not in unlabelled
        found[name] = read_rows(
            alone, classifiers[name], source, needs_codes=needs, unknown="wrong"
        )
    return found


def _verdicts(pairs: PairTable, nodes: Mapping[str, IntArray]) -> dict[str, int]:
    known = pairs.find(nodes)
    found = [pairs.pairs[place].verdict for place in known[known != NO_PAIR].tolist()]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def _all_right(
    right: Mapping[str, npt.NDArray[np.bool_]], chosen: npt.NDArray[np.bool_]
) -> int:
    return int((np.logical_and.reduce(list(right.values())) & chosen).sum())


def pair_lines(scores: Scores, words: Words) -> list[str]:
    """The scores for people.

    Args:
        scores: What `pair_scores` gave.
        words: Those of `SUMMARY`, in a language.

    Example:
        >>> from han.languages.words import SUMMARY
        >>> both = {"impossible": 2, "suspicious": 1}
        >>> found = {"rows": 50, "given": both, "true": both, "judged": 3}
        >>> found |= {"given_right": 1, "offered_right": 2}
        >>> print(*pair_lines(found, Words(SUMMARY, "en")))
        pairs of codes: 50 records; codes given: 2 impossible, 1 suspicious; labels: 2 \
impossible, 1 suspicious; of 3 with a verdict and all labels, 1 given and 2 offered \
pairs are right
    """
    if not scores:
        return []
    told = {w: words.say("pair_verdicts", **scores[w]) for w in ("given", "true")}
    names = ("judged", "given_right", "offered_right")
    told |= {name: scores[name] for name in names}
    records = words.count_of(scores["rows"], "record")
    return [words.say("pair_scores", records=records, **told)]
