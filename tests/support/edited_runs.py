"""Runs whose files somebody has changed."""

import io
import json
from pathlib import Path
from zipfile import ZipFile

import h5py
import numpy as np


class Marker:
    """What writes a file when it is unpickled, as a hostile file would run anything."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return Path.write_text, (Path(self.file), "run")


def edit_json(file, change):
    """Changes what a JSON file holds; NaN and infinity are written as Python does."""
    form = json.loads(file.read_text(encoding="utf-8"))
    change(form)
    file.write_text(json.dumps(form), encoding="utf-8")


def edit_arrays(file, **changes):
    """Replaces arrays of an `.npz` file by what functions make of them."""
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays |= {name: change(arrays[name]) for name, change in changes.items()}
    with file.open("wb") as stream:
        np.savez(stream, **arrays)


def edit_network(file, change_weights=None, change_config=None):
    """Changes the HDF5 tree or the settings of a `.keras` file."""
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if change_weights:
        stream = io.BytesIO(parts["model.weights.h5"])
        with h5py.File(stream, "r+") as tree:
            change_weights(tree)
        parts["model.weights.h5"] = stream.getvalue()
    if change_config:
        form = json.loads(parts["config.json"])
        parts["config.json"] = json.dumps(change_config(form)).encode()
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def with_first(value):
    """A function that puts a value in the first place of a copy of an array."""

    def change(array):
        array = np.array(array)
        array.flat[0] = value
        return array

    return change
