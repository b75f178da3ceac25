"""What a Spanish report says of codes is Spanish, whatever it is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.corpora import config_of, rows

from han.code_list.code_list_files import build_code_list
from han.code_list.damaged_labels import damage_findings
from han.code_list.label_patterns import list_notes, pattern_notes
from han.code_list.list_form import ListForm
from han.code_list.taxonomy import Taxonomy
from han.code_list.taxonomy_sources import label_paths
from han.config import TaxonomyConfig
from han.experiment.corpus import read_corpus
from han.languages.remarks import Remark
from han.languages.words import CODE_LIST

IN_BOTH = {"total", "use"}  # words of both languages
LISTS = {
    "column": "código,padre,título|1,TOTAL,Pan|,,|código,padre,título|11,1,Pan dulce|"
    "Total,,Todo|Fuente: INEGI,,",
    "prefix": "code,title|01,PanT|0101,LecheT|010121,QuesoT|010229,Sal",
    "order": "code,title|A,Pan|01,Leche|B,Queso|05,Sal",
    "levels": "alto,bajo|1,11|1,12",
}
# Label cells of one column, and of two.
PATTERNS = {
    "case": ["a01", "A01", "B02"],
    "marks": ["01.11", "0111", "01.12"],
    "serials": ["1-2", "3-4", "5-6", "44927"],
    "one_number": ["47.1", "47.10", "47.11"],
    "pointed": [str(a + b / 10) for a in (1, 2, 46, 47) for b in (1, 1.1, 1.2)],
    "turned": [(f"{i:02}", "ABC"[i // 4]) for i in range(12)],
    "lengths": [(str(code)[0], str(code)) for code in range(110, 1300, 37)],
}
NUMBERS = [str(code) for code in range(100, 120)]
DAMAGE = {
    "errors": "#REF!",
    "missing": "NA",
    "footers": "Fuente: INEGI",
    "scientific": "2E+05",
    "booleans": "TRUE",
    "amounts": "11%",
    "quoted": '"111"',
    "thousands": "1,111",
    "dates": "01-feb",
    "several": "101/102",
    "titled": "101 Pan",
    "marked": "101.",
    "other_form": "OTROS",
}


def list_remarks(rule: str) -> list[Remark]:
    header, *lines = (line.split(",") for line in LISTS[rule].split("|"))
    table = [dict(zip(header, line, strict=True)) for line in lines]
    if rule == "levels":
        form = ListForm(levels=header)
    else:
        form = ListForm(parent=rule, missing_parents="nearest")  # type: ignore[arg-type]
    return list(build_code_list(table, "scian.csv", form).remarks)


def pattern_remarks(cells: list, digits: tuple[int, ...] = ()) -> list[Remark]:
    labels = np.array(cells, dtype=object).reshape(len(cells), -1)
    tree = Taxonomy.from_paths(label_paths(labels, digits=digits))
    return pattern_notes(labels, tree, digits=digits)


def damage_remarks(cell: str) -> list[Remark]:
    column = np.array([*NUMBERS, cell], dtype=object)
    found = damage_findings(column)
    return [f.remark(column) for f in found]


def padded() -> list[Remark]:
    codes = ["1000", "1111", "1112", "1120", "1211", "2111", "2112", "2121"]
    return pattern_remarks(codes, (1, 2, 3, 4))


def bare() -> list[Remark]:
    return pattern_remarks(["111", "112", "1011", "1012"], (2, 3, 4))


def without_zeros() -> list[Remark]:
    tree = Taxonomy(["01", "02", "11", "12"], [-1] * 4)
    return list_notes(np.full(40, 2, np.int32), tree)


def all_remarks() -> list[Remark]:
    found = [remark for rule in LISTS for remark in list_remarks(rule)]
    found += [r for cells in PATTERNS.values() for r in pattern_remarks(cells)]
    found += [r for cell in DAMAGE.values() for r in damage_remarks(cell)]
    return [*found, *padded(), *bare(), *without_zeros()]


def keys_of(remark: Remark) -> Iterator[str]:
    yield remark.key
    for part in remark.parts.values():
        for item in part if isinstance(part, list | tuple) else [part]:
            if isinstance(item, Remark):
                yield from keys_of(item)


def own_words(text: str) -> set[str]:
    """Words without names of settings, and what stands in quotes or brackets."""
    bare = re.sub(r"`[^`]*`|'[^']*'|\([^)]*\)", "", text)
    return {w for w in re.findall(r"[^\W\d_]+", bare.lower()) if len(w) > 2} - IN_BOTH


@pytest.mark.parametrize(("key", "cells"), PATTERNS.items())
def test_notes_of_each_kind(key: str, cells: list) -> None:
    assert key in [note.key for note in pattern_remarks(cells)]


@pytest.mark.parametrize(("key", "cell"), DAMAGE.items())
def test_damage_of_each_kind(key: str, cell: str) -> None:
    assert key in [key for note in damage_remarks(cell) for key in keys_of(note)]


def test_nothing_that_is_said_of_codes_stays_english() -> None:
    remarks = all_remarks()
    said = {key for remark in remarks for key in keys_of(remark)}
    assert said == set(CODE_LIST["en"]) - {"and_more", "in_column"}
    cells = {"pan", "leche", "queso", "sal", "dulce", "scian", "csv"}
    for remark in remarks:
        english, spanish = own_words(str(remark)), own_words(remark.text("es"))
        assert not (english & spanish) - cells, remark


def test_sentences_in_both_languages() -> None:
    [likely] = damage_remarks("OTROS")
    assert likely.text("es") == (
        "filas 21: las celdas pueden ser de otra forma que todos los demás códigos. "
        "Corríjalas si no son códigos."
    )
    [note] = without_zeros()
    assert "but 50% of the code list do" in str(note)
    assert "pero sí 50\xa0% de los del clasificador" in note.text("es")
    many = Remark("left_blank", {"rows": list(range(1, 13))}, 2)
    assert str(many) == "left out, blank: rows 1, 2 and 10 more"
    assert many.text("es") == "quedan fuera, por vacías: filas 1, 2 y 10 más"


def test_a_spanish_report(tmp_path: Path) -> None:
    codes = (
        "clave,padre,título\n1,TOTAL,Pan\n10,1,Dulce\n11,1,Sal\nclave,padre,título\n"
    )
    file = tmp_path / "lista.csv"
    file.write_text(codes, encoding="utf-8")
    config = config_of(tmp_path, [*rows("train", 4), *rows("validation", 2)])
    with_list = replace(config, taxonomy=TaxonomyConfig(file=str(file)))
    report = read_corpus(with_list, language="es").report
    lines = (
        f"Clasificador {file}: 3 códigos en 2 niveles (1, 2), códigos superiores por "
        "columna\n"
        "  primera rama: 1 Pan > 10 Dulce\n"
        "  columnas leídas: 'clave' como código, 'padre' como código superior, "
        "'título' como título\n"
        "  quedan fuera, por repetir el encabezado: filas 4\n"
        "  el código superior 'TOTAL' no es un código: significa que no hay otro más "
        "arriba\n"
    )
    assert lines in f"{report}\n"


def test_spanish_notes_of_labels(tmp_path: Path) -> None:
    table = [("train", f"pan {c}", c, "", "1") for c in ("AR", "MX", "NA")]
    config = config_of(tmp_path, [*table, ("validation", "pan", "AR", "", "1")])
    config = replace(config, data=replace(config.data, label_columns=("a",)))
    note = (
        "códigos: columna 'a', filas 3: las celdas pueden ser valores faltantes "
        "escritos con palabras o signos (NA). Deje vacías las celdas, o escriba su "
        "contenido en `data.no_code`."
    )
    assert note in read_corpus(config, language="es").report
