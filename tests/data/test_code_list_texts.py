"""Titles and notes of a code list: how they are cut, and that they never leak."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.corpora import config_of, rows

from han.code_list.taxonomy import Taxonomy
from han.config import CodeListColumns, Config, FieldConfig, TaxonomyConfig
from han.data.code_list_notes import read_notes
from han.data.code_list_texts import (
    CodeText,
    choose_texts,
    exclusions,
    note_texts,
    title_texts,
)
from han.errors import InputError
from han.experiment.corpus import read_corpus

CODES = ["46", "461", "462", "31-33", "2019", "463", "461"]
PARENTS = [-1, 0, 0, -1, -1, 0, 3]
TITLES = ["Comercio", "Abarrotes", "Departamentales", "Industria", "Año", "", "Otra"]
TREE = Taxonomy(CODES, PARENTS, TITLES)


def codes(found):
    return [(text.text, TREE.codes[text.node], text.kind) for text in found]


def node(*path):
    return TREE.find(path)


def test_titles_that_are_codes_are_none():
    found = {text.text for text in title_texts(TREE)}
    assert found == set(TITLES) - {""}
    words = Taxonomy(["banking", "A1"], [-1, 0])
    assert [text.text for text in title_texts(words)] == ["banking"]


def test_notes_are_cut_into_sentences_and_items():
    row = {
        "description": "Venden pan. También leche, queso.\nO sal; y pimienta",
        "includes": "Incluye también: tiendas de dulces; ...; • dulcerías",
    }
    assert codes(note_texts(row, node("46", "462"), TREE)) == [
        ("Venden pan", "462", "description"),
        ("También leche queso", "462", "description"),
        ("O sal", "462", "description"),
        ("y pimienta", "462", "description"),
        ("tiendas de dulces", "462", "includes"),
        ("dulcerías", "462", "includes"),
    ]


def test_a_unit_that_names_another_code_teaches_nothing():
    row = {"description": "Véase la categoría 463. Nada más; esta es la 462; son 46"}
    found = codes(note_texts(row, node("46", "462"), TREE))
    assert [text for text, *_ in found] == ["esta es la 462", "son 46"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Excluye: ropa (462, Departamentales)", [("ropa", "462")]),
        ("uno; dos (berries) y tres [462].", [("dos berries y tres", "462")]),
        ("a (31-33, Industria); b (463)", [("a", "31-33"), ("b", "463")]),
        ("a [462, Departamentales (con ropa)], y b", [("a", "462")]),
        # Not to be read with certainty:
        ("farmacias; panaderías", []),
        ("a (461, Abarrotes)", []),  # the code stands twice in the list
        ("a (462, Departamentales; 463, Otras)", []),
        ("a (462, Aserraderos)", []),  # another list's code
        ("a (463, Cualquiera)", []),  # no title to compare
        ("abierta en (2019)", []),
        ("abierta en (2019, Año)", [("abierta en", "2019")]),
        ("(462)", []),
        ("a (999, Nada)", []),
        ("a (462, Departamentales", []),
        ("a) b (462)", [("a b", "462")]),
        ("", []),
    ],
)
def test_exclusions_teach_the_code_that_they_name(cell, expected):
    assert [(text, TREE.codes[n]) for text, n in exclusions(cell, TREE)] == expected


def test_excludes_never_teach_the_code_itself_nor_its_family():
    row = {"excludes": "a (462, Departamentales); b (46, Comercio); c (31-33); d"}
    found = note_texts(row, node("46", "462"), TREE)
    assert codes(found) == [("c", "31-33", "excludes")]
    assert codes(note_texts(row, node("46"), TREE)) == [("c", "31-33", "excludes")]


def test_repeated_leaking_and_unclear_texts_are_left_out():
    texts = [
        CodeText("Pan dulce", 0, "title"),
        CodeText("pan DULCE.", 0, "includes"),
        CodeText("pan dulce", node("46", "462"), "includes"),  # below 0: no conflict
        CodeText("sal", 0, "title"),
        CodeText("Sal", node("31-33"), "includes"),
        CodeText("queso", 0, "title"),
        CodeText("...", 0, "title"),
    ]
    chosen = choose_texts(texts, TREE, {"queso", "leche"})
    assert [(t.text, t.node) for t in chosen.texts] == [
        ("Pan dulce", 0),
        ("pan dulce", node("46", "462")),
    ]
    assert (chosen.known, chosen.unclear) == (1, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,title\n46,a\n", r"no column of notes\. Expected code, desc.* excludes:"),
        ("description\na\n", r"no column code\. Expected"),
        ("code,includes\n46,a\n99,b\n046,c\n", r"rows 2, 3: .* not in the .* '99'"),
        ("code,includes\n046,c\n", r"rows 1: .* lost leading zeros: it has '46'"),
        ("code,includes\n46,a\n,\n99,b\n", r"rows 3: .* not in the .* '99'"),
        ("code,includes\n461,c\n", r"rows 1: .* more than once"),
        ("code,includes\n", r"file of notes is empty"),
    ],
)
def test_bad_notes(tmp_path, text, message):
    file = tmp_path / "notes.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"notes\.csv.*{message}"):
        read_notes(file, TREE)
    with pytest.raises(InputError, match=r"no such file of notes.*`taxonomy\.notes`"):
        read_notes(tmp_path / "none.csv", TREE)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("code,includes", {}),
        ("Código,INCLUYE", {}),
        ("hscode,covers", {"code": "hscode", "includes": "covers"}),
        ("code,covers", {"code": "hscode", "includes": "covers"}),
    ],
)
def test_columns_of_notes(tmp_path, header, columns):
    file = tmp_path / "notes.csv"
    file.write_text(f"{header}\n46,donas\n", encoding="utf-8")
    (text,) = read_notes(file, TREE, columns=columns)
    assert (text.text, TREE.codes[text.node]) == ("donas", "46")
    with pytest.raises(InputError, match=r"no column 'lost', which `taxonomy"):
        read_notes(file, TREE, columns={"excludes": "lost"})


# In an experiment

LIST = """code,parent,title
1,,Panes
10,1,pan validation0
11,1,Bolillos
12,1,...
"""
NOTES = 'code,includes,excludes\n10,"donas; pan Test1",teleras (11)\n'


def config_with(folder: Path, **taxonomy: object) -> Config:
    (folder / "codes.csv").write_text(LIST, encoding="utf-8")
    (folder / "notes.csv").write_text(NOTES, encoding="utf-8")
    table = [*rows("train", 4), *rows("validation", 2), *rows("test", 2)]
    config = config_of(folder, table)
    given = {"file": str(folder / "codes.csv"), **taxonomy}
    return replace(config, taxonomy=TaxonomyConfig(**given))  # type: ignore[arg-type]


def with_notes(folder: Path, **taxonomy: object) -> Config:
    notes = str(folder / "notes.csv")
    return config_with(folder, texts="all", notes=notes, **taxonomy)


def test_code_texts_train_and_nothing_else(tmp_path):
    plain = read_corpus(config_with(tmp_path, texts="none"))
    corpus = read_corpus(with_notes(tmp_path, text_weight=0.5))
    train, before = corpus.examples["train"], plain.examples["train"]
    assert (len(before), before.num_code_texts) == (4, 0)
    assert (len(train), train.num_code_texts) == (8, 4)
    taught = [corpus.tree.codes[n] for n in train.nodes[4:]]
    assert taught == ["1", "11", "10", "11"]  # Panes, Bolillos, donas, teleras
    assert train.nodes[:4].tolist() == before.nodes.tolist()
    # Weights 1 to 4 have the mean 2.5.
    assert train.weights.tolist() == [1, 2, 3, 4, *[1.25] * 4]
    words = {"panes", "bolillos", "donas", "teleras"}
    assert words <= set(corpus.encoder.vocabulary.words)
    assert train.texts.known_words[4:].tolist() == [1] * 4
    for role in ("validation", "test"):
        assert len(corpus.examples[role]) == len(plain.examples[role])
        assert corpus.examples[role].num_code_texts == 0
    assert str(tmp_path / "notes.csv") in corpus.fingerprints


def test_the_report_counts_them_apart(tmp_path):
    plain = read_corpus(config_with(tmp_path, texts="none")).report.splitlines()
    report = read_corpus(with_notes(tmp_path)).report
    there = report.splitlines()
    assert [line for line in plain if line in there] == plain  # as it was
    assert [line for line in there if line not in plain] == [
        "Texts of the code list that train beside the rows: 2 titles, 1 from "
        "inclusions, 1 from exclusions of other codes",
        "  left out: 2 that are texts of validation, calibration or test, 0 that stand "
        "for several codes",
    ]
    assert "1 without any (12)" in report  # no rows, whatever its title says


def test_a_code_list_under_other_names_is_the_same(tmp_path):
    usual = read_corpus(with_notes(tmp_path))
    config = with_notes(tmp_path, columns=CodeListColumns("hs", title="t"))
    codes = "hs,t\n1,Panes\n10,pan validation0\n11,Bolillos\n12,...\n"
    Path(str(config.taxonomy.file)).write_text(codes, encoding="utf-8")
    by_rule = replace(config, taxonomy=replace(config.taxonomy, parent="prefix"))
    corpus = read_corpus(by_rule)
    assert corpus.tree == usual.tree
    train, before = corpus.examples["train"], usual.examples["train"]
    assert train.nodes.tolist() == before.nodes.tolist()
    assert "(1, 3), parents by prefix\n  first path: 1 Panes > 10 pan" in corpus.report
    assert "parents by column" in usual.report


def test_a_text_that_stands_in_any_fields_does_not_leak(tmp_path):
    config = with_notes(tmp_path)
    fields = {"b": FieldConfig(), "text": FieldConfig()}
    # A bare code would count as no answer and leave "pan validation0".
    data = replace(config.data, fields=fields, label_columns=("a",), bare_codes=False)
    taxonomy = replace(config.taxonomy, text_field="text")
    corpus = read_corpus(replace(config, data=data, taxonomy=taxonomy))
    train = corpus.examples["train"]
    # The records' texts are "10 pan validation0" now, which is no title.
    assert train.num_code_texts == 6
    added = train.texts.take(np.arange(4, 10))
    assert added.sentence_fields.tolist() == [1] * 6
    other = replace(corpus_config_of_first_field(config), taxonomy=taxonomy)
    assert read_corpus(other).examples["train"].num_code_texts == 4


def corpus_config_of_first_field(config: Config) -> Config:
    """A second field that is blank in every row."""
    file = Path(config.data.train)
    lines = file.read_text("utf-8").splitlines()
    ends = ["empty", *[""] * (len(lines) - 1)]
    file.write_text("".join(f"{a},{b}\n" for a, b in zip(lines, ends, strict=True)))
    fields = {"empty": FieldConfig(), "text": FieldConfig()}
    return replace(config, data=replace(config.data, fields=fields))


def test_what_the_list_has_is_the_default(tmp_path):
    titles = read_corpus(config_with(tmp_path)).examples["train"]
    assert titles.num_code_texts == 2
    assert len(titles.records) == 4
    config, apart = config_with(tmp_path), read_corpus(with_notes(tmp_path))
    head, *codes = LIST.splitlines()
    head += ",includes,excludes"
    codes[1] += ',"donas; pan Test1",teleras (11)'
    table = "\n".join([head, codes[0] + ",,", *codes[1:]])
    Path(str(config.taxonomy.file)).write_text(table, encoding="utf-8")
    found, known = read_corpus(config).examples["train"], apart.examples["train"]
    assert found.nodes.tolist() == known.nodes.tolist()
    assert found.texts.word_ids.tolist() == known.texts.word_ids.tolist()


def test_a_list_of_labels_has_no_titles(tmp_path):
    learnt = replace(config_with(tmp_path), taxonomy=TaxonomyConfig())
    corpus = read_corpus(learnt)  # a list made of label columns has no titles
    assert corpus.examples["train"].num_code_texts == 0
    assert "code list that train" not in corpus.report
