"""A small run that is served in the process of the tests."""

import os
from pathlib import Path

import pandas as pd

from han.service.model_shelf import ModelPlace, ModelShelf
from han.service.service_settings import ServiceSettings
from han.service_site.service_app import service_app


def shelf_of(*places, **limits):
    """Models of runs, given as `RUN` or `NAME=RUN`."""
    settings = ServiceSettings(**limits)
    return ModelShelf([ModelPlace.of(str(place)) for place in places], settings)


def client_of(*places, **limits):
    """A client of a service of its own."""
    limits.setdefault("log", Path(os.devnull))
    app = service_app(shelf_of(*places, **limits), ServiceSettings(**limits))
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as when it is served
    return app.test_client()


def coded(client, *records, address="/v1/code", **members):
    """The answer to a request for codes; a text is a record with that field `text`."""
    given = [{"text": r} if isinstance(r, str) else r for r in records]
    return client.post(address, json={"records": given, **members})


def answers_in(client, records, size, **members):
    """Answers to records that are sent in groups of this size."""
    found = []
    for first in range(0, len(records), size):
        said = coded(client, *records[first : first + size], **members)
        assert said.status_code == 200, said.text
        found += said.get_json()["records"]
    return found


def table_of(answers):
    """Answers as the table of a prediction: candidates in columns, as in a file."""
    rows = []
    for answer in answers:
        row = {
            n: cell for n, cell in answer.items() if n not in ("candidates", "given")
        }
        for rank, one in enumerate(answer["candidates"], start=1):
            cells = {name: cell for name, cell in one.items() if name != "label"}
            row |= {f"top_{rank}_{name}": cell for name, cell in cells.items()}
        for rank, one in enumerate(answer.get("given", []), start=1):
            row |= {f"{name}_{rank}": cell for name, cell in one.items()}
        rows.append(row)
    return pd.DataFrame(rows)


def assert_equal_tables(found, expected, near=1e-9):
    """All columns of `expected` are in `found`: equal texts, numbers this near."""
    assert len(found) == len(expected)
    for name, column in expected.items():
        told = found.get(name, pd.Series([None] * len(found)))
        if column.dtype.kind in "fi" or str(column.dtype) == "Int64":
            one = pd.to_numeric(told, errors="raise").astype(float)
            two = column.astype("Float64").to_numpy(float, na_value=float("nan"))
            assert (one.isna().to_numpy() == pd.isna(two)).all(), name
            assert (abs(one - two).dropna() <= near).all(), name
        else:
            assert _texts(told) == _texts(column), name


def _texts(column):
    return [None if pd.isna(cell) or cell == "" else cell for cell in column]
