"""The command that explains: pages, JSON lines, measurements, words behind codes."""

import json
import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
from support.experiments import write_experiment
from support.small_networks import TREE, save_baseline, save_run, text_encoder

from han.errors import InputError
from han.experiment.written_records import evenly
from han.explain import main
from han.explanation import explanation_english, explanation_spanish
from han.explanation.attention_map import AttentionMap
from han.explanation.class_words import class_table, sibling_table
from han.explanation.explanation_page import chance
from han.explanation.text_shading import shaded
from han.explanation.written_words import Word, written_documents
from han.runs.loading import load_classifier

EVIL = '<script>alert(1)</script> pan & "leche" \' onclick=x'


@pytest.fixture
def run(experiment):
    return save_run(experiment)


def write(folder, rows, header="id,text,level_1,level_2", name="new.csv"):
    file = folder / name
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def page_of(run, file, *options):
    out = run.parent / "page.html"
    language = [] if "--lang" in options else ["--lang", "en"]
    assert main([str(run), str(file), "-o", str(out), *language, *options]) == 0
    return out.read_text(encoding="utf-8")


def articles(page):
    return re.findall(r"<article.*?</article>", page, re.S)


def test_the_page_shows_text_path_and_runners_up(run, tmp_path, capsys):
    file = write(tmp_path, ["a1,pan dulce,1,11", "a2,acero,2,22", "a3,,2,22"])
    page = page_of(run, file)
    assert page.count("<article") == 3
    assert "Evidence by parts in 3 records" in capsys.readouterr().out
    first, _, last = articles(page)
    assert "a1" in first and "pan</span>" in first and 'class="code"' in first
    assert first.count("<tr>") == 2 + 2 + 3  # two heads, two levels, three others
    assert explanation_english.WORDS["no_text"] in last and 'class="code"' not in last
    assert "a1" in page and explanation_english.WORDS["confidential"] in page
    assert page.index("Confidential") < page.index("<h1>")


def test_right_and_wrong_follow_the_code_of_people(run, tmp_path):
    table = pd.DataFrame({"text": ["pan dulce", "acero"]})

    said = load_classifier(run).predict(table.text.tolist()).code
    other = next(c for c in ("11", "12", "21", "22") if c != said[1])
    rows = [
        f"1,pan dulce,{said[0][0]},{said[0]}",
        f"2,acero,{other[0]},{other}",
        f"3,pan dulce,{said[0][0]},",
        "4,pan dulce,,",
    ]
    found = articles(page_of(run, write(tmp_path, rows)))
    marks = [re.search(r'data-right="(\w*)"', article)[1] for article in found]
    assert marks == ["yes", "no", "yes", ""]
    assert f"<b>{other}</b>" in found[1] and "✗" in found[1] and "✓" in found[0]


def test_text_is_escaped_and_nothing_is_loaded(run, tmp_path):
    file = tmp_path / "new.csv"
    keys = ["<b>key</b>", "2"]
    pd.DataFrame({"id": keys, "text": [EVIL, "pan"]}).to_csv(file, index=False)
    page = page_of(run, file)
    assert page.count("<script") == 1  # ours
    assert "<b>key" not in page and "alert(1)" not in page.split("<script>")[1]
    number = r'<span class="s">[^<]*</span>'
    shown = re.sub(r"<[^>]*>", "", re.sub(number, "", articles(page)[0]))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "http" not in page and "src=" not in page


def test_records_without_codes_have_no_result_to_filter(run, tmp_path):
    file = write(tmp_path, ["1,pan dulce"], header="id,text")
    page = page_of(run, file)
    assert 'id="right"' not in page and 'data-right=""' in page
    labelled = write(tmp_path, ["1,pan dulce,1,11"], name="other.csv")
    assert 'id="right"' in page_of(run, labelled)


def test_of_the_training_file_the_test_records_are_taken(run, capsys):
    page = page_of(run, run.parent / "data.csv")
    some = page.count("<article")
    assert some < page_of(run, run.parent / "data.csv", "--split", "all").count(
        "<article"
    )
    assert page_of(run, run.parent / "data.csv", "--rows", "3").count("<article") == 3


@pytest.mark.parametrize("language", ["es", "en"])
def test_languages(run, tmp_path, language):
    file = write(tmp_path, ["1,pan dulce,1,11"])
    page = page_of(run, file, "--lang", language, "--by", "attention")
    words = {"es": explanation_spanish.WORDS, "en": explanation_english.WORDS}[language]
    assert f'<html lang="{language}">' in page
    assert words["encoder_only"] in page and words["not_measured"] in page
    page = page_of(run, file, "--lang", language)
    assert words["caution_parts"] in unescape(page)
    assert words["not_measured"] not in page
    assert words["legend_levels_parts"] in unescape(page)
    assert articles(page)[0].count("<details>") == 2  # the whole, and each level


