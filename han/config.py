"""What an experiment file may say: sections, keys, types and defaults.

Only `data.train`, `data.fields` and `data.label_columns` are required. The reading is
done in `config_reader`; this file is the list of keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from han.config_reader import read_overrides, read_section, read_yaml, to_plain
from han.errors import InputError, listing

# Columns that han.predict writes.
_OUTPUT = re.compile(
    "code|level|label|probability|margin|flag|route|row|p_level_[0-9]+"
    "|top_[0-9]+_(?:code|probability)"
)


def _at_least(minimum: float, default: Any) -> Any:
    return field(default=default, metadata={"minimum": minimum})


def _share(default: float) -> Any:
    return field(default=default, metadata={"minimum": 0.0, "below": 1.0})


@dataclass(frozen=True)
class FieldConfig:
    """One text field of a document.

    `column` is its column (the field's name if not given); `max_words` is the number
    of words of a sentence, `max_sentences` the number of sentences, that are read.
    """

    column: str | None = None
    max_words: int = _at_least(1, 40)
    max_sentences: int = _at_least(1, 15)


@dataclass(frozen=True)
class SplitConfig:
    """How rows of `data.train` are shared out where no file of their own is given.

    `column` names a column that says train, validation, calibration or test.
    Otherwise shares are drawn by group: `group_by: text` keeps equal texts on one
    side, a column name keeps its values together (a household, a firm), `none` draws
    each row by itself. A blank text or cell keeps nothing together. `time_column`
    takes the newest rows for the test instead.

    The shares are not used with `column`, nor for a role with a file of its own.
    """

    column: str | None = None
    group_by: str = "text"
    time_column: str | None = None
    validation: float = _share(0.1)
    calibration: float = _share(0.1)
    test: float = _share(0.1)


@dataclass(frozen=True)
class DataConfig:
    """Files and columns. Paths are relative to the folder the command runs in.

    `key_columns` go into the output of `han.predict`, beside its own columns, whose
    names they may not have. `cache` is a folder where the tokenised texts are kept, so
    that later runs over them start at once; it holds respondents' words.
    """

    train: str
    fields: dict[str, FieldConfig]
    label_columns: tuple[str, ...]
    validation: str | None = None
    calibration: str | None = None
    test: str | None = None
    split: SplitConfig = field(default_factory=SplitConfig)
    encoding: str = "utf-8"
    key_columns: tuple[str, ...] = ()
    weight_column: str | None = None
    cache: str | None = None


@dataclass(frozen=True)
class TaxonomyConfig:
    """The code list: a `code,parent,title` file, a digit rule, or the label columns.

    `digits: [2, 3, 4]` says how many characters of the code name each level.
    `check_width` refuses digit codes that are shorter than most of their level.
    """

    file: str | None = None
    encoding: str = "utf-8"
    digits: tuple[int, ...] = ()
    check_width: bool = True


@dataclass(frozen=True)
class TextConfig:
    """Sentences, words, and what is done to a word. See `han.text`."""

    language: Literal[
        "spanish", "english", "portuguese", "french", "italian", "german"
    ] = "spanish"
    sentences: Literal["rule", "punkt", "whole"] = "rule"
    lowercase: bool = True
    fold_accents: bool = False
    numbers: Literal["keep", "token", "drop"] = "keep"
    remove_stop_words: bool = False
    word_form: Literal["surface", "stem", "lemma"] = "surface"
    min_count: int = _at_least(1, 2)
    vocabulary_size: int = _at_least(1, 50_000)


@dataclass(frozen=True)
class EmbeddingsConfig:
    """Word vectors: their width, a file to begin with, whether they learn.

    `file` is in word2vec, fastText (.vec) or GloVe form; words that it lacks begin at
    random.
    """

    dimension: int = _at_least(1, 100)
    file: str | None = None
    trainable: bool = True


@dataclass(frozen=True)
class ModelConfig:
    """The model. `kind` is the network or a baseline that uses the same everything.

    `encoder` is explained in `han.document_encoder`. `word_units` and `sentence_units`
    are half the width of an annotation, one direction of the GRU. `computation: packed`
    computes real words only (not for `lstm`), `padded` is stock Keras; the numbers are
    the same.
    `tfidf_features` counts the words that `tfidf_svm` looks at.
    """

    kind: Literal["han", "tfidf_svm", "majority"] = "han"
    encoder: Literal["gru", "lstm", "cnn", "mean"] = "gru"
    word_units: int = _at_least(1, 50)
    sentence_units: int = _at_least(1, 50)
    head: Literal["tree", "leaf", "levels"] = "tree"
    dropout: float = _share(0.2)
    computation: Literal["auto", "packed", "padded"] = "auto"
    tfidf_features: int = _at_least(1, 1000)


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe. Early stopping waits for the validation hierarchical F1."""

    epochs: int = _at_least(1, 30)
    batch_size: int = _at_least(1, 64)
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    learning_rate: float = field(default=3e-3, metadata={"above": 0.0})
    gradient_clip_norm: float | None = field(default=5.0, metadata={"above": 0.0})
    early_stopping_patience: int = _at_least(1, 4)
    deterministic: bool = True


@dataclass(frozen=True)
class LoggingConfig:
    """Where the run is kept, by default `runs/<name>`, and whether TensorBoard logs."""

    run_folder: str | None = None
    tensorboard: bool = True


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole experiment."""

    name: str = "experiment"
    # Keras and scikit-learn take seeds of 32 bits.
    seed: int = field(default=17, metadata={"minimum": 0, "maximum": 2**32 - 1})
    data: DataConfig
    taxonomy: TaxonomyConfig = field(default_factory=TaxonomyConfig)
    text: TextConfig = field(default_factory=TextConfig)
    embeddings: EmbeddingsConfig = field(default_factory=EmbeddingsConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)

    @property
    def run_folder(self) -> Path:
        """The folder where the run is kept."""
        return Path(self.logging.run_folder or f"runs/{self.name}")

    def to_dict(self) -> dict[str, Any]:
        """All keys with their values, as plain types, ready for YAML or JSON."""
        plain: dict[str, Any] = to_plain(self)
        return plain


def read_config(file: Path, overrides: list[str] | None = None) -> Config:
    """Reads an experiment file and `key.sub=value` overrides.

    Args:
        file: The YAML file.
        overrides: Each replaces one key, `training.epochs=3`; a list or a section may
            be written as YAML, `data.label_columns=[level_1, level_2]`.

    Raises:
        InputError: For an unknown or missing key, a wrong type or choice, or keys
            that contradict each other; says which line and what was expected.
    """
    tree = read_overrides(read_yaml(file), overrides or [])
    config: Config = read_section(Config, tree)
    _check_contradictions(file, config)
    return config


def _check_contradictions(file: Path, config: Config) -> None:
    problems = {**_column_problems(config), **_split_problems(config)}
    problems |= {
        "`name` is empty, and the run folder is named after it": not config.name,
        "`model.computation: packed` is not there for `model.encoder: lstm`; set it to "
        "auto or padded": (
            config.model.computation == "packed" and config.model.encoder == "lstm"
        ),
    }
    for message, is_wrong in problems.items():
        if is_wrong:
            raise InputError(f"{file}: {message}.")


def _column_problems(config: Config) -> dict[str, bool]:
    tree, data = config.taxonomy, config.data
    clashes = [repr(name) for name in data.key_columns if _OUTPUT.fullmatch(name)]
    return {
        "give `taxonomy.file` or `taxonomy.digits`, not both": (
            bool(tree.file and tree.digits)
        ),
        "`taxonomy.digits` must grow, like [2, 3, 4]": (
            list(tree.digits) != sorted({width for width in tree.digits if width > 0})
        ),
        "`taxonomy.digits` reads one code: `data.label_columns` must name one column": (
            bool(tree.digits) and len(data.label_columns) != 1
        ),
        "`data.fields` needs at least one field": not data.fields,
        "`data.label_columns` needs at least one column": not data.label_columns,
        "`data.label_columns` names a column twice": _repeats(data.label_columns),
        "`data.key_columns` names a column twice": _repeats(data.key_columns),
        f"`data.key_columns` has {listing(clashes)}, and predictions have columns of "
        "their own with such names; rename the column in the data": bool(clashes),
    }


def _split_problems(config: Config) -> dict[str, bool]:
    split = config.data.split
    ungrouped = split.column or split.time_column
    return {
        "give `data.split.column` or `data.split.time_column`, not both": (
            bool(split.column and split.time_column)
        ),
        "`data.split.group_by` is not used with `data.split.column` or "
        "`data.split.time_column`; remove one of the two": (
            bool(ungrouped) and split.group_by != "text"
        ),
        "the shares of validation, calibration and test in `data.split` must leave "
        "something to train on: they add up to 1 or more": (
            split.validation + split.calibration + split.test >= 1
        ),
    }


def _repeats(names: tuple[str, ...]) -> bool:
    return len(set(names)) < len(names)
