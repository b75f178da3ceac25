"""Loads run folders: networks, baselines and mixtures."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from han.batching.network_inputs import AuxiliaryInputs
from han.code_list.taxonomy import Taxonomy
from han.code_sets.set_rule import SetRule
from han.data.side_features import SideFeatures
from han.decisions.calibration import Calibration
from han.devices.runtime import Engine
from han.errors import NO_TENSORFLOW, InputError
from han.linear.linear_model import LinearModel
from han.network.mixture import MixedEncoder, MixedTexts, Mixture, Model
from han.runs.classifier import Classifier
from han.runs.damaged_files import check_one_model, load_taxonomy
from han.runs.damaged_files import load_file as _load
from han.runs.document_columns import Side
from han.runs.manifest import checked_run
from han.runs.run_files import (
    BASELINE_FILE,
    CALIBRATION_FILE,
    LINEAR_FILE,
    MEMBERS,
    MIXTURE_FILE,
    NETWORK_FILE,
    RUN_FILES,
    SET_RULE_FILE,
    SIDE_FILE,
    TAXONOMY_FILE,
    TEXT_FILE,
    TOPICS_FILE,
)
from han.runs.run_vectors import check_means, load_knowledge
from han.runs.run_warnings import warn_of_run
from han.runs.task_folders import refuse_tasks
from han.text.non_answers import NonAnswers
from han.text.subwords import Subwords
from han.text.text_encoder import TextEncoder
from han.text.topics import Topics


def load_classifier(run_folder: str | Path, engine: Engine = "auto") -> Classifier:
    """Reads a run folder, which needs nothing else; it is `han.load`.

    Args:
        run_folder: What training wrote.
        engine: Who computes a network: `numpy`, which is faster on a CPU and needs no
            TensorFlow, or `tensorflow`; the numbers are the same to 1e-5. `auto` takes
            `numpy` for every encoder that it knows. A baseline has one engine, whatever
            is asked for.

    Raises:
        InputError: If the folder holds no trained run, or one that is damaged, whose
            files do not belong together, or of an encoder that `numpy` does not know.

    Warns:
        RunWarning: Once, if it was trained with other versions of packages, or is a
            finished run without a manifest.
    """
    folder = Path(run_folder)
    classifier = read_classifier(folder, engine)
    classifier.folder = folder
    warn_of_run(folder)
    return classifier


def read_classifier(folder: Path, engine: Engine = "auto") -> Classifier:
    """The same for who says by itself what there is to say of the run."""
    with checked_run(folder) as manifest:
        classifier = _load_run(folder, engine)
    classifier.fingerprint = manifest.model if manifest else None
    return classifier


def _load_run(folder: Path, engine: Engine) -> Classifier:
    refuse_tasks(folder)
    if (folder / MIXTURE_FILE).is_file():
        return _load_mixture(folder, engine)
    needed = [f.name for f in RUN_FILES if f.decides_codes and not f.is_optional]
    for name in needed:
        if not (folder / name).is_file():
            raise InputError(
                f"{folder}: not a trained run, {name} is missing. Train one with "
                "python -m han.train EXPERIMENT.yaml."
            )
    taxonomy = load_taxonomy(folder / TAXONOMY_FILE)
    encoder = _load(folder / TEXT_FILE, TextEncoder.load)
    side = SideFeatures({})
    if (folder / SIDE_FILE).is_file():
        side = _load(folder / SIDE_FILE, SideFeatures.load)
    model = load_model(folder, engine, encoder, taxonomy)
    _check_side(folder, model, side)
    calibration = _load_calibration(folder, taxonomy)
    classifier = Classifier(model, taxonomy, encoder, side, calibration)
    if (folder / SET_RULE_FILE).is_file():
        classifier.set_rule = load_set_rule(folder, taxonomy)
    return classifier


def _check_side(folder: Path, model: Any, side: SideFeatures) -> None:
    """Raises InputError if a network lacks what stood beside the text in training."""
    if not hasattr(model, "auxiliary"):  # a baseline reads the text alone
        return
    topics = model.auxiliary.topics
    found = side.width + (topics.width if topics else 0)
    if found != model.side_features:
        raise InputError(
            f"{folder}: the network was trained with {model.side_features} numbers "
            f"beside the text, and {SIDE_FILE} and {TOPICS_FILE} give {found}: one of "
            "them is missing, or of another run. Copy the whole run again, or train "
            "anew with --overwrite."
        )


def load_non_answers(folder: Path) -> NonAnswers:
    """What a run reads as blank; a mixture, and one of mixtures, as its first run.

    Raises:
        InputError: If its text encoder is missing or damaged.
    """
    while (folder / MIXTURE_FILE).is_file():
        folder = folder / MEMBERS / "1"
    return _load(folder / TEXT_FILE, TextEncoder.load).non_answers


def _load_calibration(folder: Path, taxonomy: Taxonomy) -> Calibration | None:
    """The calibration of a run; one without calibration records has none."""
    file = folder / CALIBRATION_FILE
    if not file.is_file():
        return None
    return _load(file, lambda file: Calibration.load(file, taxonomy))


def load_set_rule(folder: Path, taxonomy: Taxonomy) -> SetRule:
    """Calibration and thresholds of a run that gives sets of codes.

    Raises:
        InputError: If they are missing or damaged.
    """
    return _load(folder / SET_RULE_FILE, lambda file: SetRule.load(file, taxonomy))


def _load_mixture(folder: Path, engine: Engine) -> Classifier:
    """The runs in `members`, with the weights that `han.combine` found."""
    weights = _load(folder / MIXTURE_FILE, _read_weights)
    names = [folder / MEMBERS / str(k) for k in range(1, len(weights) + 1)]
    members = [_load_run(name, engine) for name in names]
    mixed = MixedClassifier(*_single_runs(members, weights))
    mixed.calibration = _load_calibration(folder, mixed.taxonomy)
    return mixed


def _single_runs(
    members: Sequence[Classifier], weights: Sequence[float]
) -> tuple[list[Classifier], list[float]]:
    """The same mixture without mixtures in it, which a view of a text cannot have."""
    runs: list[Classifier] = []
    shares: list[float] = []
    for member, weight in zip(members, weights, strict=True):
        if isinstance(member, MixedClassifier):
            runs += member.members
            shares += [weight * part for part in member.weights]
        else:
            runs.append(member)
            shares.append(weight)
    return runs, shares


def _read_weights(file: Path) -> list[float]:
    members = json.loads(file.read_text(encoding="utf-8"))["members"]
    weights = [float(member["weight"]) for member in members]
    # NaN is neither above nor below anything.
    if not all(w >= 0 for w in weights) or not abs(sum(weights) - 1) <= 1e-6:
        raise ValueError("weights")
    return weights


class MixedClassifier(Classifier):
    """Several classifiers over one code list as one; see `han.network.mixture`.

    What is mixed are the probabilities that the models give themselves: the weights
    were chosen for these. The calibrations of the members have no part in it; the
    mixture has its own.

    Args:
        members: The classifiers.
        weights: Share of each, of sum 1.
    """

    def __init__(self, members: Sequence[Classifier], weights: Sequence[float]) -> None:
        self.members, self.weights = tuple(members), tuple(weights)
        super().__init__(
            Mixture([member.model for member in members], weights),
            members[0].taxonomy,
            MixedEncoder([member.encoder for member in members]),
            SideFeatures(
                {n: p for m in members for n, p in m.side_features.parts.items()}
            ),
        )

    def encode_columns(
        self, columns: Mapping[str, Sequence[str]], side: Side
    ) -> MixedTexts:
        """Each member's view of the fields and side features that it knows."""
        empty = [""] * max((len(texts) for texts in columns.values()), default=0)
        return MixedTexts.of(
            [
                member.encode_columns(
                    {n: columns.get(n, empty) for n in member.encoder.fields},
                    {n: c for n, c in side.items() if n in member.side_features.parts},
                )
                for member in self.members
            ]
        )


