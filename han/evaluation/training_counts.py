"""Number of training records of each code, kept in the run folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from han.code_list.taxonomy import IntArray, Taxonomy
from han.data.coders import majority
from han.data.examples import Examples
from han.data.records import fingerprint, read_records
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.experiment.labelled_rows import rows_of
from han.experiment.record_labels import coder_nodes, coder_paths
from han.runs.classifier import MEMBERS, MIXTURE_FILE
from han.runs.run_folder import RunFolder

COUNTS_FILE = "training_counts.json"


def write_training_counts(run: RunFolder, train: Examples, tree: Taxonomy) -> None:
    """Keeps the number of training records of each node: the codes as they were given.

    Texts of the code list do not count: what has only a title was never seen in use.
    """
    counts = np.bincount(train.records.nodes, minlength=tree.num_nodes)
    run.write_json(COUNTS_FILE, {"records": counts.tolist()})


def training_counts(run: RunFolder, tree: Taxonomy) -> IntArray | None:
    """Number of training records of each node, `(N,)`, not those below it.

    A run that kept no counts has them counted in its training file, if that still lies
    there unchanged. Of a mixture the greatest count of its members holds.

    Returns:
        The counts, or None if they are not known.
    """
    if (run / MIXTURE_FILE).is_file():
        folders = sorted((run / MEMBERS).iterdir())
        found = [training_counts(RunFolder(folder), tree) for folder in folders]
        known = [counts for counts in found if counts is not None]
        return np.max(known, axis=0) if len(known) == len(folders) else None
    if (run / COUNTS_FILE).is_file():
        counts = np.array(run.read_json(COUNTS_FILE).get("records", []), np.int32)
        return counts if counts.shape == (tree.num_nodes,) else None
    return _counted(run, tree)


def _counted(run: RunFolder, tree: Taxonomy) -> IntArray | None:
    config = run.config()
    file = Path(config.data.train)
    if not file.is_file() or run.fingerprints().get(str(file)) != fingerprint(file):
        return None
    try:
        records = read_records(file, columns_of(config), encoding=config.data.encoding)
        votes = coder_nodes(config, coder_paths(config, records), tree, str(file))
        nodes = majority(votes)[rows_of(config, records, "train")]
    except InputError:  # a file beside it has gone, such as a list of non-answers
        return None
    counts = np.bincount(nodes[nodes >= 0], minlength=tree.num_nodes)
    return counts.astype(np.int32)
