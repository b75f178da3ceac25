"""What is planted in a file of a run is found, whatever the form of the file."""

import io
import json
import zipfile
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from han.code_list.taxonomy import Taxonomy
from han.data.records import Records
from han.disclosure.artefact_check import check_artefact, program_words
from han.disclosure.artefact_texts import read_artefact
from han.disclosure.respondent_texts import RespondentTexts
from han.text.cleaning import Cleaner
from han.text.light_stems import light_stem
from han.text.ngrams import letter_ngrams, pair_hashes, word_hashes
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

COMMON = ["vendo pan dulce"] * 12
OWN = [
    "ayudo a la Dra. Xochimilpa Quetzalli en su consultorio",
    "reparo zurdimbres viejos de metal",
]
SECRET = "mi correo es ana.ruiz@correo.example.mx y mi teléfono 5512345678"
TREE = Taxonomy(["1", "11"], [-1, 0], ["Comercio", "Venta de zapatos"])
ENCODER = TextEncoder(
    {"text": FieldLimits(20, 5)}, Splitter(), Cleaner(), Vocabulary([])
)
CANARIES = f"{OWN[0]}\n{OWN[1]}\n{SECRET}\nHH-000123\n/home/lucia/datos.csv"
KINDS = {"rare_words", "names", "texts", "keys", "mails", "long_numbers", "user_paths"}


@pytest.fixture(scope="module")
def known():
    texts = [*COMMON, *OWN]
    keys = pd.DataFrame({"id": [f"HH-{100 + i:06}" for i in range(22)]})
    keys.loc[len(texts) - 1, "id"] = "HH-000123"
    records = Records(
        source="data.csv",
        rows=np.arange(len(texts)) + 1,
        fields={"text": np.array(texts, object)},
        labels=np.full((len(texts), 1), "11", object),
        keys=keys.iloc[: len(texts)],
        weights=np.ones(len(texts)),
        others={},
    )
    return RespondentTexts.of(records, range(len(texts)), ENCODER, TREE, least=10)


def as_json(text):
    return json.dumps({"scores": {"notes": text.split("\n")}}).encode()


def as_array(text):
    stream = io.BytesIO()
    np.savez(stream, words=np.array(text.split("\n")), numbers=np.arange(4.0))
    return stream.getvalue()


def as_bytes_of_array(text):
    stream = io.BytesIO()
    np.savez(
        stream, model=np.frombuffer(b"\x00\x01" + text.encode() + b"\xff", np.uint8)
    )
    return stream.getvalue()


def as_form_of_array(text):
    stream = io.BytesIO()
    np.savez(stream, form=np.array(json.dumps({"kind": text.split("\n")})))
    return stream.getvalue()


def as_network(text):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("config.json", json.dumps({"name": text.split("\n")}))
        archive.writestr("model.weights.h5", b"\x89HDF")
    return stream.getvalue()


def as_page(text):
    first, *more = text.split("\n")
    rows = "".join(f"<tr><td>{line}</td></tr>" for line in more)
    return f"<html><svg><title>{first}</title></svg><table>{rows}</table>".encode()


FORMS = {
    "metrics.json": as_json,
    "text.json": as_json,
    "plan/plan.json": as_json,
    "baseline.npz": as_array,
    "members/0/baseline.npz": as_bytes_of_array,
    "linear.npz": as_form_of_array,
    "model.keras": as_network,
    "report-wave2.html": as_page,
    "config.yaml": lambda text: f"# {text}".replace("\n", "\n# ").encode(),
    "data_report.txt": str.encode,
    "history.csv": lambda text: b'epoch,note\n1,"' + text.encode() + b'"\n',
    "plan/plan.md": lambda text: "\n".join(
        f"| {x} |" for x in text.split("\n")
    ).encode(),
    "tensorboard/train/metadata.tsv": lambda text: text.replace("\n", "\t").encode(),
    "tensorboard/train/events.out.tfevents.1.v2": lambda text: (
        b"\x18\x00\xfe" + text.encode() + b"\x00\x9c\x01"
    ),
    "notes.docx": lambda text: b"PK\x03\x04\x00" + text.encode(),
}


