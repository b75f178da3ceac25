"""Sections `data` and `taxonomy`: what is read, and what it is coded into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from han.config.value_limits import at_least, share

Missing = Literal["error", "drop", "unknown", "most_frequent"]
Role = Literal["train", "validation", "calibration", "test"]
ROLES: tuple[str, ...] = get_args(Role)
Separator = Literal["comma", "semicolon", "tab", "bar", ",", ";", "|"]
Decimal = Literal["point", "comma", ".", ","]


@dataclass(frozen=True)
class FieldConfig:
    """One text field of a document, such as a job title.

    Attributes:
        column: Column of the file; the name of the field if not given.
        max_words: Words of a sentence that are read.
        max_sentences: Sentences that are read.
    """

    column: str | None = None
    max_words: int = at_least(1, 40)
    max_sentences: int = at_least(1, 15)


@dataclass(frozen=True)
class SplitConfig:
    """How rows of `data.train` are divided where a role has no file of its own.

    By default a tenth each goes to validation, calibration and test, and equal texts
    stay together. Shares are not used with `column`, nor for a role with a file of its
    own.

    Attributes:
        column: A column that says train, validation, calibration or test.
        group_by: What stays on one side: `text` keeps equal texts together, the name of
            a column keeps its values together (a household, a firm), `none` divides row
            by row. A blank text or cell keeps nothing together.
        time_column: Test on the newest rows by this column.
        validation: Share for validation, which chooses the best epoch.
        calibration: Share for calibration, which makes probabilities honest and chooses
            thresholds. Without it `han.plan` cannot promise anything.
        test: Share for the test, which chooses nothing.
    """

    column: str | None = None
    group_by: str = "text"
    time_column: str | None = None
    validation: float = share(0.1)
    calibration: float = share(0.1)
    test: float = share(0.1)


@dataclass(frozen=True)
class SideFeatureConfig:
    """A column that helps the network beside the text; see `han.data.side_features`.

    Unknown and missing values have a place of their own.

    Attributes:
        kind: `categorical` or `numeric`.
        column: Column of the file; the name of the feature if not given.
        min_count: A category of fewer training rows counts as unknown.
        max_categories: Only so many, the commonest, are known.
    """

    kind: Literal["categorical", "numeric"]
    column: str | None = None
    min_count: int = at_least(1, 5)
    max_categories: int = at_least(1, 200)


@dataclass(frozen=True)
class DataConfig:
    """Files and columns. Paths are relative to the folder in which the command runs.

    Attributes:
        train: The training records: a file (`.csv` or `.tsv`, also with `.gz`; `.xlsx`,
            `.parquet`, `.dta` of Stata, `.sav` of SPSS), a sheet (`book.xlsx#Sheet2`)
            or an SQLAlchemy address (`sqlite:///survey.db#persons`).
        fields: The text fields of a document, in their order: `{name: {column,
            max_words, max_sentences}}`. Each is one or more sentences of the document.
        label_columns: Columns of the codes, from the top level down. Trailing cells may
            be empty: such a record trains as far as it goes. With `taxonomy.file` it
            may be a single column with codes of any level. Required, unless there are
            `tasks`, which have their own.
        other_coders: Label columns of further coders of the same records, as many and
            in the same order as `label_columns`: `[[b_1, b_2], [c_1, c_2]]`. Each code
            trains with its share of the votes. In evaluation the code with most votes
            is the truth, the first coder's where votes are equal. Who gave no code
            leaves the cells empty.
        label_sets: A text, such as `"|"`, that stands between the codes of a label cell
            where a record may have several acceptable ones: `0111|0112`. Each of them
            trains with an equal share, and any of them is right in evaluation and
            plans. The first is the main one. Needs a single label column, one coder.
            With `model.head: multi_path` all of them are right together.
        more_codes: Label columns of further codes of the same records, as many and in
            the same order as `label_columns`: `[[second], [third]]`. All of them are
            right together; needs `model.head: multi_path`.
        codes_file: A table with a row for each code of a record: the columns of
            `key_columns`, which say whose code it is, and `label_columns`. Files of
            records then need no label columns. Needs `model.head: multi_path`.
        validation: A file of its own for validation, in place of a share of `train`.
        calibration: A file of its own for calibration.
        test: A file of its own for the test.
        reviewed: Queues of clerks (`review.db`, `postgresql+psycopg://user@server/name`)
            whose decisions train, too, or `records` that `python -m han.review lessons`
            wrote. Answers that were drawn at random do not: they judge. Nor do texts of
            validation, calibration or test.
        split: How `train` is divided for the roles without a file.
        table: Sheet of the workbook, or table of the database, in `train`; other roles
            name theirs after `#`. By default the only one, or the only sheet with the
            columns of the experiment.
        query: An SQL query with ORDER BY for the database in `train`.
        encoding: Encoding of the files.
        separator: What separates cells of text files: `comma`, `semicolon`, `tab` or
            `bar`. Found in each file by default.
        decimal: Decimal mark of weights and numeric side features that are text:
            `point` or `comma`. Found in each text file by default; to be said for a
            sheet or table whose numbers were stored as text with a comma.
        key_columns: Columns that go into the prediction file, to find a record again.
            They may not have the names of columns that a prediction has.
        weight_column: Survey weight, used in the loss and in every metric.
        cache: A folder where tokenised texts and the fitted linear model are kept, so
            that later runs over the same records start at once. It holds respondents'
            words: only its owner can read it. Delete it at any time; changed texts,
            settings or versions never meet an old entry.
        remember_texts: Whether the run folder has keyed hashes of the texts of training
            and validation, `seen_texts.npz`. With them a plan can promise texts that
            were seen before by themselves, and frequent texts, too. Nobody can read a
            text from them, but who has the folder can ask whether a text that he
            guesses is among them.
        non_answers: What is no answer (`ns`, `99`, `idem`): a list, or a file with one
            a line, in place of the built-in list; `[]` for none. Such a field is read
            as blank, in training and ever after.
        no_code: Label cells that mean that there is no code: `["9999", "&"]`. They are
            read as blank, and counted in the data report.
        bare_codes: Whether a code of the code list that stands alone is no answer.
        missing: What a row without a value means, by the name of a text field, label
            column or side feature: `error`, `drop` (it does not train, but it is
            tested), `unknown` (the default), or for a side feature `most_frequent`.
        side_features: Columns that help the network beside the text: `{name: {kind,
            column, min_count, max_categories}}`. Baselines read texts alone.
        in_memory: Roles whose rows a Python program gave to `fit` in place of a file.
            `han.HierarchicalTextClassifier` sets it, and `train` is null then.
    """

    train: str | None
    fields: dict[str, FieldConfig]
    label_columns: tuple[str, ...] = ()
    other_coders: tuple[tuple[str, ...], ...] = ()
    label_sets: str | None = None
    more_codes: tuple[tuple[str, ...], ...] = ()
    codes_file: str | None = None
    validation: str | None = None
    calibration: str | None = None
    test: str | None = None
    reviewed: tuple[str, ...] = ()
    split: SplitConfig = field(default_factory=SplitConfig)
    table: str | None = None
    query: str | None = None
    encoding: str = "utf-8"
    separator: Separator | None = None
    decimal: Decimal | None = None
    key_columns: tuple[str, ...] = ()
    weight_column: str | None = None
    cache: str | None = None
    remember_texts: bool = True
    non_answers: str | tuple[str, ...] | None = None
    no_code: tuple[str, ...] = ()
    bare_codes: bool = True
    missing: dict[str, Missing] = field(default_factory=dict)
    side_features: dict[str, SideFeatureConfig] = field(default_factory=dict)
    in_memory: tuple[Role, ...] = ()


@dataclass(frozen=True)
class CodeListColumns:
    """Names of the columns of the code list and of its notes.

    Without them the columns are `code`, `parent`, `title`, `description`, `includes`
    and `excludes`, or what they are called in Spanish: `código` or `clave`, `padre`,
    `título`, `descripción`, `incluye`, `excluye`. Capitals, accents and blanks around a
    name do not count.

    Attributes:
        code: The code, in the code list and in the notes.
        parent: The code above it.
        title: Its title; without a column of that name the description is taken.
        description: Of the notes, in a file of their own or in the list: what it is.
        includes: Of the notes: what belongs to it.
        excludes: Of the notes: what does not.
    """

    code: str | None = None
    parent: str | None = None
    title: str | None = None
    description: str | None = None
    includes: str | None = None
    excludes: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """The columns that are named here, by their role."""
        return {role: name for role, name in vars(self).items() if name}


@dataclass(frozen=True)
class TaxonomyConfig:
    """The code list: a file, a rule over digits, or what the label columns hold.

    Titles and notes of the file train beside the records, as examples of their codes;
    those of inner nodes are examples of partial codes. They are never in validation,
    calibration or test. See `han.data.code_list_texts`.

    Attributes:
        file: A table with `code, parent, title`, in any form that `data.train` may
            have. The separator of a text file is found in it.
        encoding: Encoding of that file and of the notes.
        columns: The names of its columns, if they are others: `{code: hscode, title:
            description}`.
        parent: Where parents come from. `column` is the column `parent`, and the
            default. `prefix`: the longest beginning of a code that is a code, too, as
            in ISCO the code less its last digit. A range such as `31-33` is above what
            begins with 31, 32 or 33; zeros that fill codes up do not count. `order`:
            codes without digits are sections, such as the letters of ISIC, and what
            has no other parent is below the last section above it in the file.
        levels: A column of codes for each level, from the top down, alone or with the
            column of its titles: `[[sector, sector_title], [class, class_title]]`.
            Cells that are blank above a filled one repeat what stands above them.
        missing_parents: What a parent means that `prefix` or `order` expects, as most
            codes of that length have it, and the file lacks: `error`, or the `nearest`
            code above takes its place.
        digits: For one label column of digit codes: how many characters make each
            level, `[2, 3, 4]`.
        check_width: Refuse codes that seem to be damaged: digit codes shorter than most
            of their level, which have usually lost a leading zero; codes that differ in
            what looks alike; and without a list dates, `2E+05`, `#N/A` and the like.
        texts: What of the code list trains: `all` (titles and notes, as far as there
            are any), `titles` or `none`. Columns `description`, `includes` and
            `excludes` of the list are notes, but for the one that has the titles.
        notes: A table of its own with `code` and any of these columns.
        text_field: The field that these texts fill; the first one if not given.
        text_weight: Weight of such a text; 1 is that of an average training record.
        in_memory: Whether a Python program gave the list in place of `file`;
            `han.HierarchicalTextClassifier` sets it.
    """

    file: str | None = None
    encoding: str = "utf-8"
    columns: CodeListColumns = field(default_factory=CodeListColumns)
    parent: Literal["column", "prefix", "order"] | None = None
    levels: tuple[str | tuple[str, ...], ...] = ()
    missing_parents: Literal["error", "nearest"] = "error"
    digits: tuple[int, ...] = ()
    check_width: bool = True
    texts: Literal["none", "titles", "all"] = "all"
    notes: str | None = None
    text_field: str | None = None
    text_weight: float = field(default=1.0, metadata={"above": 0.0})
    in_memory: bool = False

    @property
    def is_given(self) -> bool:
        """Whether there is a list, or the codes are those that the labels show."""
        return bool(self.file) or self.in_memory
