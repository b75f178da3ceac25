"""A trained run, ready to code texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.attention.maps import AttentionMap, By
from han.data.side_features import SideFeatures
from han.decisions.decoding import Decoding, most_probable_codes
from han.errors import InputError
from han.mixture import Model
from han.taxonomy import Taxonomy
from han.text.encoding import EncodedTexts, TextEncoder

NETWORK_FILE = "model.keras"
BASELINE_FILE = "model.joblib"
LINEAR_FILE = "linear.npz"
SIDE_FILE = "side_features.json"
MIXTURE_FILE, MEMBERS = "mixture.json", "members"
CELLS = 2**23  # probabilities held at once: 32 MB, and a few copies
Engine = Literal["auto", "numpy", "tensorflow"]
Loaded = TypeVar("Loaded")
Documents = Sequence[str | Mapping[str, str]] | Mapping[str, Sequence[str]]
Side = Mapping[str, Sequence[str]]


class Classifier:
    """Codes texts with a trained model.

    Args:
        model: The network or a baseline.
        taxonomy: The code list it was trained on.
        encoder: The text encoder it was trained with.
        side_features: The columns beside the text that it was trained with, if any.
    """

    def __init__(
        self,
        model: Model,
        taxonomy: Taxonomy,
        encoder: TextEncoder,
        side_features: SideFeatures | None = None,
    ) -> None:
        self.model = model
        self.taxonomy = taxonomy
        self.encoder = encoder
        self.side_features = side_features or SideFeatures({})

    @classmethod
    def load(cls, run_folder: str | Path, engine: Engine = "auto") -> Classifier:
        """Reads a run folder, which needs nothing else.

        Args:
            run_folder: What training wrote.
            engine: Who computes a network: `numpy`, which is faster on a CPU and needs
                no TensorFlow, or `tensorflow`; the numbers are the same to 1e-5.
                `auto` takes `numpy` for every encoder that it knows. A baseline has one
                engine, whatever is asked for.

        Raises:
            InputError: If the folder holds no trained run, or one that is damaged, or
                of an encoder that `numpy` does not know.
        """
        from han.loading import load_classifier

        return load_classifier(Path(run_folder), engine)

    def encode(self, documents: Documents, *, side: Side | None = None) -> EncodedTexts:
        """Integer arrays of documents.

        Args:
            documents: One entry for each document, a text (of the first field) or a
                mapping of field names to texts; or a mapping of field names to columns.
            side: Cells of side features, by name, as text; one that is not given is
                missing in all documents.

        Raises:
            InputError: If a field or side feature is not known, a column has another
                length, or a number is none.
        """
        columns = self._columns(documents)
        return self.encode_columns(columns, self._side(side, columns))

    def encode_columns(
        self, columns: Mapping[str, Sequence[str]], side: Side
    ) -> EncodedTexts:
        """The same for columns of known fields and known side features."""
        texts = self.encoder.encode(columns)
        return replace(texts, side=self.side_features.encode(side, len(texts)))

    def _side(self, side: Side | None, columns: Mapping[str, Sequence[str]]) -> Side:
        """Known side features of as many rows as there are documents."""
        rows = max(map(len, columns.values()), default=0)
        known = self.side_features.parts
        for name, cells in (side or {}).items():
            if name not in known:
                raise InputError(
                    f"There is no side feature {name}. This run has: "
                    f"{', '.join(known) or 'none'}."
                )
            if len(cells) != rows:
                raise InputError(
                    f"Side feature {name} has {len(cells)} cells for {rows} documents. "
                    "Give one for each."
                )
        return {name: _texts(cells) for name, cells in (side or {}).items()}

    def _columns(self, documents: Documents) -> Mapping[str, Sequence[str]]:
        """Documents in any form as columns of known fields."""
        if isinstance(documents, str):
            raise InputError("Give a list of texts, [text], even for a single one.")
        if not isinstance(documents, Mapping):
            first = next(iter(self.encoder.fields))
            rows = [d if isinstance(d, Mapping) else {first: d} for d in documents]
            names = dict.fromkeys([first, *(name for row in rows for name in row)])
            documents = {name: [row.get(name, "") for row in rows] for name in names}
        unknown = set(documents) - set(self.encoder.fields)
        if unknown:
            raise InputError(
                f"There is no field {', '.join(sorted(unknown))}. This run has: "
                f"{', '.join(self.encoder.fields)}."
            )
        return {name: _texts(column) for name, column in documents.items()}

    def decode(self, texts: EncodedTexts, *, top_k: int = 5) -> Decoding:
        """Codes of encoded documents; blank ones get none."""
        return most_probable_codes(
            self.model.log_probabilities(texts),
            self.taxonomy,
            top_k=top_k,
            blank=texts.document_words == 0,
        )

    def predict(
        self,
        documents: Documents,
        *,
        side: Side | None = None,
        top_k: int = 5,
    ) -> pd.DataFrame:
        """One row for each document, in the same order.

        Equal documents are computed once.

        Args:
            documents: As for `encode`.
            side: As for `encode`.
            top_k: Number of full codes to list.

        Returns:
            Columns `code, level, label, probability, margin, flag`, `p_level_1` ...,
            `top_1_code`, `top_1_probability` ...; `flag` is explained in
            `TextEncoder.flags`; a document without any word or answer has no code.
        """
        columns = self._columns(documents)
        beside = self._side(side, columns)
        (distinct, different), place = _distinct(columns, beside)
        texts = self.encode_columns(distinct, different)
        size = max(256, CELLS // self.taxonomy.num_nodes)
        tables = [
            self._table(self.decode(part, top_k=top_k)) for part in _parts(texts, size)
        ]
        table = pd.concat(tables, ignore_index=True)
        table = table.assign(flag=self.encoder.flags(distinct, texts))
        return table[self.columns(top_k)].take(place).reset_index(drop=True)

    def attend(
        self, documents: Documents, *, side: Side | None = None, by: By = "attention"
    ) -> list[AttentionMap]:
        """Evidence in each document: how much its words, sentences and fields count.

        Args:
            documents: As for `encode`.
            side: As for `encode`.
            by: `attention`: what the encoder of a network attends to, which is not all
                that it decides by; see `AttentionMap.parts`. `deletion`: how much less
                probable the predicted code gets without a word; every model has it.
                `gradients`: integrated gradients of the encoder's word vectors, of a
                network that was loaded with the engine `tensorflow`.

        Raises:
            InputError: If the model has no attention: a baseline, or a mixture.
        """
        from han.attention.deletion import Shortened, deletion_maps, predicted_paths
        from han.attention.weights import attention_maps

        columns = self._columns(documents)
        texts = self.encode_columns(columns, self._side(side, columns))
        if by == "attention":
            tree = self.taxonomy
            return attention_maps(self.model, self.encoder, tree, columns, texts)
        predict = self.model.log_probabilities
        shortened = Shortened(predict, self.encoder, columns, texts)
        if by == "deletion":
            return deletion_maps(shortened, self.taxonomy)
        from han.attention.gradients import gradient_maps

        nodes = predicted_paths(predict, texts, self.taxonomy)[:, -1]
        written = shortened.documents
        return gradient_maps(self.model, written, texts, nodes, self.taxonomy)

    def columns(self, top_k: int = 5) -> list[str]:
        """Names of the columns that `predict` returns."""
        levels = [f"p_level_{i + 1}" for i in range(self.taxonomy.num_levels)]
        ranks = range(1, min(top_k, len(self.taxonomy.leaves)) + 1)
        top = [f"top_{k}_{what}" for k in ranks for what in ("code", "probability")]
        start = ["code", "level", "label", "probability", "margin", "flag"]
        return [*start, *levels, *top]

    def _table(self, decoding: Decoding) -> pd.DataFrame:
        codes = np.array([*self.taxonomy.codes, ""], dtype=object)  # the last is -1's
        titles = np.array([*self.taxonomy.titles, ""], dtype=object)
        levels = np.append(self.taxonomy.levels, 0)
        columns: dict[str, npt.NDArray[np.generic]] = {
            "code": codes[decoding.nodes],
            "level": levels[decoding.nodes],
            "label": titles[decoding.nodes],
            "probability": decoding.probabilities,
            "margin": decoding.margins,
        }
        for level, values in enumerate(decoding.level_probabilities.T, start=1):
            columns[f"p_level_{level}"] = values
        for k in range(decoding.top_nodes.shape[1]):
            columns[f"top_{k + 1}_code"] = codes[decoding.top_nodes[:, k]]
            columns[f"top_{k + 1}_probability"] = decoding.top_probabilities[:, k]
        return pd.DataFrame(columns)


def _texts(column: Sequence[str | None]) -> list[str]:
    """Texts of a column; what pandas has for a missing one is blank."""
    return [t if type(t) is str else "" if pd.isna(t) else str(t) for t in column]


def _distinct(
    *tables: Mapping[str, Sequence[str]],
) -> tuple[list[dict[str, list[str]]], list[int]]:
    """The distinct rows of tables that lie side by side, and the place of each row."""
    place_of: dict[tuple[str, ...], int] = {}
    columns = [column for table in tables for column in table.values()]
    rows = zip(*columns, strict=True)
    place = [place_of.setdefault(row, len(place_of)) for row in rows]
    values = map(list, zip(*place_of, strict=True) if place else [()] * len(columns))
    return [{name: next(values) for name in table} for table in tables], place


def _parts(texts: EncodedTexts, size: int) -> Iterator[EncodedTexts]:
    """Documents in parts of at most `size`: all nodes of a part are held at once."""
    for first in range(0, max(len(texts), 1), size):
        part = np.arange(first, min(first + size, len(texts)))
        yield texts.take(part) if len(part) < len(texts) else texts