@pytest.mark.parametrize(("text", "page"), [("spanish", "es"), ("english", "en")])
def test_by_default_the_page_speaks_as_the_texts_do(tmp_path, text, page):
    run = save_run(write_experiment(tmp_path, text=f"{{language: {text}}}"))
    out = tmp_path / "page.html"
    assert main([str(run), str(tmp_path / "data.csv"), "-o", str(out)]) == 0
    assert f'<html lang="{page}">' in out.read_text(encoding="utf-8")


def test_the_number_of_a_field_stands_once():
    words = [Word("Pan", "", "name", "known", 0, "pan")]
    words += [Word(w, " ", "tasks", "known", k, w) for k, w in ((1, "vende"), (2, "y"))]
    found = AttentionMap(
        tuple(words),
        np.ones(3),
        np.array([0.5, 0.3, 0.2]),
        {"name": 0.5, "tasks": 0.5},
        {"name": "", "tasks": ""},
    )
    name, tasks = shaded(found).split("</p>")[:2]
    assert name.count("50%</span>") == 1 and name.count('class="s"') == 1
    assert re.findall(r"(\d+%)</span>", tasks) == ["50%", "30%", "20%"]


def test_probabilities_are_no_certainties():
    assert [chance(p) for p in (0.0, 0.004, 0.5, 0.996, 1.0)] == [
        "0.00",
        "<0.01",
        "0.50",
        ">0.99",
        "1.00",
    ]


def test_both_languages_say_the_same_things():
    assert list(explanation_english.WORDS) == list(explanation_spanish.WORDS)
    for key, text in explanation_english.WORDS.items():
        names = set(re.findall(r"{(\w+)}", text))
        assert names == set(re.findall(r"{(\w+)}", explanation_spanish.WORDS[key])), key


def test_a_baseline_is_explained_by_deletion(experiment, tmp_path, capsys):
    run = save_baseline(experiment)
    page = page_of(run, write(tmp_path, ["1,pan dulce,1,11"]))
    assert "Evidence by deletion" in capsys.readouterr().out
    assert explanation_english.WORDS["caution_deletion"] in page
    with pytest.raises(InputError, match="baseline"):
        page_of(run, tmp_path / "new.csv", "--by", "attention")
    with pytest.raises(InputError, match="baseline"):
        main([str(run), str(tmp_path / "new.csv"), "--faithfulness"])


def test_json_lines_hold_the_maps(run, tmp_path):
    file = write(tmp_path, ["1,pan dulce,1,11", "2,clavo de acero,2,22"])
    out = tmp_path / "maps.jsonl"
    main([str(run), str(file), "-o", str(out)])
    lines = out.read_text(encoding="utf-8").splitlines()
    maps = [AttentionMap.from_json(line) for line in lines]
    assert [m.text("text") for m in maps] == ["pan dulce", "clavo de acero"]
    assert json.loads(lines[0])["by"] == "parts"


def test_faithfulness_is_printed_and_stands_on_the_page(run, experiment, capsys):
    other = save_run(experiment, "other", seed=5)
    data = run.parent / "data.csv"
    options = ["--faithfulness", "--other", str(other), "--by", "attention"]
    page = page_of(run, data, *options)
    printed = capsys.readouterr().out
    line = next(s for s in printed.splitlines() if s.startswith("Two trainings"))
    assert line in page and "without the strongest 1%" in printed
    main_line = re.search(r"<p><b>(.*)</b></p>", page)[1]
    assert main_line.startswith("Attention") and unescape(main_line) in printed
    assert page.count(main_line) == 1
    assert explanation_english.WORDS["not_measured"] not in page
    by_parts = page_of(run, data, "--faithfulness")
    assert re.search(r"<p><b>(.*)</b></p>", by_parts)[1].startswith("Evidence by parts")
    assert main([str(run), str(data), "--faithfulness"]) == 0  # needs no page


def test_the_same_run_agrees_with_itself(run, capsys):
    data = str(run.parent / "data.csv")
    main([str(run), data, "--faithfulness", "--other", str(run), "--lang", "en"])
    assert "by 1.00 [1.00, 1.00]" in capsys.readouterr().out


