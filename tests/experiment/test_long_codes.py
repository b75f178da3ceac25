"""Codes of records from a table of their own, and the other ways to write sets."""

import pytest

from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import read_corpus

ROWS = {
    "a": ("pan de trigo", ["11", "12"]),
    "b": ("queso de cabra", ["12"]),
    "c": ("clavo y martillo", ["2", "21", "11"]),
    "d": ("martillo de goma", ["21"]),
    "e": ("sin código", []),
}
LIST = "code,parent\n1,\n2,\n11,1\n12,1\n21,2\n"
LONG = "data.label_sets=null", "data.codes_file={folder}/codes.csv"


@pytest.fixture
def write(tmp_path):
    """Writes the same records in all three ways; gives the overrides of one."""
    lines, long = ["id,text,code,c1,c2,c3,role"], ["id,code"]
    for number, (key, (text, codes)) in enumerate(ROWS.items()):
        cells = [*codes, "", "", ""][:3]
        role = "validation" if number == 1 else "train"
        lines.append(",".join([key, text, "|".join(codes), *cells, role]))
        long += [f"{key},{code}" for code in codes]
    (tmp_path / "rows.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "codes.csv").write_text("\n".join([*long, "zz,11"]), encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "e.yaml").write_text(
        f"data: {{train: {tmp_path}/rows.csv, fields: {{text: {{}}}}, "
        'label_columns: [code], label_sets: "|", key_columns: [id], '
        "split: {column: role}}\n"
        f"taxonomy: {{file: {tmp_path}/list.csv, texts: none}}\n"
        "model: {head: multi_path}\npretrained: {encoder: none}\n",
        encoding="utf-8",
    )

    def read(*overrides):
        given = [text.format(folder=tmp_path) for text in overrides]
        return read_corpus(read_config(tmp_path / "e.yaml", given))

    return read


WAYS = [
    (),
    ("data.label_sets=null", "data.label_columns=[c1]", "data.more_codes=[[c2],[c3]]"),
    LONG,
]


@pytest.mark.parametrize("way", WAYS, ids=["separator", "columns", "long file"])
def test_all_ways_give_the_same_sets(write, way):
    corpus = write(*way)
    train = corpus.examples["train"]
    codes = [
        [corpus.tree.codes[node] for node in row if node >= 0] for row in train.sets
    ]
    # 2 is above 21 of the same record, which says it; it is counted.
    assert codes == [["11", "12"], ["21", "11"], ["21"]]
    assert train.nodes.tolist() == train.sets[:, 0].tolist()
    assert train.true is None and len(train.texts) == 3
    assert corpus.examples["validation"].sets.tolist()[0][0] == train.sets[0, 1]
    assert corpus.uncoded["train"] == 1
    said = "\n".join(corpus.report.splitlines())
    assert "Codes of a record, all right together: 1.50 in the mean, 2 at most" in said
    assert "records with 2: 2" in said and "same record: 1" in said
    assert ("`data.codes_file` that are of no record: 1" in said) == (way == LONG)


def test_texts_of_the_code_list_teach_one_code_each(write, tmp_path):
    titles = "code,parent,title\n1,,A\n2,,B\n11,1,Pan dulce\n12,1,Queso\n21,2,Clavo\n"
    (tmp_path / "list.csv").write_text(titles, encoding="utf-8")
    train = write("taxonomy.texts=titles").examples["train"]
    assert train.num_code_texts and len(train) == len(train.texts)
    own = train.sets[-train.num_code_texts :]
    assert (own[:, 0] >= 0).all() and (own[:, 1:] == -1).all()
    assert train.records.sets.tolist() == train.sets[:3].tolist()
    assert len(train.codes) == 5 + train.num_code_texts


@pytest.mark.parametrize(
    ("codes", "rows", "message"),
    [
        ("id,code\nA,11\n", None, "no row has the keys of a record"),
        ("id,code\na,11\n,12\n", None, "rows 2: a key is blank"),
        ("id,kode\na,11\n", None, "there is no column 'code'"),
        ("id,code\na,99\n", None, r"codes in .*codes\.csv: labels .* '99' \(row 1\)"),
        (
            "id,code\na,11\na,99\nb,99\n",
            None,
            r"'99' \(row 1, 2\)",  # in whichever place of the set
        ),
        (None, "id,text,role\na,x,train\na,y,train\n", "rows 1, 2: `data.key_columns`"),
    ],
)
def test_what_is_wrong_with_a_long_file_is_said(write, tmp_path, codes, rows, message):
    if codes:
        (tmp_path / "codes.csv").write_text(codes, encoding="utf-8")
    if rows:
        (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        write(*LONG)


def test_changed_codes_are_changed_data(write, tmp_path):
    before = write(*LONG).fingerprints
    (tmp_path / "codes.csv").write_text("id,code\na,11\nb,12\nd,21\n", encoding="utf-8")
    assert write(*LONG).fingerprints != before


@pytest.mark.parametrize("way", [*WAYS[1:]], ids=["columns", "long file"])
def test_no_code_holds_what_joins_them(write, tmp_path, way):
    listed = (tmp_path / "list.csv").read_text("utf-8")
    (tmp_path / "list.csv").write_text(f"{listed}2|2,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"file of han.predict: '\|' .* 2\|2, "):
        write(*way)
