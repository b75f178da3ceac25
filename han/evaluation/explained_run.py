"""Loads a run and the evidence in its records, computed when asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError
from han.experiment.written_records import WrittenRecords, read_written
from han.explanation.attention_map import AttentionMap
from han.explanation.attention_weights import attention_maps, numpy_form
from han.explanation.deletion import (
    Effects,
    Floats,
    ShortenedDocuments,
    deletion_effects,
    effect_map,
    predicted_paths,
)
from han.explanation.evidence_kinds import By
from han.explanation.faithfulness import (
    ATTENTION,
    DELETION,
    GRADIENTS,
    PARTS,
    Faithfulness,
    correlations,
    measure_faithfulness,
)
from han.explanation.integrated_gradients import gradient_maps
from han.explanation.score_maps import score_maps
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.manifest import replaced
from han.runs.run_folder import RunFolder
from han.runs.set_runs import refuse_sets
from han.tables.locations import data_location
from han.text.text_encoder import EncodedTexts


@dataclass(frozen=True)
class ExplainedRecords:
    """Records with the evidence in them, each kind computed when it is asked for.

    Attributes:
        classifier: A run.
        records: The records.
        run: Its folder, for evidence that only TensorFlow can compute.
    """

    classifier: Classifier
    records: WrittenRecords
    run: Path | None = None

    @cached_property
    def texts(self) -> EncodedTexts:
        """The records as the model reads them."""
        columns, side = self.records.columns, self.records.side
        return self.classifier.encode(columns, side=side)

    @cached_property
    def shortened(self) -> ShortenedDocuments:
        """The records, to be coded without some of their words."""
        encoder, predict = self.classifier.encoder, self.classifier.log_probabilities
        is_shown = sys.stderr.isatty()
        columns = self.records.columns
        return ShortenedDocuments(
            predict, encoder, columns, self.texts, progress=is_shown
        )

    @cached_property
    def nodes(self) -> IntArray:
        """Predicted node of each level, `(n, L)`."""
        predict = self.shortened.predict
        return predicted_paths(predict, self.texts, self.classifier.taxonomy)

    @cached_property
    def effects(self) -> list[Effects]:
        """What each record loses by deletion."""
        return deletion_effects(self.shortened, self.nodes)

    @cached_property
    def attention(self) -> list[AttentionMap]:
        """What the encoder attends to in each record."""
        known = self.classifier
        columns = self.records.columns
        encoder, predict = known.encoder, known.log_probabilities
        return attention_maps(
            known.model, predict, encoder, known.taxonomy, columns, self.texts
        )

    @cached_property
    def gradients(self) -> list[AttentionMap]:
        """What the code of each record owes to the vectors of the encoder."""
        model = self.classifier.model
        numpy_form(model)  # says clearly if the model is no network
        if self.run is not None:
            again = load_classifier(self.run, engine="tensorflow")
            if again.fingerprint != self.classifier.fingerprint:
                raise replaced(self.run)
            model = again.model
        documents, tree = self.shortened.documents, self.classifier.taxonomy
        return gradient_maps(model, documents, self.texts, self.nodes[:, -1], tree)

    @cached_property
    def parts(self) -> list[AttentionMap]:
        """What all of the network owes to each word of each record."""
        model, tree = self.classifier.model, self.classifier.taxonomy
        numpy_form(model)  # says clearly if the model is no network
        return score_maps(model, self.shortened.documents, self.texts, self.nodes, tree)

    def maps(self, by: By) -> list[AttentionMap]:
        """Evidence of one kind in each record."""
        if by == "parts":
            return self.parts
        if by == "attention":
            return self.attention
        if by == "gradients":
            return self.gradients
        names = self.classifier.taxonomy.node_names
        documents = self.shortened.documents
        return [
            effect_map(document, effects, -1, names[node])
            for document, effects, node in zip(
                documents, self.effects, self.nodes[:, -1], strict=True
            )
        ]

    def table(self) -> pd.DataFrame:
        """A row for each record, in the same order as its maps.

        Returns:
            `name`; `code` (its path where codes repeat), `title` and `probability` of
            the code that the model gives; `true_code`, `true_title` and `is_right`,
            which are missing where nobody has coded the record.
        """
        said = self.classifier.decode(self.texts)
        true, tree = self.records.true.nearest(said.nodes), self.records.true.tree
        codes, titles = [*tree.node_names, None], [*tree.titles, None]
        right = [_is_right(*both, tree) for both in zip(said.nodes, true, strict=True)]
        return pd.DataFrame(
            {
                "name": self.records.names,
                "code": [codes[node] for node in said.nodes],
                "title": [titles[node] for node in said.nodes],
                "probability": said.probabilities,
                "true_code": [codes[node] for node in true],
                "true_title": [titles[node] for node in true],
                "is_right": pd.array(right, dtype="boolean"),
            }
        )


def _is_right(given: int, true: int, tree: Taxonomy) -> bool | None:
    """Whether a code agrees with the true one, as far as that goes."""
    if true == ROOT:
        return None
    return given != ROOT and true in tree.paths[given]


def explained_run(
    folder: str | Path,
    data: str | Path | None = None,
    *,
    split: str | None = None,
    rows: int | None = 200,
) -> ExplainedRecords:
    """Records of a run, ready to be explained.

    Args:
        folder: The run.
        data: The records; None for the run's own test records.
        split: A role in the run's own data, or `all`.
        rows: So many records at most, evenly from first to last; all if None.

    Raises:
        InputError: If there is no such run, or no such data.

    Example:
        >>> explained = explained_run("runs/demo", rows=50)  # doctest: +SKIP
        >>> explained.attention[0].to_frame()  # doctest: +SKIP
    """
    run = RunFolder(Path(folder))
    file = data_location(data) if data else None
    refuse_sets(run.config(), run.folder, "an explanation")
    classifier = load_classifier(run.folder)
    records = read_written(run, classifier, file, split=split, rows=rows)
    return ExplainedRecords(classifier, records, run.folder)


def measured(
    explained: ExplainedRecords,
    *,
    other: str | Path | None = None,
    gradients: bool = False,
    seed: int = 0,
) -> Faithfulness:
    """How far evidence by parts and attention in these records can be believed.

    Args:
        explained: The records.
        other: The same training with another seed, to compare with.
        gradients: Whether to hold integrated gradients beside it.
        seed: Seed of random orders and intervals.

    Raises:
        InputError: If the model has no attention, or no record has words enough.
    """
    found = measure_faithfulness(
        explained.shortened,
        explained.attention,  # says clearly if the model has none
        explained.effects,
        explained.nodes,
        model=explained.classifier.model,
        others=_others(explained, gradients=gradients),
        seed=seed,
    )
    if not len(found):
        raise InputError(
            "No record has words enough to measure anything. Give longer texts."
        )
    if other is None:
        return found
    beside = ExplainedRecords(load_classifier(other), explained.records)
    return replace(found, agreement=agreement(explained, beside))


def _others(explained: ExplainedRecords, *, gradients: bool) -> dict[str, list[Floats]]:
    """Evidence of the words that is measured beside attention and deletion."""
    found = {}
    if numpy_form(explained.classifier.model) is not None:
        found[PARTS] = [one.shares for one in explained.parts]
    if gradients:
        found[GRADIENTS] = [one.shares for one in explained.gradients]
    return found


def agreement(
    explained: ExplainedRecords, other: ExplainedRecords
) -> dict[str, Floats]:
    """Rank correlation of the evidence of two runs, `(n,)` by what gave it.

    Args:
        explained: The records, by one run.
        other: The same records, by the other.
    """
    read = [
        one & two
        for one, two in zip(
            explained.shortened.is_read(), other.shortened.is_read(), strict=True
        )
    ]
    shares = [[found.shares for found in each.attention] for each in (explained, other)]
    words = [[e.words[:, -1] for e in each.effects] for each in (explained, other)]
    return {
        name: correlations(one, two, read)[0]
        for name, (one, two) in ((ATTENTION, shares), (DELETION, words))
    }


def default_evidence(classifier: Classifier) -> By:
    """By parts, the most faithful; else attention; else deletion, which all have."""
    try:
        network = numpy_form(classifier.model)
    except InputError:
        return "deletion"
    return "attention" if network is None else "parts"
