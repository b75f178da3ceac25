"""All that an experiment reads: code list, records, splits and words. No TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.data.missing import dropped_rows
from han.data.quality import (
    FileReport,
    codes_of_two_parents,
    data_report,
    file_report,
    level_reports,
    shared_texts,
)
from han.data.records import Records, fingerprint, read_records
from han.data.side_features import SideFeatures
from han.data.splits import ROLES, is_blank, split_records
from han.errors import InputError
from han.taxonomy import IntArray, Taxonomy
from han.text.arrays import SideArray
from han.text.embeddings import check_width
from han.text.encoding import EncodedTexts, TextEncoder
from han.text.tokens import TokenisedTexts, join
from han.training.augmented import augmented_epochs, synonym_sets
from han.training.inputs import (
    blank_encoder,
    cache_folder,
    columns_of,
    non_answers,
    non_answers_file,
    side_features,
)
from han.training.labels import read_labels
from han.training.token_cache import tokenise_cached


@dataclass(frozen=True)
class Examples:
    """Labelled documents of one role: what a model trains on or is tested with.

    Attributes:
        texts: The documents, with their side features.
        nodes: True node of each, `(n,)`; an inner node where the code is partial.
        weights: Survey weights, `(n,)`.
    """

    texts: EncodedTexts
    nodes: IntArray
    weights: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.nodes)

    @property
    def side(self) -> SideArray:
        """Side features of each, `(n, width)`."""
        return self.texts.side


@dataclass(frozen=True)
class Corpus:
    """Everything read for an experiment.

    Attributes:
        tree: The code list.
        encoder: Text encoder with the vocabulary of the training documents.
        side_features: What was learnt of the columns beside the text.
        examples: Labelled documents by role.
        uncoded: Number of records without a code, by role.
        fingerprints: SHA-256 of each file read.
        report: The data report.
        augmented: Makes the training documents of an epoch; None if they stay.
    """

    tree: Taxonomy
    encoder: TextEncoder
    side_features: SideFeatures
    examples: dict[str, Examples]
    uncoded: dict[str, int]
    fingerprints: dict[str, str]
    report: str
    augmented: Callable[[int], EncodedTexts] | None = None


@dataclass(frozen=True)
class _Part:
    """Records of one file with their labels, roles and tokens.

    `dropped` are rows that `data.missing` keeps from training, by column.
    """

    records: Records
    nodes: IntArray
    roles: npt.NDArray[np.object_]
    documents: TokenisedTexts
    dropped: dict[str, npt.NDArray[np.bool_]]


def read_corpus(config: Config, *, progress: bool = False) -> Corpus:
    """Reads, checks, splits and tokenises everything an experiment names.

    Raises:
        InputError: For any mistake in files, columns, codes or splits.
    """
    if config.embeddings.file:
        check_width(Path(config.embeddings.file), config.embeddings.dimension)
    tables = _read_tables(config)
    tree, nodes = read_labels(config, tables)
    none = non_answers(config, tree.codes)
    tables = {role: replace(table, non_answers=none) for role, table in tables.items()}
    roles = {role: _roles(config, role, table) for role, table in tables.items()}
    encoder = blank_encoder(config, tables["train"], roles["train"])
    synonyms = synonym_sets(config, encoder)
    parts = [
        _Part(
            table,
            nodes[role],
            roles[role],
            _tokenise(config, encoder, table, progress),
            dropped_rows(table, config.data.missing),
        )
        for role, table in tables.items()
    ]
    documents = _documents(parts, "train")
    encoder = encoder.with_vocabulary(
        documents,
        min_count=config.text.min_count,
        size=config.text.vocabulary_size,
    )
    sides = SideFeatures.learn(side_features(config), _columns(parts, "train", "sides"))
    examples = {role: _examples(parts, role, encoder, sides) for role in ROLES}
    _check_roles(config, examples)
    encoder = encoder.with_outliers(
        _columns(parts, "train", "fields"), examples["train"].texts
    )
    return Corpus(
        tree,
        encoder,
        sides,
        {role: part for role, part in examples.items() if len(part)},
        {role: _uncoded(parts, role) for role in ROLES},
        {str(file): fingerprint(file) for file in _files(config)},
        _report(parts, examples["train"].nodes, tree, encoder),
        augmented_epochs(config, encoder, documents, synonyms),
    )


def role_shares(config: Config) -> dict[str, float]:
    """Share of each role in the training file: none where it has a file of its own."""
    split = config.data.split
    shares = {role: getattr(split, role) for role in ROLES[1:]}
    return {role: 0.0 if _file(config, role) else s for role, s in shares.items()}


def _file(config: Config, role: str) -> Path | None:
    name = getattr(config.data, role)
    return Path(name) if name else None


def _files(config: Config) -> list[Path]:
    """Everything read: a run that goes on must find the same code list, too."""
    others = [config.taxonomy.file, config.embeddings.file]
    others.append(config.augmentation.synonyms_file)
    found = [*(_file(config, role) for role in ROLES), non_answers_file(config)]
    return [file for file in found if file] + [Path(name) for name in others if name]


def _read_tables(config: Config) -> dict[str, Records]:
    tables = {}
    for role in ROLES:
        if file := _file(config, role):
            columns = columns_of(config, role=role)
            tables[role] = read_records(file, columns, encoding=config.data.encoding)
    return tables


def _roles(config: Config, role: str, table: Records) -> npt.NDArray[np.object_]:
    if role != "train":
        return np.full(len(table), role, dtype=object)
    split = config.data.split
    roles = split_records(
        table, role_shares(config), seed=config.seed, group_by=split.group_by
    )
    for other in ROLES[1:]:
        if _file(config, other) and (roles == other).any():
            raise InputError(
                f"{table.source}: column {split.column!r} gives rows to {other}, but "
                f"`data.{other}` is a file of its own. Leave one of the two out."
            )
    return roles


def _tokenise(
    config: Config, encoder: TextEncoder, table: Records, progress: bool
) -> TokenisedTexts:
    columns = {name: texts.tolist() for name, texts in table.fields.items()}
    name = f"words of {table.source}" if progress else None
    return tokenise_cached(encoder, columns, cache_folder(config), progress=name)


def _usable(part: _Part, role: str) -> npt.NDArray[np.bool_]:
    """Rows of a role that have a code; blank ones do not teach, but count in tests."""
    usable: npt.NDArray[np.bool_] = (part.roles == role) & (part.nodes >= 0)
    if role == "train":
        usable &= part.documents.num_words > 0
        for dropped in part.dropped.values():
            usable &= ~dropped
    return usable


def _uncoded(parts: list[_Part], role: str) -> int:
    return sum(int(((p.roles == role) & (p.nodes < 0)).sum()) for p in parts)


def _documents(parts: list[_Part], role: str) -> TokenisedTexts:
    return join([part.documents.take(_usable(part, role)) for part in parts])


def _columns(parts: list[_Part], role: str, kind: str) -> dict[str, list[str]]:
    """Cells of the usable rows of a role: of `fields` or `sides`, by name."""
    chosen = [(getattr(p.records, kind), _usable(p, role)) for p in parts]
    return {
        name: [cell for columns, rows in chosen for cell in columns[name][rows]]
        for name in chosen[0][0]
    }


def _examples(
    parts: list[_Part], role: str, encoder: TextEncoder, sides: SideFeatures
) -> Examples:
    chosen = [(part, np.flatnonzero(_usable(part, role))) for part in parts]
    texts = encoder.look_up(_documents(parts, role))
    side = sides.encode(_columns(parts, role, "sides"), len(texts))
    return Examples(
        replace(texts, side=side),
        np.concatenate([part.nodes[rows] for part, rows in chosen]),
        np.concatenate([part.records.weights[rows] for part, rows in chosen]),
    )


def _check_roles(config: Config, examples: Mapping[str, Examples]) -> None:
    for role in ("train", "validation"):
        where = _file(config, role) or config.data.train
        if not len(examples[role]):
            raise InputError(
                f"{where}: no record with words and a code is left for {role}. "
                f"Training needs some: check `data.split`, or give `data.{role}`."
            )
        if not examples[role].weights.sum() > 0:
            raise InputError(
                f"{where}: all records for {role} have weight 0 "
                "(`data.weight_column`). Give some of them a weight above 0."
            )


def _flags(part: _Part, encoder: TextEncoder) -> npt.NDArray[np.object_]:
    columns = {name: texts.tolist() for name, texts in part.records.fields.items()}
    return encoder.flags(columns, encoder.look_up(part.documents))


def _report(
    parts: list[_Part], train_nodes: IntArray, tree: Taxonomy, encoder: TextEncoder
) -> str:
    files: list[FileReport] = []
    keys: dict[str, set[str]] = {}
    for part in parts:
        files.append(
            file_report(
                part.records,
                part.nodes,
                part.roles,
                part.documents,
                tree,
                flags=_flags(part, encoder),
                dropped=part.dropped,
            )
        )
        rows = zip(part.records.text_keys, part.roles, part.nodes, strict=True)
        for key, role, node in rows:
            if not is_blank(key) and node >= 0:  # others neither train nor test
                keys.setdefault(role, set()).add(key)
    return data_report(
        files,
        level_reports(train_nodes, tree),
        shared_texts(keys),
        codes_of_two_parents(tree),
    )
