"""A baseline in its file: the same numbers in another process, and no object."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from han.baselines import FastText, Majority, TfidfLinear, TfidfSvm, load_baseline
from han.baselines.baseline_file import StoredBaseline
from han.code_list.taxonomy import Taxonomy
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

TREE = Taxonomy(["1", "2", "11", "12", "21"], [-1, -1, 0, 0, 1])
WORDS = ("año", "cigüeña", "café", "o'donnell", "2.5", "pan", "niño")
# Accents, eñes, words with signs in them, words that the vocabulary lacks.
TEXTS = [
    "cigüeña de un año",
    "café O'Donnell 2.5 kg. Pan",
    "niño con piñata, ñandú",
    "pan\x1fpan café\u00a0olé",
    "año nuevo: cigüeñas",
    "straße naïve 1,000.50",
]
NODES = np.array([2, 3, 4, 2, 3, 4])
MODELS = {
    "majority": lambda: Majority(),
    "tfidf_svm": lambda: TfidfSvm(max_features=4, seed=1),
    "flat": lambda: TfidfLinear(WORDS, cost=0.7, seed=2),
    "per_level": lambda: TfidfLinear(WORDS, scope="per_level"),
    "per_parent": lambda: TfidfLinear(WORDS, scope="per_parent", linear="logistic"),
    "fasttext": lambda: FastText(WORDS, dimension=5, buckets=99, characters=(2, 4)),
}
CODE = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
import numpy as np
from test_baseline_file import MODELS, TREE, WORDS, texts
from han.baselines import load_baseline
for name in MODELS:
    folder = Path(sys.argv[1])
    logs = load_baseline(folder / f"{name}.npz", TREE, WORDS).log_probabilities(texts())
    np.testing.assert_array_equal(logs, np.load(folder / f"{name}.npy"))
"""


def texts():
    limits = {"text": FieldLimits(40, 15)}
    encoder = TextEncoder(limits, Splitter(), Cleaner(), Vocabulary(WORDS))
    return encoder.encode({"text": TEXTS})


def trained(name, nodes=NODES):
    model = MODELS[name]().fit(texts(), nodes, np.ones(len(nodes)), TREE)
    if name != "majority":
        model.calibrate(texts(), nodes, np.ones(len(nodes)))
    return model


def test_another_process_finds_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for name in MODELS:
        model = trained(name)
        model.save(tmp_path / f"{name}.npz")
        np.save(tmp_path / f"{name}.npy", model.log_probabilities(texts()))
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", CODE, str(tmp_path), here]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["tfidf_svm", "flat"])
def test_two_classes_are_read_again(tmp_path, name):
    model = trained(name, np.where(NODES == 4, 3, NODES))
    model.save(tmp_path / "baseline.npz")
    again = load_baseline(tmp_path / "baseline.npz", TREE, WORDS)
    logs = again.log_probabilities(texts())
    np.testing.assert_array_equal(logs, model.log_probabilities(texts()))


@pytest.mark.parametrize("name", MODELS)
def test_settings_are_kept(tmp_path, name):
    model = trained(name)
    model.save(tmp_path / "baseline.npz")
    again = load_baseline(tmp_path / "baseline.npz", TREE, WORDS)
    assert type(again) is type(model)
    assert vars(again).keys() == vars(model).keys()
    for setting in (*getattr(model, "stored", ()), "temperature", "kind"):
        found, known = getattr(again, setting, None), getattr(model, setting, None)
        assert found == known or list(found) == list(known)


@pytest.mark.parametrize("name", MODELS)
def test_arrays_are_plain(tmp_path, name):
    trained(name).save(tmp_path / "baseline.npz")
    with np.load(tmp_path / "baseline.npz", allow_pickle=False) as stored:
        assert all(stored[array].dtype.kind in "iufU" for array in stored.files)


@pytest.mark.parametrize("name", MODELS)
def test_another_code_list_or_vocabulary_is_refused(tmp_path, name):
    trained(name).save(tmp_path / "baseline.npz")
    smaller = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
    with pytest.raises(ValueError, match="another code list or vocabulary"):
        load_baseline(tmp_path / "baseline.npz", smaller, WORDS)
    if name in ("majority", "tfidf_svm"):  # they know no word by its letters
        return
    with pytest.raises(ValueError, match="another code list or vocabulary"):
        load_baseline(tmp_path / "baseline.npz", TREE, WORDS[1:])


def test_another_kind_is_refused(tmp_path):
    StoredBaseline("pickle", {}, {}, TREE, ()).write(tmp_path / "baseline.npz")
    with pytest.raises(KeyError, match="pickle"):
        load_baseline(tmp_path / "baseline.npz", TREE, WORDS)
