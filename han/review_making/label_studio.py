"""A queue as tasks of Label Studio, and its annotations back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from han.errors import InputError
from han.review_making.exported_answers import CodeNames, ExportedAnswer
from han.review_making.filled_rows import FilledRow
from han.review_making.review_sheets import (
    EXPORTED,
    KEY,
    MOMENT,
    PERSON,
    TEXT,
    file_beside,
    shown_cells,
)
from han.reviewing.people import same_name
from han.tables.form_workbooks import sheet_text
from han.tables.whole_files import write_whole


def write_tasks(
    file: Path,
    person: str,
    at: datetime,
    given: Sequence[ExportedAnswer],
    names: CodeNames,
) -> Path:
    """Writes tasks to import there, and the labelling configuration beside them.

    Args:
        file: The tasks (JSON).
        person: Whose they are; it stands in each task.
        at: When they are exported, in UTC; that, too.
        given: The answers.
        names: The code list.

    Returns:
        The configuration, to paste into the project's settings.
    """
    whose = {PERSON: same_name(person), EXPORTED: f"{at:{MOMENT}}"}
    tasks = [{"data": whose | _data(one, names)} for one in given]
    text = json.dumps(tasks, ensure_ascii=False, indent=1)
    write_whole(file, text.encode("utf-8", "backslashreplace"))
    config = file_beside(file)
    fields = list(given[0].texts)
    write_whole(config, labelling_configuration(fields, names).encode())
    return config


def _data(one: ExportedAnswer, names: CodeNames) -> dict[str, Any]:
    cells = shown_cells(one)
    keys = [cell for name, cell in cells.items() if name.startswith(KEY)]
    told = [cell for name, cell in cells.items() if name.startswith(TEXT)]
    return {
        "id": str(one.id),
        "keys": ", ".join(keys),
        **{f"text_{place}": text for place, text in enumerate(told, 1)},
        "candidates": "\n".join(names.titled(node) for node in one.candidates),
    }


def labelling_configuration(fields: Sequence[str], names: CodeNames) -> str:
    """What a task looks like there: texts, candidates, the code list as a tree.

    A code's `alias` is what stands in an annotation.
    See <https://labelstud.io/tags/taxonomy>.
    """
    lines = ["<View>"]
    for place, field in enumerate(fields, 1):
        lines.append(f"  <Header value={_attribute(field)}/>")
        lines.append(f'  <Text name="text_{place}" value="$text_{place}"/>')
    lines.append('  <Text name="candidates" value="$candidates"/>')
    lines.append('  <Taxonomy name="final_code" toName="text_1" maxUsages="1">')
    lines += _choices(names)
    lines += [
        "  </Taxonomy>",
        '  <Choices name="uncodable" toName="text_1"><Choice value="x"/></Choices>',
        '  <TextArea name="comment" toName="text_1" maxSubmissions="1"/>',
        "</View>",
        "",
    ]
    return "\n".join(lines)


def _choices(names: CodeNames) -> list[str]:
    """Each code inside its parent."""
    order = sorted(range(len(names.nodes)), key=lambda place: names.paths[place])
    lines, depth = [], 0
    for place in order:
        level = len(names.paths[place])
        lines += ["    " + "  " * k + "</Choice>" for k in range(depth, level - 1, -1)]
        node = names.nodes[place]
        value, alias = _attribute(names.titled(node)), _attribute(names.name(node))
        indent = "    " + "  " * level
        lines.append(f"{indent}<Choice value={value} alias={alias}>")
        depth = level
    return lines + ["    " + "  " * k + "</Choice>" for k in range(depth, 0, -1)]


def _attribute(text: str) -> str:
    return quoteattr(sheet_text(text))


def read_tasks(file: Path, fields: Sequence[str], names: CodeNames) -> list[FilledRow]:
    """Annotated tasks, as Label Studio exports them (JSON).

    Of several annotations the last one counts that was not cancelled.

    Args:
        file: The export.
        fields: Text fields of the queue, in order.
        names: The code list.

    Raises:
        InputError: If it is no such file.
    """
    try:
        tasks = json.loads(file.read_text(encoding="utf-8-sig"))
        return [_row(k, task, fields, names) for k, task in enumerate(tasks, 1)]
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}. Correct the path.") from None
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
    ):
        raise InputError(
            f"{file}: this is no export of Label Studio. Expected its form JSON (not "
            "JSON-MIN): a list of tasks with `data` and `annotations`."
        ) from None


def _row(
    number: int, task: dict[str, Any], fields: Sequence[str], names: CodeNames
) -> FilledRow:
    data, results = task["data"], {}
    done = [a for a in task.get("annotations", []) if not a.get("was_cancelled")]
    for result in done[-1]["result"] if done else []:
        results[result["from_name"]] = result["value"]
    shown = {
        f"{TEXT}{name}": str(data[f"text_{place}"])
        for place, name in enumerate(fields, 1)
    }
    taken = results.get("final_code", {}).get("taxonomy", [])
    ticked = results.get("uncodable", {}).get("choices", [])
    told = results.get("comment", {}).get("text", [])
    return FilledRow(
        number,
        str(data["id"]),
        str(data[PERSON]),
        str(data[EXPORTED]),
        shown,
        " | ".join(_code(path[-1], names) for path in taken),
        "x" if ticked else "",
        "\n".join([told] if isinstance(told, str) else told).strip(),
    )


def _code(label: str, names: CodeNames) -> str:
    """The code of a choice, also where its alias was lost."""
    if names.find(label):
        return label
    titled = {names.titled(node): names.name(node) for node in names.nodes}
    return titled.get(label, label)
