"""The files of an experiment: records, codes, roles and words of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.code_list.closure import specific_codes
from han.code_list.taxonomy import IntArray, Taxonomy
from han.code_list.true_codes import TrueCodes
from han.config import Config
from han.config.data_config import ROLES
from han.data.code_set_report import code_set_report, implied_codes
from han.data.coders import agreement_report, joined, set_report
from han.data.records import Records, fingerprint
from han.data.sampling_units import ROW, TEXT, unit_keys
from han.devices.stage_clock import stage
from han.experiment.config_inputs import (
    cache_folder,
    non_answers_file,
    split_unit,
)
from han.experiment.given_data import GivenData
from han.experiment.labelled_rows import read_role_file
from han.experiment.long_codes import codes_file, stray_rows
from han.experiment.reviewed_records import reviewed_files, reviewed_tables
from han.experiment.row_roles import Roles, own_roles, role_files
from han.experiment.token_cache import tokenise_cached
from han.languages.number_format import Language
from han.pretrained.sentence_encoder import SentenceEncoder
from han.runs.seen_texts import SeenTexts
from han.tables.locations import DataFile, data_location
from han.text.text_encoder import TextEncoder
from han.text.tokenised_texts import TokenisedTexts, join

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class LabelledFile:
    """Records of one file or table with their codes, roles and tokens.

    Attributes:
        records: The records, `(n,)`.
        votes: The codes of each coder, `(n, C)`.
        nodes: What counts as the truth, `(n,)`.
        roles: Role of each record, `(n,)`.
        documents: Their words.
        dropped: Rows that `data.missing` keeps from training, by column.
        implied: Number of codes of sets that other codes of the same record imply.
    """

    records: Records
    votes: IntArray
    nodes: IntArray
    roles: Roles
    documents: TokenisedTexts
    dropped: dict[str, Booleans]
    implied: int = 0

    def usable(self, role: str) -> Booleans:
        """Rows of a role with a code; blank ones do not teach, but count in tests."""
        usable: Booleans = (self.roles == role) & (self.nodes >= 0)
        return usable & self.readable if role == "train" else usable

    @property
    def readable(self) -> Booleans:
        """Rows with words that no policy for missing values keeps from training."""
        readable: Booleans = self.documents.num_words > 0
        for dropped in self.dropped.values():
            readable &= ~dropped
        return readable

    def flags(self, encoder: TextEncoder) -> Roles:
        """What is odd about each text, as `han.predict` would say it, `(n,)`."""
        columns = {name: texts.tolist() for name, texts in self.records.fields.items()}
        return encoder.flags(columns, encoder.look_up(self.documents))


def documents_of(parts: Sequence[LabelledFile], role: str) -> TokenisedTexts:
    """Documents that train, or that stand for another role."""
    return join([part.documents.take(part.usable(role)) for part in parts])


def documents_with_unlabelled(parts: Sequence[LabelledFile]) -> TokenisedTexts:
    """Documents of the training rows, those without a code included."""
    return join(
        [part.documents.take((part.roles == "train") & part.readable) for part in parts]
    )


def cells_of(
    parts: Sequence[LabelledFile], role: str, kind: str
) -> dict[str, list[str]]:
    """Cells of the usable rows of a role: of `fields` or `sides`, by name."""
    chosen = [(getattr(part.records, kind), part.usable(role)) for part in parts]
    return {
        name: [cell for columns, rows in chosen for cell in columns[name][rows]]
        for name in chosen[0][0]
    }


def votes_of(parts: Sequence[LabelledFile]) -> IntArray:
    """Codes that each coder gave the records that train, `(n, C)`."""
    return joined([part.votes[part.usable("train")] for part in parts])


def whole_votes(
    config: Config, votes: dict[str, IntArray], tree: Taxonomy
) -> tuple[dict[str, IntArray], dict[str, int]]:
    """Votes by role, those of sets without what is implied, and how much that was."""
    if not config.model.gives_sets:
        return votes, dict.fromkeys(votes, 0)
    whole = {role: specific_codes(given, tree) for role, given in votes.items()}
    return whole, {role: implied_codes(votes[role], whole[role]) for role in votes}


def acceptable_codes(
    config: Config, parts: Sequence[LabelledFile], role: str, tree: Taxonomy
) -> TrueCodes | None:
    """What may be right of each record of a role; None where that is one code."""
    if config.model.gives_sets or not config.data.label_sets:
        return None
    return TrueCodes.of(joined([p.votes[p.usable(role)] for p in parts]), tree)


def sets_of(
    config: Config, parts: Sequence[LabelledFile], role: str
) -> IntArray | None:
    """All codes of each record of a role, `(n, A)`; None where a record has one."""
    if not config.model.gives_sets:
        return None
    return joined([part.votes[part.usable(role)] for part in parts])


def role_unit_keys(
    config: Config, parts: Sequence[LabelledFile], role: str
) -> list[str]:
    """Sampling unit of each record of a role."""
    found: list[str] = []
    for part in parts:
        rows = np.flatnonzero(part.usable(role))
        unit = split_unit(config) if part is parts[0] else TEXT  # the training file
        unit = "group" if unit not in (TEXT, ROW) else unit
        keys = unit_keys(part.records, unit) if len(rows) else []
        found += [keys[row] for row in rows.tolist()]
    return found


def label_report(
    config: Config,
    parts: Sequence[LabelledFile],
    tree: Taxonomy,
    language: Language = "en",
) -> list[str]:
    """Lines for the data report on records with several codes."""
    votes = joined([part.votes for part in parts])
    if config.model.gives_sets:
        strays = stray_rows(config, [part.records for part in parts])
        implied = sum(part.implied for part in parts)
        return code_set_report(votes, implied, strays, language)
    if config.data.label_sets:
        return set_report(votes, language)
    coders = config.data.other_coders
    return agreement_report(votes, tree, language) if coders else []


def held_out(parts: Sequence[LabelledFile]) -> set[str]:
    """Normalised texts of the records that do not train."""
    return {
        key
        for part in parts
        for key, role in zip(part.records.text_keys, part.roles, strict=True)
        if role != "train"
    }


def seen_texts(config: Config, parts: Sequence[LabelledFile]) -> SeenTexts | None:
    """Texts of the records that train or validate, if the run is to remember them."""
    if not config.data.remember_texts:
        return None
    used = [(part, part.usable("train") | part.usable("validation")) for part in parts]
    return SeenTexts.of(
        key
        for part, rows in used
        if rows.any()
        for key in compress(part.records.text_keys, rows)
    )


# Reading


def files_of(config: Config) -> list[DataFile]:
    """Everything read: a run that goes on must find the same code list, too."""
    tree = config.taxonomy
    tables = [data_location(name) for name in (tree.file, tree.notes) if name]
    others = [config.embeddings.file, config.augmentation.synonyms_file]
    others += [config.scrub.names, config.scrub.protected]
    found = [*role_files(config).values(), codes_file(config)]
    found += [*reviewed_files(config), non_answers_file(config), *tables]
    return [file for file in found if file] + [Path(name) for name in others if name]


def read_tables(config: Config, given: GivenData) -> dict[str, Records]:
    """Records of each file, and of each table in memory, by role; those of queues."""
    files = role_files(config)
    own = {
        role: read_role_file(config, role, files[role])
        if role in files
        else given.records(config, role)
        for role in ROLES
        if role in own_roles(config)
    }
    return own | reviewed_tables(config)


@stage("tokenising")
def tokenise(
    config: Config, encoder: TextEncoder, table: Records, progress: bool
) -> TokenisedTexts:
    """Words of the records of a file, from the cache where there is one."""
    columns = {name: texts.tolist() for name, texts in table.fields.items()}
    name = f"words of {table.source}" if progress else None
    return tokenise_cached(encoder, columns, cache_folder(config), progress=name)


def fingerprints_of(
    config: Config, given: GivenData, pretrained: SentenceEncoder | None
) -> dict[str, str]:
    """What all that is read can be told by: files, tables in memory, an encoder."""
    found = {str(file): fingerprint(file) for file in files_of(config)}
    found |= given.fingerprints(config)
    if pretrained is not None:  # which file, or which version of a package
        found["pretrained.encoder"] = pretrained.identity
    return found


def uncoded_records(parts: Sequence[LabelledFile], role: str) -> int:
    """Number of records of a role without a code."""
    return sum(int(((p.roles == role) & (p.nodes < 0)).sum()) for p in parts)
