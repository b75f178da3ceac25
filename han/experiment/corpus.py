"""Reads all data of an experiment: code list, records, splits, encoded texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.config.data_config import ROLES
from han.data.coders import majority
from han.data.examples import Examples, check_examples, training_targets
from han.data.missing_values import dropped_rows
from han.data.side_features import SideFeatures
from han.devices.stage_clock import stage
from han.errors import InputError
from han.experiment.attention_records import AttentionRecords, attention_records
from han.experiment.augmented_epochs import augmented_epochs, synonym_sets
from han.experiment.code_list_examples import CodeExamples, read_code_examples
from han.experiment.config_inputs import (
    blank_encoder,
    non_answers,
    pretrained_encoder,
    side_features,
)
from han.experiment.corpus_report import corpus_report
from han.experiment.data_files import (
    LabelledFile,
    acceptable_codes,
    cells_of,
    documents_of,
    documents_with_unlabelled,
    fingerprints_of,
    held_out,
    read_tables,
    role_unit_keys,
    seen_texts,
    sets_of,
    tokenise,
    uncoded_records,
    votes_of,
    whole_votes,
)
from han.experiment.given_data import GivenData
from han.experiment.network_memory import check_memory
from han.experiment.record_labels import read_labels
from han.experiment.refit import check_data, first_run
from han.experiment.reviewed_records import record_roles
from han.experiment.row_roles import role_shares
from han.experiment.time_periods import check_periods
from han.languages.number_format import Language
from han.pretrained.sentence_encoder import SentenceEncoder
from han.runs.seen_texts import SeenTexts
from han.text.text_encoder import EncodedTexts, TextEncoder
from han.text.tokenised_texts import TokenisedTexts, join
from han.text.vector_files import check_width

__all__ = ["Corpus", "Examples", "read_corpus"]


@dataclass(frozen=True)
class Corpus:
    """Everything read for an experiment.

    Attributes:
        tree: The code list.
        encoder: Text encoder with the vocabulary of the training documents.
        side_features: What was learnt of the columns beside the text.
        examples: Labelled documents by role.
        uncoded: Number of records without a code, by role.
        fingerprints: SHA-256 of each file read, and of what was given in memory; what
            the pretrained encoder is.
        report: The data report.
        advice: Lines that say which settings are worth a try with these records.
        augmented: Makes the training documents of an epoch; None if they stay.
        sentences: Documents to learn word vectors from, those of training rows without
            a code included; None if no vectors are learnt.
        seen_texts: Texts of the records that train or validate; None if the run is not
            to remember them.
        pretrained: Knows sentences already; None if nothing does.
    """

    tree: Taxonomy
    encoder: TextEncoder
    side_features: SideFeatures
    examples: dict[str, Examples]
    uncoded: dict[str, int]
    fingerprints: dict[str, str]
    report: str
    advice: list[str]
    augmented: Callable[[int], EncodedTexts] | None = None
    sentences: TokenisedTexts | None = None
    attention_records: AttentionRecords | None = None
    seen_texts: SeenTexts | None = None
    pretrained: SentenceEncoder | None = None


@stage("reading")
def read_corpus(
    config: Config,
    given: GivenData | None = None,
    *,
    progress: bool = False,
    language: Language = "en",
) -> Corpus:
    """Reads, checks, splits and tokenises everything an experiment names.

    Args:
        config: The experiment.
        given: Rows and a code list in memory, for `data.in_memory`.
        progress: Whether long work shows a progress bar.
        language: Of the data report.

    Raises:
        InputError: For any mistake in files, columns, codes or splits.
    """
    first_run(config)  # for its errors, before anything long
    check_memory(config)
    if config.embeddings.file:
        check_width(Path(config.embeddings.file), config.embeddings.dimension)
    given = given or GivenData()
    tree, encoder, parts = read_parts(config, progress, given)
    pretrained = pretrained_encoder(config, encoder)
    check_times(config, parts)
    synonyms = synonym_sets(config, encoder)
    known = held_out(parts) if config.taxonomy.is_given else set()
    extra = read_code_examples(config, tree, encoder, known, language)
    documents = join([documents_of(parts, "train"), extra.documents])
    encoder = encoder.with_vocabulary(
        documents, min_count=config.text.min_count, size=config.text.vocabulary_size
    )
    sides = SideFeatures.learn(side_features(config), cells_of(parts, "train", "sides"))
    examples = examples_by_role(config, parts, encoder, sides, tree)
    encoder = encoder.with_outliers(
        cells_of(parts, "train", "fields"), examples["train"].texts
    )
    train, documents = training_examples(
        config, parts, sides, extra, documents, encoder
    )
    _check_profile(config, len(train))
    check_memory(config, len(encoder.vocabulary), len(tree.codes), len(train))
    augmented = augmented_epochs(config, encoder, documents, synonyms)
    fingerprints = fingerprints_of(config, given, pretrained)
    check_data(config, fingerprints)
    distils = pretrained is not None and config.pretrained.mode == "distill"
    teaches = distils or config.embeddings.pretrain != "none"
    return Corpus(
        tree,
        encoder,
        sides,
        {role: part for role, part in examples.items() if len(part)} | {"train": train},
        {role: uncoded_records(parts, role) for role in ROLES},
        fingerprints,
        *corpus_report(
            config, parts, tree, encoder, extra, pretrained is not None, language
        ),
        augmented and with_side(augmented, train.texts),
        join([documents_with_unlabelled(parts), extra.documents]) if teaches else None,
        attention_records(
            config.logging.attention_records, parts, examples["validation"]
        ),
        seen_texts(config, parts),
        pretrained,
    )


def check_times(config: Config, parts: Sequence[LabelledFile]) -> None:
    """Raises InputError if there are too few periods for all roles of a file."""
    shares = role_shares(config)
    if config.training.refit_of:  # its validation records train
        shares["validation"] = 0.0
    for part in parts:
        if "time" in part.records.others:
            times = part.records.others["time"].tolist()
            check_periods(times, part.roles, shares, part.records.source)


def _check_profile(config: Config, records: int) -> None:
    steps, recipe = config.logging.profile_steps, config.training
    most = recipe.epochs * math.ceil(records / recipe.batch_size)
    if steps and steps[0] > most:
        raise InputError(
            f"`logging.profile_steps` begins with step {steps[0]}, and this training "
            f"has {most} steps at most. Lower it."
        )


def read_parts(
    config: Config, progress: bool, given: GivenData | None = None
) -> tuple[Taxonomy, TextEncoder, list[LabelledFile]]:
    """The code list, an encoder without a vocabulary, and the files.

    Args:
        config: The experiment.
        progress: Whether long work shows a progress bar.
        given: Rows and a code list in memory, for `data.in_memory`.

    Raises:
        InputError: For any mistake in files, columns, codes or splits.
    """
    given = given or GivenData()
    given.check(config)
    if config.tasks:
        raise InputError("`tasks`: this is for one question in `data.label_columns`.")
    tables = read_tables(config, given)
    tree, votes = read_labels(config, tables, given.taxonomy)
    none = non_answers(config, tree.codes)
    tables = {role: replace(table, non_answers=none) for role, table in tables.items()}
    roles = record_roles(config, tables, tree)
    encoder = blank_encoder(config, tables["train"], roles["train"])
    votes, implied = whole_votes(config, votes, tree)
    parts = [
        LabelledFile(
            table,
            votes[role],
            majority(votes[role]),
            roles[role],
            tokenise(config, encoder, table, progress),
            dropped_rows(table, config.data.missing),
            implied[role],
        )
        for role, table in tables.items()
    ]
    return tree, encoder, parts


def examples_by_role(
    config: Config,
    parts: Sequence[LabelledFile],
    encoder: TextEncoder,
    sides: SideFeatures,
    tree: Taxonomy,
) -> dict[str, Examples]:
    """Records of each role; those that train without the texts of the code list."""
    examples = {
        role: replace(
            _examples(parts, role, encoder, sides),
            unit_keys=role_unit_keys(config, parts, role),
            true=acceptable_codes(config, parts, role, tree),
            sets=sets_of(config, parts, role),
        )
        for role in ROLES
    }
    needed = ("train", "validation")
    for role in needed[:1] if config.training.refit_of else needed:
        own = [part.records.source for part in parts if (part.roles == role).any()]
        check_examples(examples[role], role, (own or [parts[0].records.source])[0])
    return examples


def _examples(
    parts: Sequence[LabelledFile], role: str, encoder: TextEncoder, sides: SideFeatures
) -> Examples:
    chosen = [(part, np.flatnonzero(part.usable(role))) for part in parts]
    texts = encoder.look_up(documents_of(parts, role))
    side = sides.encode(cells_of(parts, role, "sides"), len(texts))
    return Examples(
        replace(texts, side=side),
        np.concatenate([part.nodes[rows] for part, rows in chosen]),
        np.concatenate([part.records.weights[rows] for part, rows in chosen]),
    )


def training_examples(
    config: Config,
    parts: Sequence[LabelledFile],
    sides: SideFeatures,
    extra: CodeExamples,
    documents: TokenisedTexts,
    encoder: TextEncoder,
) -> tuple[Examples, TokenisedTexts]:
    """What trains: records, once for each code given, and texts of the code list."""
    chosen = [part.records.weights[part.usable("train")] for part in parts]
    targets = training_targets(
        votes_of(parts),
        np.concatenate(chosen),
        extra.nodes,
        config.taxonomy.text_weight,
        are_sets=config.model.gives_sets,
    )
    if len(targets.rows) != len(documents):  # a record with several opinions
        documents = documents.take(targets.rows)
    # A text of the code list has no side features: all its cells are blank.
    blank, cells = [""] * len(extra.nodes), cells_of(parts, "train", "sides")
    cells = {name: [*column, *blank] for name, column in cells.items()}
    side = sides.encode(cells, len(votes_of(parts)) + len(extra.nodes))[targets.rows]
    texts = replace(encoder.look_up(documents), side=side)
    given = (texts, targets.nodes, targets.weights, len(extra.nodes))
    return Examples(*given, sets=targets.sets), documents


def with_side(
    epoch: Callable[[int], EncodedTexts], texts: EncodedTexts
) -> Callable[[int], EncodedTexts]:
    """Epochs of other words, with the side features that the documents always have."""
    return lambda number: replace(epoch(number), side=texts.side)
