"""Sets of acceptable codes, and codes outside the list, through the commands."""

import json

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROWS
from support.planned_runs import planned

from han import compare, evaluate, explain, load, plan, train
from han.errors import InputError
from han.planning.plan_text import plan_text
from han.runs.loading import load_classifier

WORDS = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce".split()


def write_rows(file, number, seed, change=lambda i, code: code):
    """Records of the usual rows, their label cells changed."""
    rng, rows = np.random.default_rng(seed), []
    for i in range(number):
        text, _, code = ROWS[rng.integers(len(ROWS))]
        words = " ".join(rng.choice(WORDS, size=2))
        cell = change(i, code)
        rows.append({"id": str(i), "text": f"{text} {words} n{i}", "code": cell})
    pd.DataFrame(rows).to_csv(file, index=False)
    return file


def two_ways(i, code):
    """Every fourth record has another code before the usual one."""
    return f"{'22' if code != '22' else '11'}|{code}" if i % 4 == 0 else code


def trained(folder, name, change, more=""):
    """A linear run over records with such labels."""
    data = write_rows(folder / f"{name}.csv", 900, seed=1, change=change)
    file = folder / f"{name}.yaml"
    file.write_text(
        f"""
data:
  train: {data}
  fields: {{text: {{}}}}
  label_columns: [code]
  key_columns: [id]
  {more}
  split: {{validation: 0.1, calibration: 0.5, test: 0.2}}
taxonomy: {{digits: [1, 2]}}
model: {{kind: tfidf_linear, C: 1}}
logging: {{run_folder: {folder}/{name}}}
""",
        encoding="utf-8",
    )
    assert train.main([str(file)]) == 0
    return folder / name


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    return trained(folder, "run", two_ways, 'label_sets: "|"')


@pytest.fixture(scope="module")
def new(run, tmp_path_factory):
    """Records of a later year: some with a new code, of a known branch or of none."""
    later = {0: "19", 1: "11|19", 2: "99"}
    file = tmp_path_factory.mktemp("new") / "new.csv"
    return write_rows(file, 60, 2, lambda i, code: later.get(i % 10, code))


def codes_given(run, file):
    table = pd.read_csv(file, dtype=str)
    given = load(str(run)).predict(table[["text"]])
    return given.code.tolist(), [cell.split("|") for cell in table.code]


def metrics(run, name):
    return json.loads((run / "metrics.json").read_text(encoding="utf-8"))[name]


def test_any_acceptable_code_is_right(run):
    file = write_rows(run.parent / "more.csv", 200, 3, two_ways)
    assert evaluate.main([str(run), str(file)]) == 0
    given, sets = codes_given(run, file)
    right = [code in codes for code, codes in zip(given, sets, strict=True)]
    found = metrics(run, "more.csv")
    assert found["leaf_accuracy"] == pytest.approx(np.mean(right))
    assert np.mean(right) > 0.9  # by the first codes alone it is under 0.8
    assert (found["several_codes"], found["outside_codes"]) == (50, 0)
    report = (run / "data_report.txt").read_text(encoding="utf-8")
    assert "225 records with several acceptable codes, 2 at most" in report


def test_codes_outside_the_list_count_as_wrong(run, new, caplog, capsys):
    assert evaluate.main([str(run), str(new)]) == 0
    given, sets = codes_given(run, new)
    found = metrics(run, "new.csv")
    rows = list(zip(given, sets, strict=True))
    right = [code in codes for code, codes in rows]
    assert found["leaf_accuracy"] == pytest.approx(np.mean(right))
    top = [code[0] in {c[0] for c in codes} for code, codes in rows]
    assert found["level_accuracy"]["1"] == pytest.approx(np.mean(top))
    assert found["level_accuracy"]["2"] == pytest.approx(np.mean(right))
    # 11|19 has a code that the run can give; 19 and 99 alone have none.
    assert (found["outside_codes"], found["several_codes"]) == (12, 6)
    assert found["outside"]["share"] == pytest.approx(0.2)
    codes = {entry["code"]: entry["rows"] for entry in found["outside"]["codes"]}
    assert codes["19"] == [1, 11, 21, 31, 41, 51] and set(codes) == {"19", "99"}
    known = [
        is_right
        for is_right, (_, codes) in zip(right, rows, strict=True)
        if codes not in (["19"], ["99"])
    ]
    alone = found["known_codes_only"]
    assert alone["leaf_accuracy"] == pytest.approx(np.mean(known))
    assert "12 records (20.0% of those with a code) have a code" in caplog.text
    printed = capsys.readouterr().out
    assert "not in the run's list, so wrong: new.csv 12 of 60" in printed
    page = (run / "report-new.csv.html").read_text(encoding="utf-8")
    assert "12 con un código que la corrida no tiene" in page


