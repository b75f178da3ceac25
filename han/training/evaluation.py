"""From a trained run and labelled records to `metrics.json`."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from han.classifier import Classifier
from han.code_lists import label_nodes, label_paths
from han.config import Config
from han.data.records import Records, fingerprint, read_records
from han.data.splits import split_records
from han.errors import InputError
from han.metrics import evaluation
from han.training.corpus import Examples, columns_of, role_shares
from han.training.run_folder import RunFolder

CHUNK = 4096
TOP_K = 5


def evaluate(
    classifier: Classifier,
    examples: Examples,
    *,
    progress: bool = False,
    name: str = "",
) -> dict[str, Any]:
    """All metrics of a classifier on labelled documents, as `metrics.json` holds them.

    Args:
        classifier: A trained run.
        examples: The documents; blank ones count as records without a code.
        progress: Whether to show a bar.
        name: Name for the bar.
    """
    nodes, hits = [], []
    begun = time.perf_counter()
    starts = range(0, len(examples), CHUNK)
    for first in tqdm(starts, f"coding {name}".strip(), disable=not progress):
        rows = np.arange(first, min(first + CHUNK, len(examples)))
        decoding = classifier.decode(examples.texts.take(rows), top_k=TOP_K)
        nodes.append(decoding.nodes)
        hits.append((decoding.top_nodes == examples.nodes[rows, None]).any(axis=1))
    seconds = time.perf_counter() - begun
    result = evaluation(
        examples.nodes,
        np.concatenate(nodes),
        classifier.taxonomy,
        top_k={TOP_K: np.concatenate(hits)},
        sample_weight=examples.weights,
    )
    return {**result, "documents_per_second": round(len(examples) / seconds, 1)}


def read_examples(
    config: Config, classifier: Classifier, file: Path, split: str | None
) -> tuple[Examples, str, int]:
    """Labelled documents of a file, as a run reads them.

    Args:
        config: The run's config.
        classifier: The run.
        file: The data; if it is the run's training file, `split` defaults to `test`,
            so that nobody tests on what was trained.
        split: train, validation, calibration or test of the training file; or `all`.

    Returns:
        The documents with a code, the name of the result, and the number of records
        left out because they have no code.

    Raises:
        InputError: For bad data, or a split of a file that the run did not split.
    """
    shares_split = _is_training_file(config, file)
    role = split or ("test" if shares_split else "all")
    if role != "all" and not shares_split:
        raise InputError(
            f"{file}: --split {role} can be taken from the run's own training file "
            f"({config.data.train}) only. Leave --split out to use all rows."
        )
    columns = columns_of(config, role="train" if shares_split else "test")
    records = read_records(file, columns, encoding=config.data.encoding)
    chosen = _rows_of(config, records, role)
    if not len(chosen):
        raise InputError(f"{file}: no record is in the split {role}.")
    nodes = _nodes(config, classifier, records)[chosen]
    rows = chosen[nodes >= 0]
    if not len(rows):
        raise InputError(
            f"{file}: no record has a code, so there is nothing to evaluate against. "
            "To code records without codes use python -m han.predict."
        )
    texts = classifier.encode({n: t[rows].tolist() for n, t in records.fields.items()})
    examples = Examples(texts, nodes[nodes >= 0], records.weights[rows])
    return examples, role if shares_split else file.stem, len(chosen) - len(rows)


def _is_training_file(config: Config, file: Path) -> bool:
    train = Path(config.data.train)
    if file.is_file() and train.is_file():
        return fingerprint(file) == fingerprint(train)
    return file.resolve() == train.resolve()


def _rows_of(config: Config, records: Records, role: str) -> np.ndarray:
    if role == "all":
        return np.arange(len(records))
    roles = split_records(
        records,
        role_shares(config),
        seed=config.seed,
        group_by=config.data.split.group_by,
    )
    return np.flatnonzero(roles == role)


def _nodes(config: Config, classifier: Classifier, records: Records) -> np.ndarray:
    paths = label_paths(
        records.labels, digits=config.taxonomy.digits, where=records.source
    )
    by_code = bool(config.taxonomy.file) and len(config.data.label_columns) == 1
    return label_nodes(
        paths, classifier.taxonomy, by_code=by_code, where=records.source
    )


def add_results(run: RunFolder, results: dict[str, dict[str, Any]]) -> None:
    """Puts results under their names into `metrics.json`."""
    file = run / "metrics.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    run.write_json("metrics.json", {**known, **results})
