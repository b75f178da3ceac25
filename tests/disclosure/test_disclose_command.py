"""The command, on runs that keep nothing, that memorise, and that have been edited."""

import json
import random
import shutil
from itertools import product

import numpy as np
import pytest

from han import disclose, train
from han.disclosure.findings import KINDS
from han.errors import InputError
from han.languages.words import DISCLOSURE
from han.runs.manifest import write_manifest

COMMON = "pan queso leche carne fruta arroz maíz frijol azúcar café sopa dulce".split()


def trained(folder, rows, model, **keys):
    """A run on rows of text and code, with keys and its file in `folder`."""
    lines = ["id,text,level_1,level_2"]
    lines += [f"HH-{i:06},{text},{c[0]},{c}" for i, (text, c) in enumerate(rows)]
    (folder / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = {
        "data": "{train: data.csv, fields: {text: {}}, "
        "label_columns: [level_1, level_2], key_columns: [id], remember_texts: false, "
        "split: {validation: 0.1, calibration: 0.0, test: 0.3}}",
        "text": f"{{min_count: {keys.get('min_count', 10)}}}",
        "model": model,
        "logging": "{run_folder: run}",
        "pretrained": "{encoder: none}",
    }
    text = "".join(f"{key}: {value}\n" for key, value in settings.items())
    (folder / "experiment.yaml").write_text(text, encoding="utf-8")
    assert train.main([str(folder / "experiment.yaml")]) == 0
    return folder / "run"


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Four words of twelve, whose first says the code: nothing to memorise."""
    draws, folder = random.Random(1), tmp_path_factory.mktemp("clean")
    texts = draws.sample(list(product(COMMON, repeat=4)), 900)
    rows = [(" ".join(t), ["11", "12", "21"][COMMON.index(t[0]) % 3]) for t in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return trained(folder, rows, "{kind: majority}")


@pytest.fixture(scope="module")
def memorised(tmp_path_factory):
    """Words of one's own and codes by chance: right is only who remembers."""
    draws, folder = random.Random(2), tmp_path_factory.mktemp("memorised")
    rows = [
        (
            f"{draws.choice(COMMON)} xq{i}a zq{i % 190}b",
            draws.choice(["11", "12", "21"]),
        )
        for i in range(500)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return trained(folder, rows, "{kind: tfidf_linear, C: 100.0}", min_count=2)


def checked(run, monkeypatch, capsys, *arguments):
    monkeypatch.chdir(run.parent)
    capsys.readouterr()
    code = disclose.main([str(run), "--json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def kinds(said):
    return {(finding["file"], finding["kind"]) for finding in said["findings"]}


def without_page(run, folder):
    """A copy without the page, which shows keys, and without counts."""
    shutil.copytree(run.parent, folder, dirs_exist_ok=True)
    copy = folder / "run"
    (copy / "report.html").unlink(missing_ok=True)
    write_manifest(copy)
    return copy


def test_a_clean_run_passes(clean, tmp_path, monkeypatch, capsys):
    run = without_page(clean, tmp_path)
    code, said = checked(run, monkeypatch, capsys, "--strict")
    assert (code, said["verdict"]) == (0, "release"), said["findings"]
    low, high = said["membership"]["auc_interval"]
    assert low <= 0.5 <= high and said["records"] == 540


def test_a_run_that_memorises_is_found(memorised, monkeypatch, capsys):
    code, said = checked(memorised, monkeypatch, capsys, "--strict", "office")
    assert said["membership"]["auc_interval"][0] > 0.7
    assert code == int(said["verdict"] == "withhold")
    assert any("membership" in kind for _, kind in kinds(said))
    found = {kind for file, kind in kinds(said) if file == "text.json"}
    assert "rare_words" in found
    assert not any("words" in finding for finding in said["findings"])


def test_shadows_attack_too(memorised, monkeypatch, capsys):
    _, said = checked(memorised, monkeypatch, capsys, "--shadows", "2")
    assert said["membership"]["shadows"] == 2
    assert said["membership"]["auc_interval"][0] > 0.5


def test_canaries_lead_to_withhold(clean, tmp_path, monkeypatch, capsys):
    run = without_page(clean, tmp_path)
    (run / "plan").mkdir(exist_ok=True)
    (run / "plan" / "notes.md").write_text("HH-000007: ana.ruiz@correo.example.mx")
    code, said = checked(run, monkeypatch, capsys, "--strict", "office")
    assert code == 1 and said["verdict"] == "withhold"
    assert kinds(said) >= {("plan/notes.md", "keys"), ("plan/notes.md", "mails")}
    assert checked(run, monkeypatch, capsys)[0] == 0


def test_records_that_are_gone_are_said_and_given(clean, tmp_path, monkeypatch, capsys):
    run = without_page(clean, tmp_path)
    moved = tmp_path / "elsewhere.csv"
    (tmp_path / "data.csv").rename(moved)
    code, said = checked(run, monkeypatch, capsys, "--strict")
    assert code == 1 and said["records"] is None
    assert kinds(said) == {("", "not_counted"), ("", "not_attacked")}
    code, said = checked(run, monkeypatch, capsys, "--strict", "--records", str(moved))
    assert code == 0 and said["records"] == 540


def test_another_file_is_counted_but_not_attacked(clean, tmp_path, monkeypatch, capsys):
    run = without_page(clean, tmp_path)
    other = tmp_path / "other.csv"
    lines = (tmp_path / "data.csv").read_text(encoding="utf-8").splitlines()
    other.write_text("\n".join(lines[:50]) + "\n", encoding="utf-8")
    _, said = checked(run, monkeypatch, capsys, "--records", str(other))
    assert said["records"] == 49 and said["not_checked"]
    assert ("", "not_attacked") in kinds(said)
    with pytest.raises(InputError, match="--shadows: no attack can be made"):
        disclose.main([str(run), "--records", str(other), "--shadows", "4"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_show_words_only_when_asked(
    memorised, tmp_path, monkeypatch, capsys, language
):
    monkeypatch.chdir(memorised.parent)
    files = [str(tmp_path / f"check.{ending}") for ending in ("html", "md", "json")]
    asked = [str(memorised), "--lang", language, "-o", *files]
    words = DISCLOSURE[language]
    for shows in (False, True):
        disclose.main([*asked, *(["--show-words"] if shows else [])])
        texts = [(tmp_path / f"check.{e}").read_text() for e in ("html", "md", "json")]
        for text in (*texts, capsys.readouterr().out):
            assert ("zq7b" in text) == shows
        assert all((words["warning"] in text) == shows for text in texts[:2])
        assert "http://" not in texts[0] and "https://" not in texts[0]
        assert all(words["check_law"] in text for text in texts[:2])


def test_sacro_reads_what_is_written(clean, tmp_path, monkeypatch, capsys):
    """As its example does: `numpy.loadtxt` with commas, no header, a row a text."""
    folder = tmp_path / "sacro"
    _, said = checked(clean, monkeypatch, capsys, "--sacro", str(folder))
    for name, texts in (("train", "members"), ("test", "others")):
        read = np.loadtxt(folder / f"proba_{name}.csv", delimiter=",")
        assert read.shape == (said["membership"][texts], 3)
        assert read.sum(axis=1) == pytest.approx(1, abs=1e-5)
    with pytest.raises(InputError, match="is there already"):
        disclose.main([str(clean), "--sacro", str(folder)])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--min-records", "0"], "--min-records"),
        (["--shadows", "1"], "--shadows"),
        (["-o", "check.pdf"], "check.pdf"),
        (["-o", "run/check.html"], "inside of the run"),
        (["--records", "none.csv"], "none.csv"),
    ],
)
def test_mistakes_are_told_before_work(clean, monkeypatch, arguments, said):
    monkeypatch.chdir(clean.parent)
    with pytest.raises(InputError, match=said):
        disclose.main(["run", *arguments])


def test_all_findings_have_words():
    for language in ("en", "es"):
        words = DISCLOSURE[language]
        assert set(KINDS) | {f"do_{kind}" for kind in KINDS} <= set(words)
    assert set(DISCLOSURE["en"]) == set(DISCLOSURE["es"])
