"""Sections `data` and `taxonomy`: what is read, and what it is coded into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.value_limits import at_least, share

Missing = Literal["error", "drop", "unknown", "most_frequent"]
Role = Literal["train", "validation", "calibration", "test"]


@dataclass(frozen=True)
class FieldConfig:
    """One text field of a document.

    `column` is its column (the field's name if not given); `max_words` is the number
    of words of a sentence, `max_sentences` the number of sentences, that are read.
    """

    column: str | None = None
    max_words: int = at_least(1, 40)
    max_sentences: int = at_least(1, 15)


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
    validation: float = share(0.1)
    calibration: float = share(0.1)
    test: float = share(0.1)


@dataclass(frozen=True)
class SideFeatureConfig:
    """A column beside the text that helps to code: see `han.data.side_features`.

    `column` is its column (the feature's name if not given). A category that fewer than
    `min_count` training rows hold, or that is not among the `max_categories` commonest,
    is an unknown one.
    """

    kind: Literal["categorical", "numeric"]
    column: str | None = None
    min_count: int = at_least(1, 5)
    max_categories: int = at_least(1, 200)


@dataclass(frozen=True)
class DataConfig:
    """Files and columns. Paths are relative to the folder the command runs in.

    `key_columns` go into the output of `han.predict`, beside its own columns, whose
    names they may not have. `cache` is a folder where the tokenised texts are kept, so
    that later runs over them start at once; it holds respondents' words.

    `non_answers` is a list of what is no answer (`ns`, `99`), or a file with one a
    line, in place of the one in `han.text.non_answers`; `[]` is none. `bare_codes`
    says whether a code of the list is no answer, either, where it stands alone.

    `missing` says for a text field, a side feature or a label column, by its name, what
    a row without it means: `error`, `drop` (it does not train), `unknown` (nothing; the
    default), or for a side feature `most_frequent` (as if it had the commonest value).

    Where several people have coded a record, `label_columns` are those of the first,
    and each list of `other_coders` those of another, as many and in the same order.
    Every code trains with its share of the votes; in evaluation the code with most
    votes is the truth, and of equally many that of the first coder. A coder who gave
    no code leaves the cells empty.

    `in_memory` lists the roles whose rows a Python program gave to `fit`, in place of
    a file; `han.HierarchicalTextClassifier` sets it. `train` is null then. Rows of new
    files are read by the same columns as ever.
    """

    train: str | None
    fields: dict[str, FieldConfig]
    label_columns: tuple[str, ...]
    other_coders: tuple[tuple[str, ...], ...] = ()
    validation: str | None = None
    calibration: str | None = None
    test: str | None = None
    split: SplitConfig = field(default_factory=SplitConfig)
    encoding: str = "utf-8"
    key_columns: tuple[str, ...] = ()
    weight_column: str | None = None
    cache: str | None = None
    non_answers: str | tuple[str, ...] | None = None
    bare_codes: bool = True
    missing: dict[str, Missing] = field(default_factory=dict)
    side_features: dict[str, SideFeatureConfig] = field(default_factory=dict)
    in_memory: tuple[Role, ...] = ()


@dataclass(frozen=True)
class TaxonomyConfig:
    """The code list: a `code,parent,title` file, a digit rule, or the label columns.

    `digits: [2, 3, 4]` says how many characters of the code name each level.
    `check_width` refuses digit codes that are shorter than most of their level.

    `texts` lets the code list itself teach, in training alone: `titles` takes the
    titles of `file` if it has any, those of inner nodes as examples of partial codes;
    `all` takes the notes as well. `notes` is a CSV file with `code` and any of
    `description`, `includes` and `excludes`, in the encoding of the code list; see
    `han.data.code_list_texts`. Such a text fills one field, `text_field` (by default
    the first), and weighs `text_weight` times what a training record weighs on average.

    `in_memory` says that a Python program gave the list as a `Taxonomy`, in place of
    `file`; `han.HierarchicalTextClassifier` sets it.
    """

    file: str | None = None
    encoding: str = "utf-8"
    digits: tuple[int, ...] = ()
    check_width: bool = True
    texts: Literal["none", "titles", "all"] = "titles"
    notes: str | None = None
    text_field: str | None = None
    text_weight: float = field(default=1.0, metadata={"above": 0.0})
    in_memory: bool = False

    @property
    def is_given(self) -> bool:
        """Whether there is a list, or the codes are those that the labels show."""
        return bool(self.file) or self.in_memory