def test_plans_count_them_as_wrong(run, new):
    found = planned(run, str(new), "--target", "leaf=0.7")
    assert found["outside"]["records"] == 12 and found["several_codes"] == 6
    table = pd.read_csv(new, dtype=str)
    given = load(str(run)).predict(table[["text"]])
    limit = found["thresholds"][0]["promises"][-1]["threshold"]
    auto = (given.probability >= limit).tolist()
    sets = [cell.split("|") for cell in table.code]
    rows = zip(auto, given.code, sets, strict=True)
    right = sum(is_auto and code in codes for is_auto, code, codes in rows)
    last = found["levels"][-1]["data"]
    assert (last["known"], last["right"]) == (sum(auto), right)
    assert sum(auto) > 50  # those with new codes among them
    page = (run / "plan" / "plan.md").read_text("utf-8")
    assert "6 of the records have several acceptable codes" in page
    assert "12 (20.0% of those with a code) have a code that the run's list" in page
    tree = load_classifier(run).taxonomy
    spanish = plan_text({"data": "new.csv", **found}, tree, "es")
    assert "6 de los registros tienen varios códigos aceptables" in spanish
    assert "12 (20.0\xa0% de los que tienen código) tienen un código que" in spanish
    assert "cuentan como errores: 19, 99." in spanish


def test_lists_for_clerks_hold_any_acceptable_code(run):
    file = write_rows(run.parent / "listed.csv", 200, 4, two_ways)
    found = planned(run, str(file), "--target", "leaf=0.7", "--sets", "0.9")
    assert found["sets"]["all"]["known"] == 200
    # By the first codes alone a list of one code would be right in three of four.
    assert found["sets"]["all"]["right_code_inside"] > 0.9
    assert found["sets"]["all"]["right_code_inside_by_text"] > 0.9
    assert found["sets"]["all"]["mean_size"] < 1.2


def test_comparing_and_explaining_do_not_refuse_them(run, new, tmp_path):
    other = trained(tmp_path, "other", two_ways, 'label_sets: "|"')
    output = tmp_path / "compared.json"
    assert (
        compare.main([str(run), str(other), "--on", str(new), "-o", str(output)]) == 0
    )
    found = json.loads(output.read_text(encoding="utf-8"))
    assert found["records"] == 60
    assert any("12 records" in warning for warning in found["warnings"])
    page, table = tmp_path / "page.html", tmp_path / "words.csv"
    arguments = [str(run), str(new), "--by", "deletion", "-o", str(page)]
    assert explain.main([*arguments, "--classes", str(table)]) == 0
    assert "99" in page.read_text(encoding="utf-8")


def test_a_file_of_other_codes_is_refused(run, tmp_path):

    file = write_rows(tmp_path / "x.csv", 40, 5, lambda i, code: f"{7 + i % 3}5")
    with pytest.raises(InputError, match="labels that are not in the code list"):
        evaluate.main([str(run), str(file)])
    with pytest.raises(InputError, match="labels that are not in the code list"):
        train.main([str(_with_train(run, file, tmp_path))])


def _with_train(run, file, folder):
    """An experiment with a code list that the labels are not in."""
    (folder / "list.csv").write_text("code,parent\n1,\n11,1\n", encoding="utf-8")
    text = run.with_suffix(".yaml").read_text(encoding="utf-8")
    text = text.replace(str(run.with_suffix(".csv")), str(file))
    text = text.replace("digits: [1, 2]", f"file: {folder}/list.csv")
    experiment = folder / "bad.yaml"
    experiment.write_text(text.replace(str(run), str(folder / "bad")), "utf-8")
    return experiment


def test_unknown_words_are_left_to_a_person(run, new):
    """However sure the model is: it has seen nothing of them."""
    assert plan.main([str(run), "--target", "leaf=0.7", "--apply"]) == 0
    texts = ["zzz qqq", "pan dulce zzz", ""]
    found = load(str(run)).predict(texts)
    assert found.route.tolist() == ["review", "auto", "review"]
    assert found.flag.tolist()[0] == "unknown_words"
    stored = json.loads((run / "thresholds.json").read_text(encoding="utf-8"))
    [group] = stored["thresholds"]["groups"]
    assert all(promise["threshold"] > 0 for promise in group["promises"])
    file = new.parent / "strange.csv"
    file.write_text("id,text\n1,zzz qqq\n2,pan dulce\n3,\n", encoding="utf-8")
    made = planned(run, str(file), "--target", "leaf=0.7")
    assert (made["blank"], made["unknown_words"]) == (1, 1)
    assert made["routes"]["review"]["records"] == 2
    page = (run / "plan" / "plan.md").read_text("utf-8")
    assert " 1 of them has no word, whatever" in page
    assert " 1 has only words that the run does not know: it is left to a" in page
    spanish = plan_text({"data": "x.csv", **made}, load_classifier(run).taxonomy, "es")
    assert " 1 de ellos no tiene ninguna palabra" in spanish
    assert " 1 solo tiene palabras que la corrida no conoce: también queda" in spanish
    with pytest.raises(InputError, match="0: only people can code 2 records"):
        plan.main([str(run), str(file), "--budget", "0"])