@pytest.mark.parametrize("by", ["parts", "attention", "deletion"])
def test_words_behind_codes_are_counted_and_rare_ones_kept_back(tmp_path, by, capsys):
    run = save_run(write_experiment(tmp_path, repeat=8))
    data, out = str(tmp_path / "data.csv"), tmp_path / "words.csv"
    argv = [
        str(run),
        data,
        "--split",
        "all",
        "--classes",
        str(out),
        "--by",
        by,
        "--lang",
        "en",
    ]
    main([*argv, "--min-records", "9"])
    table = pd.read_csv(out, dtype={"code": str})
    assert len(table) and (table.records >= 9).all()
    assert (table.code_records >= table.records).all()
    # "uno" to "ocho" are in fewer than 13 records each, and in fewer of one code.
    main([*argv, "--min-records", "13"])
    assert not set(pd.read_csv(out).text) & {"uno", "dos", "ocho"}
    assert (tmp_path / "words.png").read_bytes()[:4] == b"\x89PNG"
    siblings = pd.read_csv(tmp_path / "words_siblings.csv")
    assert (siblings.standard_errors.abs() >= 1.9).all()
    assert "pairs of siblings" in capsys.readouterr().out


def documents_of(texts):
    encoder = text_encoder()
    columns = {"tasks": texts}
    return written_documents(encoder, columns, encoder.encode(columns))


def test_class_table_adds_up_evidence():
    documents = documents_of(["pan dulce", "pan", "pan dulce", "acero"])
    evidence = [np.full((len(d.words), 1), 0.5) for d in documents]
    nodes = np.array([[0, 2], [0, 2], [0, 2], [1, 4]])
    table = class_table(documents, evidence, nodes, TREE, least_records=2)
    rows = table[table.level == 2].set_index(["kind", "text"])
    assert rows.loc[("word", "pan"), "records"] == 3
    assert rows.loc[("word", "pan"), "mean_evidence"] == 0.5
    assert rows.loc[("word", "dulce"), "total_evidence"] == pytest.approx(1 / 3)
    assert rows.loc[("pair", "pan dulce"), "mean_evidence"] == 1.0
    assert rows.loc[("field", "tasks"), "mean_evidence"] == pytest.approx(2.5 / 3)
    assert set(table.code) == {"1", "11"}  # of the other one there is one record
    assert len(class_table([], [], nodes[:0], TREE)) == 0


def test_sibling_table_tells_apart_what_is_confused():
    documents = documents_of(["pan de leche"] * 20 + ["vaca de leche"] * 20)
    truth = np.array([[0, 2]] * 20 + [[0, 3]] * 20)
    nodes = truth.copy()
    nodes[:3, 1] = 3
    table = sibling_table(documents, nodes, truth, TREE, least_records=10)
    assert table.text.tolist() == ["pan", "vaca"]
    assert table.confused.tolist() == [3, 3]
    assert table.records.tolist() == [20, "<10"]
    assert table.log_odds[0] > 0 > table.log_odds[1]
    assert not len(sibling_table(documents, truth, truth, TREE))
    assert not len(sibling_table(documents, nodes, truth, TREE, least_records=21))


def test_partial_codes_confuse_nothing_below():
    documents = documents_of(["pan"] * 20)
    truth, nodes = np.array([[0, -1]] * 20), np.array([[0, 3]] * 20)
    assert not len(sibling_table(documents, nodes, truth, TREE, least_records=1))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Say what to make"),
        (["-o", "{}/page.pdf"], r"\.html or \.jsonl"),
        (["-o", "{}/none/page.html"], "there is no folder"),
        (["--classes", "{}/words.txt"], r"\.csv"),
        (["-o", "{}/p.html", "--rows", "0"], "--rows must be at least 1"),
        (["--classes", "{}/w.csv", "--min-records", "0"], "--min-records"),
        (["-o", "{}/p.html", "--other", "{}/run"], "goes with --faithfulness"),
        (["-o", "{}/p.html", "--split", "test"], "own training file"),
    ],
)
def test_mistakes_are_said(run, tmp_path, options, said):
    file = write(tmp_path, ["1,pan"], header="id,text")
    with pytest.raises(InputError, match=said):
        main([str(run), str(file), *(o.format(tmp_path) for o in options)])


def test_a_missing_file_and_short_texts_are_said(run, tmp_path):
    with pytest.raises(InputError, match="no such data file"):
        page_of(run, tmp_path / "none.csv")
    file = write(tmp_path, ["1,pan", "2,acero"], header="id,text")
    with pytest.raises(InputError, match="No record has words enough"):
        main([str(run), str(file), "--faithfulness"])


def test_rows_are_taken_evenly():
    assert evenly(np.arange(100), 3).tolist() == [0, 50, 99]
    assert evenly(np.arange(3), None).tolist() == [0, 1, 2]


def test_a_page_that_cannot_be_written_leaves_nothing(run, tmp_path):
    file = write(tmp_path, ["1,pan dulce,1,11"])
    (tmp_path / "page.html").mkdir()
    with pytest.raises(InputError, match="this is a folder"):
        page_of(run, file)
    assert not list(tmp_path.glob(".page*"))
