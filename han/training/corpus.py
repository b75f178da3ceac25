"""All that an experiment reads: code list, records, splits and words. No TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.data.coders import agreement_report, majority
from han.data.quality import (
    FileReport,
    codes_of_two_parents,
    data_report,
    file_report,
    level_reports,
    shared_texts,
)
from han.data.records import Records, fingerprint, read_records
from han.data.splits import ROLES, is_blank, split_records
from han.data.tables import Columns
from han.errors import InputError
from han.taxonomy import IntArray, Taxonomy
from han.text.cleaning import Cleaner
from han.text.embeddings import check_width
from han.text.encoding import FieldLimits, TextEncoder
from han.text.splitting import LEARNT_MIN_COUNT, Splitter
from han.text.tokens import TokenisedTexts, join
from han.text.vocabulary import Vocabulary
from han.training.code_texts import read_code_examples
from han.training.examples import Examples, check_examples, training_targets
from han.training.labels import read_labels
from han.training.token_cache import learn_cached, tokenise_cached

__all__ = ["Corpus", "Examples", "columns_of", "read_corpus", "role_shares"]


@dataclass(frozen=True)
class Corpus:
    """Everything read for an experiment.

    Attributes:
        tree: The code list.
        encoder: Text encoder with the vocabulary of the training documents.
        examples: Labelled documents by role.
        uncoded: Number of records without a code, by role.
        fingerprints: SHA-256 of each file read.
        report: The data report.
    """

    tree: Taxonomy
    encoder: TextEncoder
    examples: dict[str, Examples]
    uncoded: dict[str, int]
    fingerprints: dict[str, str]
    report: str


@dataclass(frozen=True)
class _Part:
    """Records of one file with their codes, roles and tokens.

    `votes` are the codes of each coder, `nodes` what counts as the truth.
    """

    records: Records
    votes: IntArray
    nodes: IntArray
    roles: npt.NDArray[np.object_]
    documents: TokenisedTexts


def read_corpus(config: Config, *, progress: bool = False) -> Corpus:
    """Reads, checks, splits and tokenises everything an experiment names.

    Raises:
        InputError: For any mistake in files, columns, codes or splits.
    """
    if config.embeddings.file:
        check_width(Path(config.embeddings.file), config.embeddings.dimension)
    tables = _read_tables(config)
    tree, votes = read_labels(config, tables)
    roles = {role: _roles(config, role, table) for role, table in tables.items()}
    encoder = _blank_encoder(config, tables["train"], roles["train"])
    parts = [
        _Part(
            table,
            votes[role],
            majority(votes[role]),
            roles[role],
            _tokenise(config, encoder, table, progress),
        )
        for role, table in tables.items()
    ]
    held_out = _held_out(parts) if config.taxonomy.file else set()
    extra = read_code_examples(config, tree, encoder, held_out)
    documents = join([_documents(parts, "train"), extra.documents])
    encoder = encoder.with_vocabulary(
        documents, min_count=config.text.min_count, size=config.text.vocabulary_size
    )
    examples = {role: _examples(parts, role, encoder) for role in ROLES}
    for role in ("train", "validation"):
        where = _file(config, role) or Path(config.data.train)
        check_examples(examples[role], role, where)
    report = _report(config, parts, tree, extra.report)
    targets = training_targets(
        _votes(parts),
        examples["train"].weights,
        extra.nodes,
        config.taxonomy.text_weight,
    )
    if config.data.other_coders:  # else each document stands once, and as it is
        documents = documents.take(targets.rows)
    examples["train"] = Examples(
        encoder.look_up(documents), targets.nodes, targets.weights, len(extra.nodes)
    )
    return Corpus(
        tree,
        encoder,
        {role: part for role, part in examples.items() if len(part)},
        {role: _uncoded(parts, role) for role in ROLES},
        {str(file): fingerprint(file) for file in _files(config)},
        report,
    )


def columns_of(config: Config, *, role: str = "train", labels: bool = True) -> Columns:
    """The columns that an experiment reads from a file of the given role."""
    split, others = config.data.split, {}
    if role == "train":
        if split.column:
            others["split"] = split.column
        elif split.time_column:
            others["time"] = split.time_column
        elif split.group_by not in {"text", "none"}:
            others["group"] = split.group_by
    return Columns(
        fields={n: f.column or n for n, f in config.data.fields.items()},
        labels=sum(config.data.other_coders, config.data.label_columns)
        if labels
        else (),
        keys=config.data.key_columns,
        weight=config.data.weight_column if labels else None,
        others=others,
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
    tree = config.taxonomy
    others = [tree.file, tree.notes, config.embeddings.file]
    found = (_file(config, role) for role in ROLES)
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


def _blank_encoder(
    config: Config, train: Records, roles: npt.NDArray[np.object_]
) -> TextEncoder:
    text = config.text
    limits = {
        name: FieldLimits(field.max_words, field.max_sentences)
        for name, field in config.data.fields.items()
    }
    splitter = Splitter(text.sentences)
    if text.sentences == "punkt":
        chosen = np.flatnonzero(roles == "train")
        rows = list(zip(*train.fields.values(), strict=True))
        texts = ["\n".join(rows[i]) for i in chosen]
        min_count = max(text.min_count, LEARNT_MIN_COUNT)
        splitter = learn_cached(texts, min_count, _cache(config))
    cleaner = Cleaner(
        text.language,
        text.lowercase,
        text.fold_accents,
        text.numbers,
        text.remove_stop_words,
        text.word_form,
    )
    return TextEncoder(limits, splitter, cleaner, Vocabulary([]))


def _tokenise(
    config: Config, encoder: TextEncoder, table: Records, progress: bool
) -> TokenisedTexts:
    columns = {name: texts.tolist() for name, texts in table.fields.items()}
    name = f"words of {table.source}" if progress else None
    return tokenise_cached(encoder, columns, _cache(config), progress=name)


def _cache(config: Config) -> Path | None:
    return Path(config.data.cache) if config.data.cache else None


def _usable(part: _Part, role: str) -> npt.NDArray[np.bool_]:
    """Rows of a role that have a code; blank ones do not teach, but count in tests."""
    usable: npt.NDArray[np.bool_] = (part.roles == role) & (part.nodes >= 0)
    if role == "train":
        usable &= part.documents.num_words > 0
    return usable


def _uncoded(parts: list[_Part], role: str) -> int:
    return sum(int(((p.roles == role) & (p.nodes < 0)).sum()) for p in parts)


def _documents(parts: list[_Part], role: str) -> TokenisedTexts:
    return join([part.documents.take(_usable(part, role)) for part in parts])


def _examples(parts: list[_Part], role: str, encoder: TextEncoder) -> Examples:
    chosen = [(part, np.flatnonzero(_usable(part, role))) for part in parts]
    return Examples(
        encoder.look_up(_documents(parts, role)),
        np.concatenate([part.nodes[rows] for part, rows in chosen]),
        np.concatenate([part.records.weights[rows] for part, rows in chosen]),
    )


def _votes(parts: list[_Part]) -> IntArray:
    """Codes that each coder gave the records that train, `(n, C)`."""
    return np.concatenate([part.votes[_usable(part, "train")] for part in parts])


def _held_out(parts: list[_Part]) -> set[str]:
    """Normalised texts of the records that do not train."""
    return {
        key
        for part in parts
        for key, role in zip(part.records.text_keys, part.roles, strict=True)
        if role != "train"
    }


def _report(config: Config, parts: list[_Part], tree: Taxonomy, more: list[str]) -> str:
    files: list[FileReport] = []
    keys: dict[str, set[str]] = {}
    for part in parts:
        files.append(
            file_report(part.records, part.nodes, part.roles, part.documents, tree)
        )
        rows = zip(part.records.text_keys, part.roles, part.nodes, strict=True)
        for key, role, node in rows:
            if not is_blank(key) and node >= 0:  # others neither train nor test
                keys.setdefault(role, set()).add(key)
    if config.data.other_coders:
        votes = np.concatenate([part.votes for part in parts])
        more = [*agreement_report(votes, tree), *more]
    train = np.concatenate([part.nodes[_usable(part, "train")] for part in parts])
    return data_report(
        files,
        level_reports(train, tree),
        shared_texts(keys),
        codes_of_two_parents(tree),
        more,
    )
