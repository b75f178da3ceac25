"""Writes and reads what features were learnt, as JSON and arrays."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.config import Config, read_config
from han.config.yaml_writer import config_text
from han.errors import InputError
from han.feature_table.fitted_features import FeatureSettings, FittedFeatures
from han.feature_table.term_table import TermTable
from han.tables.array_files import read_finite_arrays
from han.tables.file_access import make_folder
from han.tables.whole_files import ADVICE, whole_file, write_whole
from han.text.text_encoder import TextEncoder
from han.text.topics import Topics

FORM = 1
_ABOUT, _ARRAYS, _TOPICS = "features.json", "features.npz", "topics.npz"
_CONFIG, _TEXT, _LEMMAS = "config.yaml", "text.json", "lemmas.json"
_PARTS = ("terms", "idf", "chosen")


def save_features(features: FittedFeatures, config: Config, folder: Path) -> None:
    """Writes all that `load_features` needs; words of the training texts are in it.

    Args:
        features: What was learnt.
        config: The experiment, which says what columns the texts are in.
        folder: Where; files of these names are replaced.

    Raises:
        InputError: If the folder cannot be written.
    """
    make_folder(folder, "made for the features", ADVICE)
    write_whole(folder / _CONFIG, config_text(config.to_dict()).encode())
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, table in features.terms.items():
        arrays |= {f"{name}.{part}": getattr(table, part) for part in _PARTS}
    for name in ("vectors", "components"):
        if (array := getattr(features, name)) is not None:
            arrays[name] = array
    with whole_file(folder / _ARRAYS) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    _saved(features.encoder, folder / _TEXT)
    if features.lemmas is not None:
        _saved(features.lemmas, folder / _LEMMAS)
    if features.topics is not None:
        with whole_file(folder / _TOPICS) as temporary:
            features.topics.save(temporary)
    about = {
        "form": FORM,
        "settings": asdict(features.settings),
        "terms": {n: [t.is_pairs, t.num_ids] for n, t in features.terms.items()},
        "has": [n for n in ("lemmas", "topics") if getattr(features, n) is not None],
    }
    write_whole(folder / _ABOUT, json.dumps(about, indent=2).encode())


def _saved(encoder: TextEncoder, file: Path) -> None:
    with whole_file(file) as temporary:
        encoder.save(temporary)


def load_features(folder: Path) -> tuple[FittedFeatures, Config]:
    """Reads what `save_features` wrote, and the experiment.

    Raises:
        InputError: If there is nothing of it, or it is damaged.
    """
    if not (folder / _ABOUT).is_file():
        raise InputError(
            f"{folder}: no features were saved here. Give --save FOLDER when they are "
            "learnt."
        )
    try:
        return _loaded(folder), read_config(folder / _CONFIG)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{folder}: these features are damaged ({type(error).__name__}). Learn "
            "them anew with --save."
        ) from None


def _loaded(folder: Path) -> FittedFeatures:
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    if about["form"] != FORM:
        raise ValueError(about["form"])
    arrays = read_finite_arrays(folder / _ARRAYS)
    terms = {
        name: TermTable(*given, *(arrays[f"{name}.{part}"] for part in _PARTS))
        for name, given in about["terms"].items()
    }
    encoder = TextEncoder.load(folder / _TEXT)
    given = about["settings"] | {"groups": tuple(about["settings"]["groups"])}
    lemmas = TextEncoder.load(folder / _LEMMAS) if "lemmas" in about["has"] else None
    topics = None
    if "topics" in about["has"]:
        topics = Topics.load(folder / _TOPICS, len(encoder.vocabulary))
    return FittedFeatures(
        FeatureSettings(**given),
        encoder,
        terms,
        lemmas,
        topics,
        arrays.get("vectors"),
        arrays.get("components"),
    )
