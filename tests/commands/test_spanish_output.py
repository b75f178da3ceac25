"""What a statistician reads is Spanish where that is asked for; mistakes are not."""

import json

import numpy as np
import pytest
from support.experiments import write_experiment
from support.runs import baseline

from han import combine, compare, evaluate, plan, predict, train
from han.config import read_config
from han.data.coders import set_report
from han.errors import InputError
from han.languages.language_names import terminal_language


@pytest.fixture
def spanish(monkeypatch):
    """A terminal that is set to Spanish."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "es_PE.UTF-8")


@pytest.mark.parametrize("name", ["es", "español", "Spanish", "castellano"])
def test_a_language_has_several_names(tmp_path, name):
    experiment = write_experiment(tmp_path)
    assert read_config(experiment, [f"text.language={name}"]).text.language == "spanish"
    english = read_config(experiment, ["text.language=inglés"])
    assert english.text.language == "english"
    with pytest.raises(InputError, match=r"text.language.*must be one of spanish"):
        read_config(experiment, ["text.language=quechua"])


@pytest.mark.parametrize(
    "environment, language",
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "es_MX.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "es_AR", "LANG": "C"}, "es"),
        ({"LANG": "et_EE.UTF-8"}, "en"),
    ],
)
def test_the_terminal_says_its_language(environment, language):
    assert terminal_language(environment) == language


def test_check_in_spanish(tmp_path, capsys):
    experiment = write_experiment(tmp_path)
    assert train.main([str(experiment), "--check", "--lang", "español"]) == 0
    out = capsys.readouterr().out
    assert "filas sin código: " in out and "Vale la pena probar" in out
    assert "todo está bien. No se entrenó nada" in out
    assert "rows" not in out and "Worth" not in out
    assert train.main([str(experiment), "--check", "--lang", "en"]) == 0
    assert "rows without a code: " in capsys.readouterr().out


def test_a_language_without_pages_is_refused(tmp_path):
    experiment = write_experiment(tmp_path)
    with pytest.raises(InputError, match=r"--lang: expected es .español, spanish. or"):
        train.main([str(experiment), "--check", "--lang", "fr"])


def test_a_day_in_spanish(tmp_path, spanish, capsys):
    run = tmp_path / "run"
    assert train.main([str(baseline(tmp_path))]) == 0
    out = capsys.readouterr().out
    assert "Tiempo: " in out and "memoria máxima" in out
    assert "La corrida está en" in out and f"escribe {run}/report.html" in out
    assert "registros: " in out and out.count("F1 jerárquica") == 1
    report = (run / "data_report.txt").read_text(encoding="utf-8")
    assert report.startswith("Informe de los datos")
    assert evaluate.main([str(run)]) == 0
    out = capsys.readouterr().out
    assert "La página para leer es" in out and "Agregado a" in out
    written = tmp_path / "coded.csv"
    lines = "id,text\n1,pan de trigo\n2,\n3,queso\n"
    (tmp_path / "new.csv").write_text(lines, encoding="utf-8")
    assert predict.main([str(run), str(tmp_path / "new.csv"), "-o", str(written)]) == 0
    said = capsys.readouterr()
    assert "registros procesados en" in said.out
    assert "registros por segundo, 1 proceso, una vez iniciado" in said.err


def test_several_runs_in_spanish(tmp_path, spanish, capsys):
    one = baseline(tmp_path)
    runs = [str(tmp_path / name) for name in ("run", "other")]
    for run in runs:
        assert train.main([str(one), f"logging.run_folder={run}"]) == 0
    capsys.readouterr()
    assert compare.main(runs) == 0
    out = capsys.readouterr().out
    assert "exactitud, código completo" in out and "| registros por segundo" in out
    assert combine.main([*runs, "-o", str(tmp_path / "both")]) == 0
    assert "La mezcla está en" in capsys.readouterr().out


def test_a_plan_is_in_the_language_of_the_texts(run_to_plan, capsys):
    asked = [str(run_to_plan), "--target", "leaf=0.8"]
    assert plan.main(asked) == 0
    spanish = capsys.readouterr().out
    assert "registros de prueba de la corrida" in spanish
    assert "Nivel 2, códigos completos: con 95" in spanish
    page = (run_to_plan / "plan" / "plan.md").read_text(encoding="utf-8")
    assert spanish.startswith(page)
    assert plan.main([*asked, "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert "Level 2, full codes: with 95% confidence" in english
    assert "registros" not in english


def test_refusals_in_spanish(run_to_plan, capsys):
    assert plan.main([str(run_to_plan), "--target", "leaf=0.9999"]) == 0
    out = capsys.readouterr().out
    assert "99.99\xa0% no se puede prometer" in out and "seguidos" in out
    found = json.loads((run_to_plan / "plan" / "plan.json").read_text(encoding="utf-8"))
    assert found["refusals"][0]["needed"] > found["refusals"][0]["rows"]


def test_odd_records_in_spanish(tmp_path, spanish, capsys):
    experiment, data, new = baseline(tmp_path), tmp_path / "data.csv", "new.csv"
    known = data.read_text(encoding="utf-8")
    data.write_text(known + "0-0,pan de otra fila,1,11\n", encoding="utf-8")
    assert train.main([str(experiment), "--check"]) == 0
    out = capsys.readouterr().out
    assert "claves que también tienen otras filas: 2 (filas 1, 73)" in out
    assert train.main([str(experiment)]) == 0
    file = tmp_path / new
    file.write_text(known + "0-0,pan de pueblo,1,19\n", encoding="utf-8")
    capsys.readouterr()
    assert evaluate.main([str(tmp_path / "run"), str(file)]) == 0
    out = capsys.readouterr().out
    assert "errores: new.csv 1 de 73; sin ellos leaf_accuracy" in out
    written = str(tmp_path / "coded.csv")
    assert predict.main([str(tmp_path / "run"), str(file), "-o", written]) == 0
    said = capsys.readouterr().err
    assert "han: nota: 1 registro con claves que ya tiene uno anterior" in said


def test_sets_of_codes_in_spanish():
    assert set_report(np.array([[1, 2], [3, -1]]), "es") == [
        "Conjuntos de códigos: 1 registro con varios códigos aceptables, 2 como máximo"
    ]
    assert set_report(np.array([[1, 2], [3, 4]]), "en") == [
        "Sets of codes: 2 records with several acceptable codes, 2 at most"
    ]
