"""Turns settings of an experiment into arguments: columns, cleaner, limits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.config.scrub_config import ScrubConfig
from han.data.records import Records
from han.data.sampling_units import ROW, TEXT
from han.data.side_features import SideFeature
from han.experiment.token_cache import learn_cached
from han.pretrained.encoder_choice import open_encoder
from han.pretrained.sentence_encoder import SentenceEncoder
from han.privacy.word_files import read_words
from han.tables.reading import Columns
from han.text.cleaning import Cleaner
from han.text.non_answers import BUILT_IN, NonAnswers, read_entries
from han.text.splitting import LEARNT_MIN_COUNT, Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary


def non_answers_file(config: Config) -> Path | None:
    """The file of non-answers, if the experiment names one."""
    named = config.data.non_answers
    return Path(named) if isinstance(named, str) else None


def non_answers(config: Config, codes: Sequence[str]) -> NonAnswers:
    """What is no answer in an experiment.

    Args:
        config: The experiment.
        codes: Codes of its code list.

    Raises:
        InputError: If a file of non-answers cannot be read.
    """
    entries = config.data.non_answers
    if isinstance(entries, str):
        entries = read_entries(Path(entries))
    kept = BUILT_IN if entries is None else entries
    return NonAnswers(kept, tuple(codes) if config.data.bare_codes else ())


def side_features(config: Config) -> dict[str, SideFeature]:
    """What the experiment asks of each side feature."""
    return {
        name: SideFeature(
            side.kind,
            side.min_count,
            fill=config.data.missing.get(name) == "most_frequent",
            max_categories=side.max_categories,
        )
        for name, side in config.data.side_features.items()
    }


def split_unit(config: Config) -> str:
    """What was set aside together: `text`, `none` (rows), or the name of a column.

    A split by time or by a column of roles says nothing of it: equal texts are taken
    as one unit, since they are right or wrong together.
    """
    split = config.data.split
    return TEXT if split.column or split.time_column else split.group_by


def columns_of(config: Config, *, role: str = "train", labels: bool = True) -> Columns:
    """The columns that an experiment reads from a file of the given role."""
    split, others = config.data.split, {}
    if role == "train":
        if split.column:
            others["split"] = split.column
        elif split.time_column:
            others["time"] = split.time_column
        elif split.group_by not in (TEXT, ROW):
            others["group"] = split.group_by
    has_labels = labels and config.data.codes_file is None
    further = (*config.data.other_coders, *config.data.more_codes)
    return Columns(
        fields={n: f.column or n for n, f in config.data.fields.items()},
        labels=sum(further, config.data.label_columns) if has_labels else (),
        keys=config.data.key_columns,
        weight=config.data.weight_column if labels else None,
        others=others,
        sides={n: f.column or n for n, f in config.data.side_features.items()},
        numeric=[
            n for n, f in config.data.side_features.items() if f.kind == "numeric"
        ],
        label_sets=config.data.label_sets,
        no_code=config.data.no_code,
    )


def cache_folder(config: Config) -> Path | None:
    """Folder where tokenised texts are kept, if there shall be one."""
    return Path(config.data.cache) if config.data.cache else None


def blank_encoder(
    config: Config, train: Records, roles: npt.NDArray[np.object_]
) -> TextEncoder:
    """What tokenises the texts of an experiment.

    Args:
        config: The experiment.
        train: Records of the training file.
        roles: Role of each; sentences may be learnt from those that train.
    """
    text = config.text
    limits = {
        name: FieldLimits(field.max_words, field.max_sentences)
        for name, field in config.data.fields.items()
    }
    splitter = Splitter(text.sentences, scrub=_scrub(config.scrub))
    if text.sentences == "punkt":
        chosen = np.flatnonzero(roles == "train")
        rows = list(zip(*train.fields.values(), strict=True))
        texts = [splitter.as_read("\n".join(rows[i])) for i in chosen]
        min_count = max(text.min_count, LEARNT_MIN_COUNT)
        learnt = learn_cached(texts, min_count, cache_folder(config)).learnt
        splitter = Splitter(text.sentences, learnt, scrub=splitter.scrub)
    cleaner = Cleaner(
        text.language,
        text.lowercase,
        text.fold_accents,
        text.numbers,
        text.remove_stop_words,
        text.word_form,
    )
    return TextEncoder(limits, splitter, cleaner, Vocabulary([]), train.non_answers)


def _scrub(config: ScrubConfig) -> dict[str, Any] | None:
    """Arguments of a `Scrubber`, as a run keeps them; None without one."""
    if not config.enabled:
        return None
    return {
        "names": read_words(config.names, "scrub.names"),
        "protected": read_words(config.protected, "scrub.protected"),
        "long_numbers": config.long_numbers,
    }


def pretrained_encoder(config: Config, encoder: TextEncoder) -> SentenceEncoder | None:
    """The pretrained sentence encoder that the model reads; None without one.

    Raises:
        InputError: If it cannot be opened, or a file of it is damaged.
    """
    chosen = config.pretrained.encoder
    if config.model.kind != "han" and chosen == "auto":
        return None  # a baseline stays what it is, unless it is asked to read vectors
    found = open_encoder(chosen, encoder.cleaner, encoder.splitter)
    if found is not None:
        _ = found.width  # reads a file of vectors, for its errors
    return found