def found_in(folder, name, content, known):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    codes = frozenset(TREE.codes)
    return {
        finding.kind: finding
        for finding in check_artefact(read_artefact(file, name), known, codes)
    }


@pytest.mark.parametrize("name", FORMS)
def test_canaries_are_found(tmp_path, known, name):
    found = found_in(tmp_path, name, FORMS[name](CANARIES), known)
    assert set(found) - {"unread", "frequent_words"} == KINDS
    assert {"zurdimbres", "xochimilpa"} <= set(found["rare_words"].words)
    assert found["names"].words == ("quetzalli", "xochimilpa")
    assert found["keys"].words == ("HH-000123",)
    assert "reparo zurdimbres viejos de metal" in found["texts"].words
    assert found["mails"].words == ("ana.ruiz@correo.example.mx",)
    assert found["long_numbers"].words == ("5512345678",)


@pytest.mark.parametrize("name", FORMS)
def test_a_clean_file_is_clean(tmp_path, known, name):
    clean = "vendo pan dulce\nVenta de zapatos\n2026-12-01 0.82690854119\n/data/x.csv"
    found = found_in(tmp_path, name, FORMS[name](clean), known)
    assert set(found) <= {"frequent_words", "unread"}
    assert ("unread" in found) == (name == "notes.docx")


def test_damaged_files_are_said_to_be_unread(tmp_path, known):
    for name in ("baseline.npz", "metrics.json", "model.keras"):
        found = found_in(tmp_path, name, b"{ ana.ruiz@correo.example.mx", known)
        assert {"unread", "mails"} <= set(found)


def test_words_are_counted_once_a_record(known):
    assert known.words["pan"] == 12
    assert known.words == Counter(
        word for text in [*COMMON, *OWN] for word in set(known.reader.words(text))
    )
    assert "vendo" not in known.rare and "zapatos" not in known.rare


def test_hashes_of_rare_words_and_pairs_are_found(tmp_path, known):
    """A pair that many records have gives away nothing; a rare one does."""
    words = ["vendo", "pan", "dulce", "reparo", "zurdimbres", "viejos", "de", "metal"]
    own = word_hashes(words)
    table = np.sort(np.concatenate([own, pair_hashes(own[:-1], own[1:])]))
    stream = io.BytesIO()
    np.savez(stream, words=table)
    found = found_in(tmp_path, "linear.npz", stream.getvalue(), known)
    rare = ("metal", "reparo", "viejos", "zurdimbres")  # "de" is in a title
    assert found["rare_hashed_words"].words == rare
    assert "pan dulce" not in found["rare_hashed_pairs"].words
    assert "reparo zurdimbres" in found["rare_hashed_pairs"].words
    assert found["rebuilt_texts"].words == ("reparo zurdimbres viejos de metal",)


def test_a_short_rare_word_is_whole_among_letters(tmp_path, known):
    stream = io.BytesIO()
    np.savez(stream, letters=np.unique(letter_ngrams(["su", "zapatos"], 2, 5).values))
    found = found_in(tmp_path, "linear.npz", stream.getvalue(), known)
    assert found["rare_short_words"].words == ("su",)


def test_forms_that_share_a_hash_are_counted_together(tmp_path, known):
    """`panes` is rare, but its table holds `pan`, which is not."""
    more = replace(known, texts=[*known.texts, ("panes de zurdimbres",)])
    table = np.sort(word_hashes([light_stem("panes"), light_stem("zurdimbres")]))
    stream = io.BytesIO()
    np.savez(stream, words=table)
    found = found_in(tmp_path, "linear.npz", stream.getvalue(), more)
    assert {"panes", "zurdimbres"} <= more.rare
    assert found["rare_hashed_words"].words == ("zurdimbres",)


def test_passwords_in_addresses_are_found(tmp_path, known):
    text = b"query: postgresql://lucia:s3cret@server/survey"
    assert found_in(tmp_path, "config.yaml", text, known)["passwords"].number == 1


def test_words_of_the_program_are_no_respondents_words():
    assert {"hierarchical", "temperatures"} <= program_words()
    assert "zurdimbres" not in program_words()
