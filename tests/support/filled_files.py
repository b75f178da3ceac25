"""Files of a queue that go out, are filled in, and come back."""

import json

import openpyxl
import pandas as pd
import sqlalchemy as sa

from han import review
from support.example_queue import CODES

NAMES = list(CODES)


def asked(*arguments):
    return review.main([*map(str, arguments), "--lang", "en"])


def exported(queue, file, *more, person="ana"):
    assert asked("export", queue.place, "-o", file, "--person", person, *more) == 0
    return file


def imported(queue, file, *more, person="ana"):
    return asked("import", queue.place, file, "--person", person, *more)


def filled(file, cells, new=None):
    """The file with cells set: by id and column."""
    new = new or file
    if file.suffix == ".json":
        tasks = json.loads(file.read_text(encoding="utf-8"))
        for task in tasks:
            given = cells.get(int(task["data"]["id"]), {})
            task["annotations"] = [{"result": [], "was_cancelled": True}]
            task["annotations"].insert(0, {"result": _results(given)})
        new.write_text(json.dumps(tasks), encoding="utf-8")
    elif file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        header = [cell.value for cell in book["answers"][1]]
        for row in book["answers"].iter_rows(min_row=2):
            for column, value in cells.get(int(row[0].value), {}).items():
                cell = row[header.index(column)]
                cell.value = value
                if isinstance(value, str):  # cells are of text: nothing is computed
                    cell.data_type = "s"
        book.save(new)
    else:  # as Excel in Spanish saves it
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        for place, number in enumerate(table["id"].astype(int)):
            for column, value in cells.get(number, {}).items():
                table.loc[place, column] = value
        table.to_csv(new, index=False, sep=";", encoding="utf-8-sig")
    return new


def _results(given):
    found = []
    if code := given.get("final_code"):
        path = [NAMES[0], code]
        found.append({"from_name": "final_code", "value": {"taxonomy": [path]}})
    if given.get("uncodable"):
        found.append({"from_name": "uncodable", "value": {"choices": ["x"]}})
    if told := given.get("comment"):
        found.append({"from_name": "comment", "value": {"text": [told]}})
    return found


def rows_of(queue, table):
    with queue.reading() as connection:
        return connection.execute(sa.select(table)).all()
