"""The dictionary of a task: titles, an index, answers coded before."""

from __future__ import annotations

from collections.abc import Sequence

from han.code_list.taxonomy import Taxonomy
from han.config.job_config import CodedRecords, ExactConfig
from han.errors import InputError, listing
from han.stages.dictionary import Dictionary, joined_dictionary
from han.stages.dictionary_files import read_coded_records, read_index
from han.stages.dictionary_sources import title_dictionary
from han.tables.locations import DataFile, data_location
from han.tables.reading import column_names
from han.text.non_answers import NonAnswers


def task_dictionary(
    given: ExactConfig,
    key: str,
    fields: Sequence[str],
    tree: Taxonomy,
    non_answers: NonAnswers,
    encoding: str,
) -> Dictionary:
    """Entries of all sources that a task names, joined.

    Args:
        given: The sources.
        key: Key of that section, for messages.
        fields: Text fields of the run.
        tree: Its code list.
        non_answers: What it reads as blank.
        encoding: Encoding of text files.

    Raises:
        InputError: If there is no such field, no source, or a file has a fault.
    """
    field = given.field or fields[0]
    if field not in fields:
        raise InputError(
            f"`{key}.field` is {field!r}, and the run has the fields "
            f"{listing(fields)}. Name one of these."
        )
    parts: list[Dictionary] = []
    if given.titles and any(tree.titles):
        parts.append(title_dictionary(tree, field))
    if given.index:
        parts.append(
            _index(data_location(given.index), field, tree, non_answers, encoding)
        )
    for coded in given.coded:
        parts.append(_coded(given, coded, field, tree, non_answers, encoding))
    if not parts:
        raise InputError(
            f"`{key}` names no entries, and the code list has no titles. Set `index` "
            "or `coded`, or take the stage out."
        )
    return joined_dictionary(parts)


def _index(
    file: DataFile, field: str, tree: Taxonomy, non_answers: NonAnswers, encoding: str
) -> Dictionary:
    has_id = "id" in column_names(file, encoding=encoding, wanted=["text", "code"])
    return read_index(
        file,
        tree,
        {field: "text"},
        entry_id="id" if has_id else None,
        encoding=encoding,
        non_answers=non_answers,
    )


def _coded(
    given: ExactConfig,
    coded: CodedRecords,
    field: str,
    tree: Taxonomy,
    non_answers: NonAnswers,
    encoding: str,
) -> Dictionary:
    return read_coded_records(
        data_location(coded.file),
        tree,
        {field: coded.fields.get(field, field)},
        code=coded.code,
        min_count=given.min_count,
        min_purity=given.min_purity,
        count=coded.count,
        encoding=encoding,
        non_answers=non_answers,
    )
