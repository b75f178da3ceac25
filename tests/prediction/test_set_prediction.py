"""`han.predict` of a run with sets of codes: files, blocks, options, mistakes."""

import subprocess
import sys
from argparse import Namespace
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.experiments import write_experiment
from support.small_networks import TREE, save_run

import han
from han import Taxonomy, predict
from han.code_sets import SetRule, best_sets_for_f
from han.commands.predict_command import set_choice
from han.config import read_config
from han.errors import InputError
from han.prediction import input_records
from han.runs.manifest import write_manifest

WORDS = ["pan dulce", "clavo", "leche de vaca con acero", "", "xyzzy", "vaca", "acero"]
ROWS = 40


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A network of random weights that gives sets; nothing is trained."""
    folder = tmp_path_factory.mktemp("sets")
    experiment = write_experiment(
        folder,
        data=f"{{train: {folder}/data.csv, fields: {{text: {{}}}}, "
        'label_columns: [code], label_sets: ";", key_columns: [id]}',
        model="{head: multi_path}",
    )
    found = save_run(experiment, head="multi_path")
    titles = [f"=T{code}" for code in TREE.codes]  # which a spreadsheet would compute
    Taxonomy(TREE.codes, TREE.parents, titles).save(found / "taxonomy.json")
    SetRule(TREE, np.array([0.3, 0.2])).save(found / "set_rule.json")
    write_manifest(found)
    texts = [f"{WORDS[i % 7]} {'pan ' * (i % 3)}" for i in range(ROWS)]
    table = pd.DataFrame({"id": [f"{i:03d}" for i in range(ROWS)], "text": texts})
    table.to_csv(folder / "new.csv", index=False)
    return found


def coded(run, target, *given):
    data = str(run.parent / "new.csv")
    assert predict.main([str(run), data, "-o", str(target), *given]) == 0
    return target


def read(file):
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def test_the_file_has_what_python_gives(run, tmp_path):
    found = read(coded(run, tmp_path / "out.csv", "--top-k", "2"))
    classifier = han.load(run)
    texts = pd.read_csv(run.parent / "new.csv", keep_default_na=False)["text"]
    table = classifier.predict(texts, top_k=2)
    assert found.columns.tolist() == ["id", *table.columns]
    for name in ("codes", "probabilities", "flag", "code_2", "top_2_code"):
        assert found[name].tolist() == table[name].tolist()
    titles = table["label_2"].str.replace("=", "'=")
    assert found["label_2"].equals(titles) and titles.str.contains("=T").any()
    least = pd.to_numeric(found["least_probability"])
    np.testing.assert_allclose(least, table["least_probability"], rtol=1e-5)
    sizes = found["codes"].str.split(";").map(len).where(found["codes"] != "", 0)
    assert found["num_codes"].astype(int).tolist() == sizes.tolist()
    assert sizes.max() > 1 and (found["codes"] == "").equals(found["flag"] == "blank")


def test_forms_blocks_and_processes_change_nothing(run, tmp_path, monkeypatch):
    once = coded(run, tmp_path / "once.csv")
    monkeypatch.setattr(input_records, "MOST_ROWS", 15)
    monkeypatch.setattr(input_records, "LEAST_ROWS", 1)
    parts = coded(run, tmp_path / "parts.csv", "--processes", "1")
    both = coded(run, tmp_path / "both.csv", "--processes", "2")
    assert once.read_bytes() == parts.read_bytes() == both.read_bytes()
    table = pd.read_parquet(coded(run, tmp_path / "out.parquet", "--processes", "1"))
    book = pd.read_excel(coded(run, tmp_path / "out.xlsx"), dtype=str, na_filter=False)
    for name in ("id", "codes", "probabilities", "code_1", "code_2", "flag"):
        assert read(once)[name].tolist() == table[name].tolist() == book[name].tolist()
    np.testing.assert_allclose(
        pd.to_numeric(book["least_probability"]), table["least_probability"]
    )
    levels = pd.to_numeric(read(once)["level_2"]).astype("Int64")
    assert levels.equals(table["level_2"])


def test_a_fresh_process_writes_the_same(run, tmp_path):
    here = coded(run, tmp_path / "here.csv")
    there, data = tmp_path / "there.csv", run.parent / "new.csv"
    given = ["-m", "han.predict", str(run), str(data), "-o", str(there)]
    subprocess.run([sys.executable, *given], check=True)
    assert there.read_bytes() == here.read_bytes()


def test_decodings(run, tmp_path):
    usual = read(coded(run, tmp_path / "usual.csv"))
    same = coded(run, tmp_path / "same.csv", "--decoding", "thresholds")
    assert read(same).equals(usual)
    given = ("--decoding", "top_k", "--top-k", "2")
    two = read(coded(run, tmp_path / "two.csv", *given))
    words = two[two["flag"] != "blank"]
    assert words["codes"].equals(words["top_1_code"] + ";" + words["top_2_code"])
    best = read(coded(run, tmp_path / "best.csv", "--decoding", "expected_hf"))
    classifier = han.load(run)
    logs = classifier.log_probabilities(classifier.encode(["vaca"]))
    [wanted] = best_sets_for_f(logs, TREE).sets
    row = best["codes"][best["id"] == "005"].item()
    alone = classifier.predict(["vaca pan pan"], rule=best_sets_for_f)
    assert row == alone["codes"][0]
    vaca = classifier.predict(["vaca"], rule=best_sets_for_f)["codes"][0]
    assert vaca.split(";") == [TREE.codes[n] for n in wanted if n >= 0]
    assert not best["codes"].equals(usual["codes"])


def test_no_set_is_empty_unless_it_is_asked(run, tmp_path, capsys):
    other = tmp_path / "strict"
    other.mkdir()
    for file in run.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    SetRule(TREE, np.array([0.999, 0.999])).save(other / "set_rule.json")
    write_manifest(other)
    given = ["--text", "vaca", "--text", ""]
    assert predict.main([str(other), *given]) == 0
    _, vaca, blank = capsys.readouterr().out.splitlines()
    assert vaca.split()[1] in TREE.codes and "blank" in blank
    data = str(run.parent / "new.csv")
    for more, is_empty in (([], False), (["--allow-empty"], True)):
        out = tmp_path / "out.csv"
        assert predict.main([str(other), data, "-o", str(out), *more]) == 0
        found = read(out)
        none = (found["codes"] == "") & (found["flag"] != "blank")
        assert none.any() == is_empty
        assert (found["top_1_code"] != "").equals(found["flag"] != "blank")


def test_options_of_sets_are_for_sets(run, baseline_run, tmp_path):
    data = str(run.parent / "new.csv")
    for given, named in (
        (["--decoding", "expected_hf"], "--decoding"),
        (["--allow-empty"], "--allow-empty"),
    ):
        with pytest.raises(InputError, match=f"^{named} is for runs that give"):
            predict.main([str(baseline_run), data, *given])
    with pytest.raises(InputError, match="--allow-empty: --decoding top_k gives"):
        predict.main([str(run), data, "--decoding", "top_k", "--allow-empty"])
    config = read_config(run / "config.yaml")
    asked = Namespace(decoding=None, allow_empty=True, run=run)
    assert set_choice(asked, config).allow_empty
    with pytest.raises(InputError, match="has several tasks"):
        set_choice(asked, replace(config, tasks={"job": None}))


def test_no_records_and_rules_of_other_rows(run):
    classifier = han.load(run)
    assert len(classifier.predict([])) == 0
    with pytest.raises(InputError, match="gave 1 sets for 2 records"):
        classifier.predict(["vaca", "pan"], rule=lambda logs, tree: [[0]])


def test_no_key_is_called_like_a_column(run):
    keys = "data.key_columns=[codes]"
    with pytest.raises(InputError, match="'codes'"):
        read_config(run / "config.yaml", [keys])
    assert read_config(run / "config.yaml", [keys, "model.head=tree"])
