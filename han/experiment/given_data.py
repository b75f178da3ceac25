"""Rows and a code list that a Python program has in memory, in place of files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.data.records import Records, table_records
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.tables.text_cells import table_as_text

ADVICE = (
    "Name files in `data.train` and `taxonomy.file` and leave `in_memory` out, or give "
    "the data to fit of han.HierarchicalTextClassifier again."
)


@dataclass(frozen=True)
class GivenData:
    """What was given in memory.

    Attributes:
        tables: Rows by role, with the columns that the experiment names.
        sources: What to call each table in messages, by role.
        taxonomy: The code list, if it was given.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    taxonomy: Taxonomy | None = None

    def check(self, config: Config) -> None:
        """Checks that all is there that the settings say was given in memory.

        Raises:
            InputError: If it is not.
        """
        missing = [role for role in config.data.in_memory if role not in self.tables]
        if missing:
            raise InputError(
                f"`data.in_memory`: the rows for {', '.join(missing)} were given in "
                f"memory, by a Python program, and are in no file. {ADVICE}"
            )
        if config.taxonomy.in_memory and self.taxonomy is None:
            raise InputError(
                "`taxonomy.in_memory`: the code list was given in memory, by a Python "
                f"program, and is in no file. {ADVICE}"
            )

    def records(self, config: Config, role: str) -> Records:
        """The rows of a role as records.

        Raises:
            InputError: As `table_as_text` and `table_records`.
        """
        # Keys name rows in the output of a command, and there is none.
        columns = replace(columns_of(config, role=role), keys=())
        table = table_as_text(self.tables[role], columns, self.sources[role])
        return table_records(table, columns, self.sources[role])

    def fingerprints(self, config: Config) -> dict[str, str]:
        """SHA-256 of each table and of the code list, by what it is."""
        found = {}
        for role in config.data.in_memory:
            columns = replace(columns_of(config, role=role), keys=())
            table = table_as_text(self.tables[role], columns, self.sources[role])
            found[in_memory_name(role)] = _digest(table)
        if self.taxonomy is not None:
            notes = {"notes": self.taxonomy.notes} if self.taxonomy.notes else {}
            tree = json.dumps(self.taxonomy.to_dict() | notes).encode()
            found[in_memory_name("taxonomy")] = hashlib.sha256(tree).hexdigest()
        return found


def in_memory_name(role: str) -> str:
    """What the fingerprint of data without a file is called."""
    return f"{role} in memory"


def _digest(table: pd.DataFrame) -> str:
    digest = hashlib.sha256("\x1f".join(table.columns).encode())
    rows = pd.util.hash_pandas_object(table, index=False, categorize=True)
    digest.update(rows.to_numpy().tobytes())
    return digest.hexdigest()
