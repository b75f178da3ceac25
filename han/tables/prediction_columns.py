"""The columns of a prediction: their names, order, types and meanings, here alone.

It stands in a low room, with what else is known of files of rows, because the check of
an experiment's key columns needs the names as well as what predicts and what writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

TEXT, NUMBER, COUNT, WHOLE, YES_NO = "str", "float64", "int64", "Int64", "bool"
TYPES = {
    TEXT: "text",
    NUMBER: "number",
    COUNT: "whole number",
    WHOLE: "whole number",
    YES_NO: "true or false",
}
ROUTED, LISTS, PATHS, LIMITED = "routed", "lists", "paths", "limited"
WHEN = {
    "": "",
    ROUTED: " (a run with thresholds)",
    LISTS: " (thresholds with --sets)",
    PATHS: " (code lists in which a code stands under two parents)",
    LIMITED: " (thresholds for texts that do not stand too often)",
}
ROW = "row"  # the key column where an experiment names none


@dataclass(frozen=True)
class PredictionColumn:
    """One column; one for each level or rank where the name has a `K`.

    Attributes:
        name: Its name.
        dtype: Its type in pandas.
        about: What stands in it.
        when: In which predictions it is there; "" for all.
    """

    name: str
    dtype: str
    about: str
    when: str = ""


CODE = (
    PredictionColumn("code", TEXT, "the code given; empty where there is none"),
    PredictionColumn(
        "code_path", TEXT, "codes from the top down to it, as in 1 > 11 > 111", PATHS
    ),
    PredictionColumn("level", WHOLE, "its level, from 1; missing where there is none"),
    PredictionColumn("label", TEXT, "its title; empty where there is none"),
    PredictionColumn("probability", NUMBER, "how probable it is; missing without code"),
    PredictionColumn("margin", NUMBER, "distance of top_1_code to the runner-up"),
    PredictionColumn("route", TEXT, "auto, partial or review: who codes it", ROUTED),
    PredictionColumn("flag", TEXT, "what is doubtful about the text; empty if nothing"),
)
REPEATED = (
    PredictionColumn(
        "repeats",
        WHOLE,
        "records of the input with this text, or of its household, firm or the like if "
        "these were drawn; missing if blank or not known",
        LIMITED,
    ),
    PredictionColumn(
        "decision",
        WHOLE,
        "number of a frequent text that a person answers once for all its records; "
        "missing for all others",
        LIMITED,
    ),
)
LEVEL = (
    PredictionColumn(
        "p_level_K",
        NUMBER,
        "probability of the code on level K (with thresholds: of top_1_code there)",
    ),
)
TOP = (
    PredictionColumn("top_K_code", TEXT, "the full code that is K-th most probable"),
    PredictionColumn("top_K_code_path", TEXT, "its path", PATHS),
    PredictionColumn("top_K_probability", NUMBER, "its probability"),
)
SETS = (
    PredictionColumn("set_size", COUNT, "codes in the list for a clerk", LISTS),
    PredictionColumn(
        "set_node", TEXT, "the one code above all of them, if it is a narrow one", LISTS
    ),
    PredictionColumn(
        "set_codes",
        TEXT,
        "the listed codes, most probable first, separated by |; paths, where codes "
        "stand under two parents",
        LISTS,
    ),
    PredictionColumn("set_cut", YES_NO, "whether the list is cut for length", LISTS),
)
ALL = (*CODE, *REPEATED, *LEVEL, *TOP, *SETS)
GIVEN = (
    PredictionColumn(
        "codes",
        TEXT,
        "the codes given, none above another, most probable first, separated by what "
        "data.label_sets says, else by |; empty where there is none",
    ),
    PredictionColumn("code_paths", TEXT, "their paths, separated alike", PATHS),
    PredictionColumn("num_codes", COUNT, "number of codes given"),
    PredictionColumn("probabilities", TEXT, "their probabilities, separated alike"),
    PredictionColumn(
        "least_probability", NUMBER, "the smallest of these; missing without code"
    ),
    PredictionColumn(
        "route", TEXT, "auto, partial or review: who codes the record", ROUTED
    ),
    PredictionColumn("flag", TEXT, "what is doubtful about the text; empty if nothing"),
)
GIVEN_ONE = (
    PredictionColumn(
        "code_K", TEXT, "the K-th of the codes given; empty if there are fewer"
    ),
    PredictionColumn("code_path_K", TEXT, "its path", PATHS),
    PredictionColumn("level_K", WHOLE, "its level, from 1; missing if there is none"),
    PredictionColumn("label_K", TEXT, "its title"),
    PredictionColumn("probability_K", NUMBER, "how probable it is"),
)
LISTED = (
    PredictionColumn(
        "set_size", COUNT, "codes in the list for a clerk, none above another", LISTS
    ),
    PredictionColumn(
        "set_codes",
        TEXT,
        "the listed codes, most probable first, separated as codes;"
        " paths, where codes stand under two parents",
        LISTS,
    ),
    PredictionColumn("set_cut", YES_NO, "whether the list is cut for length", LISTS),
)
OF_SETS = (*GIVEN, *REPEATED, *GIVEN_ONE, *TOP, *LISTED)
_TITLES = re.compile("label(_[0-9]+)?")


@dataclass(frozen=True)
class PredictionColumns:
    """The columns of one prediction.

    Attributes:
        num_levels: Levels of the code list.
        top_k: Full codes that are listed.
        is_routed: Whether records are routed by thresholds.
        has_lists: Whether there are lists for clerks.
        has_paths: Whether some code stands under two parents.
        has_repeats: Whether the thresholds are for texts that do not stand too often.
        gives_sets: Whether a record has a set of codes; then `top_k` of these have
            columns of their own, too.

    Example:
        >>> PredictionColumns(1, top_k=1, has_paths=True).names[-3:]
        ['top_1_code', 'top_1_code_path', 'top_1_probability']
    """

    num_levels: int
    top_k: int = 5
    is_routed: bool = False
    has_lists: bool = False
    has_paths: bool = False
    has_repeats: bool = False
    gives_sets: bool = False

    @property
    def names(self) -> list[str]:
        """Names in order."""
        return list(self.dtypes)

    @property
    def titles(self) -> list[str]:
        """Names of those that come from the code list, where anything may stand.

        Example:
            >>> PredictionColumns(1, top_k=2, gives_sets=True).titles
            ['label_1', 'label_2']
        """
        return [name for name in self.dtypes if _TITLES.fullmatch(name)]

    @property
    def dtypes(self) -> dict[str, str]:
        """Type in pandas by name, in order."""
        ranks = range(1, self.top_k + 1)
        groups = [
            (CODE, [0]),
            (REPEATED, [0]),
            (LEVEL, range(1, self.num_levels + 1)),
            (TOP, ranks),
            (SETS, [0]),
        ]
        if self.gives_sets:
            groups = [(GIVEN, [0]), (REPEATED, [0]), (GIVEN_ONE, ranks), (TOP, ranks)]
            groups.append((LISTED, [0]))
        has = {"": True, ROUTED: self.is_routed, PATHS: self.has_paths}
        has |= {LISTS: self.has_lists, LIMITED: self.has_repeats}
        return {
            column.name.replace("K", str(number)): column.dtype
            for columns, numbers in groups
            for number in numbers
            for column in columns
            if has[column.when]
        }

    def frame(self, values: Mapping[str, npt.ArrayLike]) -> pd.DataFrame:
        """A table of these columns, in order and with their types, whatever the rows.

        Args:
            values: Cells by column, `(n,)` each; 0 for a missing whole number. Other
                columns are left out.

        Example:
            >>> columns = PredictionColumns(0, top_k=0)
            >>> cells = dict.fromkeys(columns.names, [""]) | {"level": [0]}
            >>> columns.frame(cells | {"probability": [0.5], "margin": [0.2]}).level[0]
            <NA>
        """
        import numpy as np
        import pandas as pd

        arrays: dict[str, Any] = {}
        known: Any = {d: pd.api.types.pandas_dtype(d) for d in {*self.dtypes.values()}}
        for name, dtype in self.dtypes.items():
            arrays[name] = pd.array(np.asarray(values[name]), dtype=known[dtype])
            if dtype == WHOLE:
                arrays[name][arrays[name] == 0] = pd.NA
        return pd.DataFrame(arrays, copy=False)


def screen_names(names: Sequence[str]) -> list[str]:
    """What a person wants to see first of a prediction; the file has every column.

    Args:
        names: Names of the key columns and of those of the prediction.
    """
    is_of_sets = "code" not in names  # which no key column is called, either
    first = names.index("codes" if is_of_sets else "code")
    hidden = ("level", "num_codes", "least_probability")
    shown = [c.name for c in (GIVEN if is_of_sets else CODE) if c.name not in hidden]
    kept = [name for name in shown if name in names]
    levels = [name for name in names if name.startswith("p_level_")]
    # A record for a person has no code: the best candidate must be among the others.
    ranks = (1, 2, 3) if "route" in names or is_of_sets else (2, 3)
    has_paths = "code_path" in names or "code_paths" in names
    what = "code_path" if has_paths else "code"
    others = [f"top_{k}_{what}" for k in ranks if f"top_{k}_{what}" in names]
    return [*names[:first], *kept, *levels, *others]


def is_prediction_column(name: str, *, gives_sets: bool = False) -> bool:
    """Whether a prediction may have a column of this name, so that no key column can.

    Args:
        name: The name.
        gives_sets: Whether records have sets of codes.

    Example:
        >>> [is_prediction_column(n) for n in ("set_codes", "top_12_code", "codes")]
        [True, True, False]
        >>> is_prediction_column("codes", gives_sets=True)
        True
    """
    columns = (*ALL, *OF_SETS) if gives_sets else ALL
    return name == ROW or any(
        re.fullmatch(column.name.replace("K", "[0-9]+"), name) for column in columns
    )


def clashing_names(names: Iterable[str]) -> list[str]:
    """Tasks whose columns would have the names of columns of another task.

    Args:
        names: Names of the tasks, which stand before their columns.

    Example:
        >>> clashing_names(["job", "job_top_1", "branch"])
        ['job_top_1']
    """
    all_names = list(names)
    return [
        name
        for name in all_names
        for other in all_names
        if name.startswith(f"{other}_")
        and is_prediction_column(f"{name[len(other) + 1 :]}_code")
    ]