def load_model(
    folder: Path, engine: Engine, encoder: TextEncoder, taxonomy: Taxonomy
) -> Model:
    """The model of a run folder, ready to code what the encoder gives."""
    check_one_model(folder)
    if (folder / BASELINE_FILE).is_file():
        from han.baselines import TfidfLinear, load_baseline

        words = encoder.vocabulary.words
        baseline = _load(
            folder / BASELINE_FILE, lambda file: load_baseline(file, taxonomy, words)
        )
        if isinstance(baseline, TfidfLinear) and baseline.pretrained_width:
            width = baseline.pretrained_width
            baseline.knowledge = load_knowledge(folder, width, encoder)
        return baseline
    network = _load_network(folder / NETWORK_FILE, engine)
    network.auxiliary, network.linear = _load_beside(folder, network, encoder)
    model: Model = network
    return model


def _load_beside(
    folder: Path, network: Any, encoder: TextEncoder
) -> tuple[AuxiliaryInputs, LinearModel | None]:
    """What the network reads besides word ids, and the linear model among it."""
    words = encoder.vocabulary.words
    linear = margins = bag = topics = knowledge = None
    if network.pretrained_width:
        knowledge = load_knowledge(folder, network.pretrained_width, encoder)
    if network.wide:
        if not (folder / LINEAR_FILE).is_file():
            raise InputError(
                f"{folder}: {LINEAR_FILE} is missing, and the network was trained with "
                "it. Copy the whole run again, or train anew with --overwrite."
            )
        file = folder / LINEAR_FILE
        linear = _load(file, lambda file: LinearModel.load(file, words, knowledge))
        check_means(folder, linear.evidence.means, network.pretrained_width)
        margins = linear.margins
        if network.bag_units:
            bag = partial(linear.bag, rows=network.bag_rows)
    if (folder / TOPICS_FILE).is_file():
        num_ids = len(encoder.vocabulary)
        topics = _load(folder / TOPICS_FILE, lambda file: Topics.load(file, num_ids))
    buckets = network.subword_buckets
    subwords = Subwords(words, buckets) if buckets else None
    return AuxiliaryInputs(subwords, margins, bag, topics, knowledge), linear


def _load_network(file: Path, engine: Engine) -> Any:
    if engine != "tensorflow":
        from han.network.numpy_network import NumpyNetwork
        from han.network.stored_weights import UnknownEncoder

        try:
            return _load(file, NumpyNetwork.load)
        except UnknownEncoder:
            if engine == "numpy":
                raise
    return load_in_tensorflow(file)


def load_in_tensorflow(file: Path) -> Any:
    """The network of a file, as it learns; an `InputError` if it is damaged."""
    # TensorFlow reads these when it is imported: a sum in the order that it had in
    # training, and no start-up notes. Commands have set them, notebooks have not.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        from han.network.model import load_network
    except ModuleNotFoundError as error:
        if error.name != "tensorflow":
            raise
        raise InputError(NO_TENSORFLOW) from None
    return _load(file, load_network)
