"""Small networks with random weights, in NumPy alone, and classifiers of them."""

import io
import json
import shutil
from zipfile import ZipFile

import h5py
import numpy as np

from han.baselines.tfidf_linear import TfidfLinear
from han.code_list.taxonomy import Taxonomy
from han.data.records import fingerprint
from han.network.numpy_network import NumpyNetwork
from han.runs.classifier import Classifier
from han.runs.manifest import write_manifest
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary
from support import references

TREE = Taxonomy(["1", "2", "11", "12", "21", "22"], [-1, -1, 0, 0, 1, 1])
VOCABULARY = ["pan", "dulce", "leche", "vaca", "acero", "clavo", "de", "con"]
FIELDS = {"name": FieldLimits(4, 2), "tasks": FieldLimits(5, 3)}


def random_weights(
    kind="gru", fields=2, seed=3, scale=0.7, scored=TREE.num_nodes, asked=1, known=0
):
    """Weights by layer, as `NumpyNetwork` takes them; larger than those of training.

    Attention asks so many questions: one, or one for each level. Beside the vector of a
    sentence stand so many `known` numbers.
    """
    kept = known and 6 + known  # numbers beside the annotation of a sentence
    generator = np.random.default_rng(seed)

    def draw(*shape):
        return (scale * generator.normal(size=shape)).astype(np.float32)

    def encoder(features, units):
        if kind == "gru":
            one = [(features, 3 * units), (units, 3 * units), (2, 3 * units)]
            return [draw(*shape) for shape in (*one, *one)]
        return [draw({"cnn": 3, "mean": 1}[kind], features, 2 * units), draw(2 * units)]

    def attention(units, beside=0):
        if kind == "mean":
            return []
        width = 2 * units
        return [draw(width + beside, width), draw(width), draw(width, asked)]

    layers = {
        "word_embedding": [draw(len(VOCABULARY) + 2, 5)],
        "word_encoder": encoder(5, 3),
        "word_attention": attention(3),
        "sentence_encoder": encoder(6 + known, 4),
        "sentence_attention": attention(4, kept),
        "tree_softmax": [draw(scored, 8 + kept), draw(scored)],
    }
    if fields > 1:
        layers["field_embedding"] = [draw(fields, 6)]
    return layers


def config(kind="gru", head="tree"):
    settings = {"encoder": kind, "parents": TREE.parents.tolist(), "head": head}
    none = dict.fromkeys(("bag_units", "subword_buckets"), 0)
    return {**settings, **none, "wide": False, "bag_rows": 1}


def headed(weights, head):
    """The same weights under the name that the head has."""
    if head == "multi_path":
        weights["tree_sigmoid"] = weights.pop("tree_softmax")
    return weights


def text_encoder(fields=FIELDS, **cleaning):
    return TextEncoder(fields, Splitter(), Cleaner(**cleaning), Vocabulary(VOCABULARY))


def classifier(kind="gru", head="tree", seed=3, encoder=None, asked=1):
    encoder = encoder or text_encoder()
    scored = len(TREE.leaves) if head == "leaf" else TREE.num_nodes
    weights = random_weights(
        kind, len(encoder.fields), seed, scored=scored, asked=asked
    )
    network = NumpyNetwork(config(kind, head), headed(weights, head))
    return Classifier(network, TREE, encoder)


def baseline():
    """A linear baseline that has learnt a handful of texts."""
    encoder = text_encoder()
    names = ["pan dulce", "pan de leche", "leche de vaca", "vaca", "acero", "clavo"]
    nodes = np.array([2, 2, 3, 3, 4, 5], np.int32)
    texts = encoder.encode({"name": 3 * names, "tasks": 3 * names[::-1]})
    model = TfidfLinear(VOCABULARY)
    model.fit(texts, np.tile(nodes, 3), np.ones(18), TREE)
    return Classifier(model, TREE, encoder)


def attention_of(weights, document, kind="gru", asked=0):
    """Word and sentence attention of a list of (field, word ids), by plain loops."""
    if kind != "mean":  # one question alone
        names = ("word_attention", "sentence_attention")
        own = {
            name: [*weights[name][:2], weights[name][2][:, [asked]]] for name in names
        }
        weights = {**weights, **own}
    encode = references.ENCODERS[kind]
    vectors, words = [], []
    for field, ids in document:
        states = encode(weights["word_embedding"][0][ids], weights["word_encoder"])
        vector, found = references.attention(states, *weights["word_attention"])
        words.append(found)
        if "field_embedding" in weights:
            vector = vector + weights["field_embedding"][0][field]
        vectors.append(vector)
    states = encode(np.array(vectors).reshape(-1, 6), weights["sentence_encoder"])
    return words, references.attention(states, *weights["sentence_attention"])[1]


def save_network(file, weights, settings):
    """A `.keras` file as Keras writes one, as far as `NumpyNetwork.load` reads it."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as tree:
        for name, arrays in weights.items():
            group = tree.create_group(f"layers/{name}")
            group.create_group("vars").attrs["name"] = name
            places = {"": arrays}
            if name.endswith("_encoder"):
                inner = "recurrent/{}_layer/cell/"
                places = {
                    inner.format("forward"): arrays[:3],
                    inner.format("backward"): arrays[3:],
                }
            for place, some in places.items():
                for key, array in enumerate(some):
                    group.create_dataset(f"{place}vars/{key}", data=array)
    with ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps({"config": settings}))
        archive.writestr("model.weights.h5", stream.getvalue())


def save_run(experiment, name="run", seed=3, asked=1, head="tree"):
    """A run of the experiment of `conftest.write_experiment`, never trained."""
    folder = experiment.parent / name
    folder.mkdir()
    shutil.copy(experiment, folder / "config.yaml")
    TREE.save(folder / "taxonomy.json")
    encoder = text_encoder({"text": FieldLimits(6, 4)})
    encoder.save(folder / "text.json")
    weights = random_weights(fields=1, seed=seed, asked=asked)
    weights = headed(weights, head)
    save_network(folder / "model.keras", weights, config(head=head))
    data = experiment.parent / "data.csv"
    environment = {"data": {str(data): fingerprint(data)}, "finished": True}
    (folder / "environment.json").write_text(json.dumps(environment))
    write_manifest(folder)
    return folder


def save_baseline(experiment, name="linear"):
    """The same with a linear baseline."""
    folder = save_run(experiment, name)
    (folder / "model.keras").unlink()
    encoder = text_encoder({"text": FieldLimits(6, 4)})
    texts = encoder.encode({"text": ["pan dulce", "leche de vaca", "acero", "clavo"]})
    model = TfidfLinear(VOCABULARY)
    model.fit(texts, np.array([2, 3, 4, 5]), np.ones(4), TREE)
    model.save(folder / "baseline.npz")
    write_manifest(folder)
    return folder
