"""Number of training records of each code, kept in the run folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from han.code_list.taxonomy import IntArray, Taxonomy
from han.data.examples import Examples
from han.data.records import fingerprint
from han.errors import InputError
from han.experiment.labelled_rows import read_role_file
from han.experiment.row_roles import role_files, roles_of
from han.experiment.true_labels import true_codes
from han.runs.loading import load_non_answers
from han.runs.run_files import COUNTS_FILE, MIXTURE_FILE, member_folders
from han.runs.run_folder import RunFolder


def write_training_counts(run: RunFolder, train: Examples, tree: Taxonomy) -> None:
    """Keeps the number of training records of each node: the codes as they were given.

    Texts of the code list do not count: what has only a title was never seen in use.
    """
    counts = np.bincount(train.records.codes, minlength=tree.num_nodes)
    run.write_json(COUNTS_FILE, {"records": counts.tolist()})


def training_counts(run: RunFolder, tree: Taxonomy) -> IntArray | None:
    """Number of training records of each node, `(N,)`, not those below it.

    A run that kept no counts has them counted in its training file, if that still lies
    there unchanged. Of a mixture the greatest count of its members holds.

    Returns:
        The counts, or None if they are not known.
    """
    if (run / MIXTURE_FILE).is_file():
        folders = member_folders(run.folder)
        found = [training_counts(RunFolder(folder), tree) for folder in folders]
        known = [counts for counts in found if counts is not None]
        return np.max(known, axis=0) if len(known) == len(folders) else None
    if (run / COUNTS_FILE).is_file():
        counts = np.array(run.read_json(COUNTS_FILE).get("records", []), np.int32)
        return counts if counts.shape == (tree.num_nodes,) else None
    return _counted(run, tree)


def _counted(run: RunFolder, tree: Taxonomy) -> IntArray | None:
    config = run.config()
    file = role_files(config).get("train", Path(""))
    if not file.is_file() or run.fingerprints().get(str(file)) != fingerprint(file):
        return None
    try:
        none = load_non_answers(run.folder)
        records = read_role_file(config, "train", file, none)
        nodes = true_codes(config, tree, records).main
        nodes = nodes[roles_of(config, "train", records) == "train"]
    except InputError:  # the file cannot be read any more
        return None
    counts = np.bincount(nodes[nodes >= 0], minlength=tree.num_nodes)
    return counts.astype(np.int32)
