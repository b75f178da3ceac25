"""Vectors by text from a file: found by cleaned words; what is wrong with a file."""

import numpy as np
import pandas as pd
import pytest

from han.errors import InputError
from han.pretrained.encoder_choice import open_encoder
from han.pretrained.sentence_vectors import SentenceVectors
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter

TABLE = pd.DataFrame(
    {"text": ["Venta de PAN.", "Clavos", "clavos!"], "v_0": [3, 0, 1], "v_1": [4, 2, 0]}
)
EXPECTED = [[0.6, 0.8], [0, 1], [0, 0]]


def written(folder, kind, table=TABLE):
    file = folder / f"vectors.{kind}"
    if kind == "npz":
        texts = np.array(table["text"].tolist())
        np.savez(file, text=texts, vectors=table.drop(columns="text").to_numpy())
    else:
        getattr(table, {"csv": "to_csv", "parquet": "to_parquet"}[kind])(
            file, index=False
        )
    return file


def opened(file, **settings):
    return open_encoder(str(file), Cleaner(**settings), Splitter())


@pytest.mark.parametrize("kind", ["csv", "parquet", "npz"])
def test_a_sentence_is_found_by_its_cleaned_words(tmp_path, kind):
    encoder = opened(written(tmp_path, kind))
    vectors = encoder.encode(["venta de pan", "clavos", "nada"])
    assert vectors.dtype == np.float32 and encoder.width == 2
    np.testing.assert_allclose(vectors, EXPECTED, atol=1e-6)


def test_texts_are_cleaned_as_the_run_cleans_them(tmp_path):
    encoder = opened(written(tmp_path, "csv"), lowercase=False)
    np.testing.assert_allclose(encoder.encode(["Venta de PAN"]), EXPECTED[:1])
    assert not encoder.encode(["venta de pan"]).any()


def test_sentences_without_a_vector_are_counted_and_not_told(tmp_path, caplog):
    vectors = SentenceVectors(opened(written(tmp_path, "csv")), ())
    with caplog.at_level("INFO"):
        vectors.of_words(["clavos", "telera", "clavos"])
    assert vectors.missing_share == 0.5
    assert "has no vector for 50.0 % of them" in caplog.text
    assert "telera" not in caplog.text


def test_what_is_on_disk_already_is_not_cached(tmp_path):
    encoder = opened(written(tmp_path, "csv"))
    SentenceVectors(encoder, (), tmp_path / "cache").of_words(["clavos"])
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("words,v_0\na,1\n", r"it has 'words', 'v_0'\. Expected `text` and columns"),
        ("text\na\n", r"it has 'text'\. Expected `text` and columns of numbers"),
        ("text,v_0\na,many\n", r"column 'v_0' holds something else than numbers"),
        ("text,v_0\na,1\nb,inf\n", r"vectors\.csv, row 2: a vector holds NaN or inf"),
        ("text,v_0\na,1\nb,1e300\n", r"row 2: a vector holds NaN or infinity"),
        ('text,v_0\n"a,1\n', r"cannot be read as a table .*ParserError"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, content, match):
    file = tmp_path / "vectors.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=match):
        opened(file).encode(["a"])


def test_damaged_binary_files_are_refused(tmp_path):
    for kind in ("npz", "parquet"):
        (tmp_path / f"vectors.{kind}").write_bytes(b"nothing of the kind")
        with pytest.raises(InputError, match="cannot be read as a table"):
            opened(tmp_path / f"vectors.{kind}").encode(["a"])


def test_arrays_of_different_lengths_are_refused(tmp_path):
    np.savez(tmp_path / "v.npz", text=np.array(["a", "b"]), vectors=np.ones((1, 3)))
    with pytest.raises(InputError, match=r"`vectors` has the shape \(1, 3\).* has 2"):
        opened(tmp_path / "v.npz").encode(["a"])
