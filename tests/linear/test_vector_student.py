"""A student of a pretrained encoder: ridge regression on n-grams of sentences."""

import numpy as np
import pytest
from scipy import sparse
from support.pretrained import LetterEncoder

from han.linear import vector_student
from han.linear.vector_student import VectorStudent, _components, _ridge
from han.pretrained.sentence_vectors import SentenceVectors
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

WORDS = ["pan", "masa", "leche", "tornillo", "venta", "de", "casa", "queso"]


def encoded(texts):
    limits = {"text": FieldLimits(9, 9)}
    encoder = TextEncoder(limits, Splitter(), Cleaner(), Vocabulary(WORDS))
    return encoder.encode({"text": texts})


def texts():
    generator = np.random.default_rng(0)
    return [" ".join(generator.choice(WORDS, 4)) for _ in range(80)]


@pytest.fixture(scope="module")
def student():
    teacher = SentenceVectors(LetterEncoder(), WORDS)
    return VectorStudent.learn(encoded(texts()), tuple(WORDS), teacher.distinct, 1)


def test_ridge_is_that_of_the_normal_equations(monkeypatch):
    monkeypatch.setattr(vector_student, "STEPS", 60)
    generator = np.random.default_rng(0)
    features = sparse.random_array((40, 12), density=0.3, rng=generator, format="csr")
    targets = generator.normal(size=(40, 3)).astype(np.float32)
    dense = features.toarray()
    inner = dense.T @ dense + vector_student.RIDGE * np.eye(12)
    expected = np.linalg.solve(inner, dense.T @ targets)
    np.testing.assert_allclose(_ridge(features, targets), expected, atol=1e-4)


def test_a_target_that_is_nothing_is_learnt_as_nothing():
    features = sparse.csr_array(np.eye(3, dtype=np.float32))
    found = _ridge(features, np.zeros((3, 2), np.float32))
    assert np.isfinite(found).all() and not found.any()


def test_components_keep_all_distances_where_there_is_room():
    vectors = np.random.default_rng(0).normal(size=(20, 5)).astype(np.float32)
    found = _components(vectors)
    centred = vectors - vectors.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    np.testing.assert_allclose(found @ found.T, centred @ centred.T, atol=1e-5)


def test_it_says_nearly_what_its_teacher_says(student):
    new = encoded(["venta de pan de masa", "tornillo de casa", "queso leche"])
    teacher = LetterEncoder().plain(["venta de pan de masa", "tornillo de casa"])
    found, places = student.distinct(new)
    found = found[places]
    near = found @ found.T
    assert near[0, 0] == pytest.approx(1, abs=1e-5)
    learnt = LetterEncoder().plain(texts()).mean(axis=0)
    true = teacher - learnt
    true /= np.linalg.norm(true, axis=1, keepdims=True)
    assert np.sign(near[0, 1]) == np.sign(true[0] @ true[1])


def test_the_vector_of_a_sentence_hangs_on_nothing_else(student):
    both = encoded(["pan de casa. Queso", "", "pan de casa"])
    vectors, places = student.distinct(both)
    assert places.tolist() == [0, 1, 0] and vectors.shape == (2, student.width)
    alone, _ = student.distinct(encoded(["pan de casa"]))
    np.testing.assert_allclose(vectors[0], alone[0], atol=1e-6)


def test_an_unknown_word_is_known_by_its_letters(student):
    found, places = student.distinct(encoded(["tornillos", "tornillo", "zzzz"]))
    vectors = found[places]
    assert vectors[0] @ vectors[1] > 0.5
    assert not vectors[2].any()


def test_it_reloads(student, tmp_path):
    student.save(tmp_path / "student.npz")
    again = VectorStudent.load(tmp_path / "student.npz", tuple(WORDS))
    given = encoded(texts()[:9])
    np.testing.assert_array_equal(
        student.distinct(given)[0], again.distinct(encoded(texts()[:9]))[0]
    )


def test_a_damaged_file_is_refused(student, tmp_path):
    arrays = {
        name: getattr(student.features, name) for name in vector_student._FEATURES
    }
    np.savez(tmp_path / "s.npz", weights=student.weights[1:], **arrays)
    with pytest.raises(ValueError, match="other features"):
        VectorStudent.load(tmp_path / "s.npz", tuple(WORDS))
