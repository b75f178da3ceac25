"""Reading experiment files: what is accepted, what is refused, and with what words."""

import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from han.config import Config, FieldConfig, TrainingConfig, read_config
from han.config.run_names import stays_inside
from han.errors import InputError

HOME = Path(__file__).parents[2]
BASE = """\
data:
  train: train.csv
  fields: {text: {}}
  label_columns: [level_1]
"""


@pytest.fixture
def read(tmp_path):
    """Reads the required keys, more text, and overrides."""

    def _read(more="", *overrides, base=BASE):
        file = tmp_path / "exp.yaml"
        text = base + more
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_config(file, list(overrides))

    return _read


@pytest.fixture
def refuses(read):
    def _refuses(message, more="", *overrides, base=BASE):
        with pytest.raises(InputError, match=message):
            read(more, *overrides, base=base)

    return _refuses


# What is accepted


@pytest.mark.parametrize(
    "name", sorted(p.name for p in HOME.glob("experiments/*.yaml"))
)
def test_every_shipped_experiment_loads(name, monkeypatch):
    monkeypatch.chdir(HOME)
    file = Path("experiments", name)
    config = read_config(file)
    # The command in the file's head must name the file itself.
    assert f"python -m han.train {file}" in file.read_text(encoding="utf-8")
    assert config.run_folder != Path("runs")
    assert Path(config.data.train).suffixes


def test_there_is_a_shipped_experiment():
    assert list(HOME.glob("experiments/*.yaml"))


def test_only_three_keys_are_required(read):
    config = read()
    assert config.data.train == "train.csv"
    assert config.data.fields == {"text": FieldConfig()}
    assert config.data.label_columns == ("level_1",)
    assert config.training == TrainingConfig()
    assert (config.name, config.seed) == ("experiment", 17)
    assert config.run_folder == Path("runs/experiment")
    assert read("logging: {run_folder: elsewhere}\n").run_folder == Path("elsewhere")


@pytest.mark.parametrize("key", ["train", "fields"])
def test_each_of_them_is_required(refuses, key):
    base = "".join(line for line in BASE.splitlines(True) if f" {key}:" not in line)
    refuses(rf"exp\.yaml, line 1: `data\.{key}` is missing\. It is", base=base)


def test_data_is_required(refuses):
    refuses(r"exp\.yaml, line 1: `data` is missing", base="name: x\n")


def test_an_empty_section_keeps_its_defaults(read):
    assert read("training:\ntext: null\nmodel: {}\n") == read()


def test_aliases_and_byte_order_mark(read):
    config = read("seed: &five 5\ntraining: {epochs: *five}\n")
    assert (config.seed, config.training.epochs) == (5, 5)
    assert read(base="\ufeff" + BASE) == read()


@pytest.mark.parametrize("encoder", ["gru", "lstm", "cnn", "mean"])
@pytest.mark.parametrize("computation", ["auto", "packed", "padded"])
def test_encoders_and_their_computations(read, encoder, computation):
    overrides = [f"model.encoder={encoder}", f"model.computation={computation}"]
    if (encoder, computation) == ("lstm", "packed"):
        with pytest.raises(InputError, match=r"packed` is not there for .*lstm`; set"):
            read("", *overrides)
    else:
        model = read("", *overrides).model
        assert (model.encoder, model.computation) == (encoder, computation)


def test_the_form_of_a_code_list(read):
    taxonomy = read(
        "taxonomy: {file: a.csv, levels: [[sector, title], class], "
        "columns: {title: nombre}}\n"
    ).taxonomy
    assert taxonomy.levels == (("sector", "title"), "class")
    assert taxonomy.columns.named == {"title": "nombre"}
    assert read("taxonomy: {file: a, parent: prefix}\n").taxonomy.parent == "prefix"


def test_unknown_encoder_is_refused_with_the_known_ones(refuses):
    refuses("gru, lstm, cnn.* mean", "model: {encoder: transformer}\n")


# YAML 1.1 reads these texts as something else


@pytest.mark.parametrize(
    ("written", "value"),
    [("1e-3", 1e-3), ("1E-3", 1e-3), ("5", 5.0), (".5", 0.5), ("'0.1'", 0.1)],
)
def test_numbers(read, written, value):
    found = read(f"training: {{learning_rate: {written}}}\n").training.learning_rate
    assert found == value and isinstance(found, float)


@pytest.mark.parametrize(("written", "value"), [("08", 8), ("010", 10), ("+7", 7)])
def test_whole_numbers_are_decimal(read, written, value):
    assert read(f"seed: {written}\n").seed == value


@pytest.mark.parametrize(
    "text", ["no", "yes", "on", "08", "1e3", "12:30", "2015", "2015-01-01", "0x1F", "="]
)
def test_texts_stay_as_written(read, text):
    base = BASE.replace("train.csv", text).replace("level_1", text)
    config = read(f"name: {text}\n", base=base.replace("text:", f"{text}:"))
    assert config.name == config.data.train == text
    assert config.data.label_columns == (text,)
    assert list(config.data.fields) == [text]


@pytest.mark.parametrize("word", ["no", "NO", "off", "false", "False"])
def test_false(read, word):
    assert read(f"logging: {{tensorboard: {word}}}\n").logging.tensorboard is False


@pytest.mark.parametrize("word", ["yes", "on", "true", "True"])
def test_true(read, word):
    assert read(f"text: {{fold_accents: {word}}}\n").text.fold_accents is True


@pytest.mark.parametrize("word", ["null", "~", "", "Null", "NULL"])
def test_null_and_the_text_null(read, word):
    assert read(f"logging:\n  run_folder: {word}\n").logging.run_folder is None
    assert read(f"logging:\n  run_folder: '{word}'\n").logging.run_folder == word


def test_a_column_named_2015(read):
    config = read("", "data.fields={2015: {column: 2015}}", "data.key_columns=[2015]")
    assert config.data.fields == {"2015": FieldConfig(column="2015")}
    assert config.data.key_columns == ("2015",)


def test_null_lifts_a_limit(read):
    config = read("training: {gradient_clip_norm: null}\n")
    assert config.training.gradient_clip_norm is None


# What is refused


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "training: {epoch: 3}\n",
            r"exp\.yaml, line 5: unknown key `training\.epoch`\. "
            r"Did you mean `training\.epochs`\?",
        ),
        (
            "name: x\nembedings:\n  dimension: 3\n",
            r"line 6: unknown key `embedings`\. Did you mean `embeddings`\?",
        ),
        ("training:\n\n  batchsize: 3\n", r"line 7: .* `training\.batch_size`\?"),
        ("zzz: 3\n", r"unknown key `zzz`\. Known keys here: name, seed, data, taxo"),
        ("text: {<<: {lowercase: no}}\n", r"unknown key `text\.<<`"),
    ],
)
def test_unknown_keys(refuses, more, message):
    refuses(message, more)


def test_unknown_key_of_a_field(refuses):
    base = BASE.replace("{text: {}}", "{text: {max_word: 3}}")
    refuses(r"line 3: .* `data\.fields\.text\.max_words`\?", base=base)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("seed: many\n", r"line 5: `seed` must be a whole number\. Received: 'many'\."),
        ("seed: 1.0\n", r"`seed` must be a whole number\. Received: '1\.0'"),
        ("seed:\n", r"`seed` must be a whole number\. Received: nothing"),
        ("seed: [1]\n", r"`seed` must be a whole number\. Received: a list"),
        (
            "model: {dropout: little}\n",
            r"`model\.dropout` must be a number\. .*'little'",
        ),
        ("model: {dropout: nan}\n", r"`model\.dropout` must be a number"),
        (
            "training: {learning_rate: inf}\n",
            r"`training\.learning_rate` must be a num",
        ),
        ("training: {learning_rate: .inf}\n", r"must be a number\. Received: '\.inf'"),
        ("text: {lowercase: 1}\n", r"`text\.lowercase` must be true or false\. .* '1'"),
        ("text: {lowercase: null}\n", r"must be true or false\. Received: 'null'"),
        ("name: null\n", r"`name` must be a text\. Received: 'null'\."),
        ("name: {a: b}\n", r"`name` must be a text\. Received: a section\."),
        ("name: {{x}}\n", r"line 5: a key must be a text"),
        (
            "taxonomy: {digits: 2}\n",
            r"`taxonomy\.digits` must be a list, like \[a, b\]",
        ),
        ("taxonomy: {digits: [2, x]}\n", r"`taxonomy\.digits` must be a whole number"),
        ("training: 3\n", r"line 5: `training` is a section\. Expected keys below it"),
        ("training: [1]\n", r"`training` is a section"),
    ],
)
def test_wrong_types(refuses, more, message):
    refuses(message, more)


@pytest.mark.parametrize("written", ["text", "[text]", ""])
def test_fields_must_be_named(refuses, written):
    base = BASE.replace("{text: {}}", written)
    refuses(r"`data\.fields` is a section\. Expected named entries", base=base)


def test_a_field_is_a_section(refuses):
    base = BASE.replace("{text: {}}", "{text: description}")
    refuses(r"`data\.fields\.text` is a section\. Expected keys below it", base=base)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "model: {head: trees}\n",
            r"line 5: `model\.head` must be one of tree, leaf, levels, multi_path\. "
            r"Received: 'trees'\. Did you mean tree\?",
        ),
        ("text: {language: klingon}\n", r"one of spanish, .* Received: 'klingon'\.$"),
        ("model: {kind: [han]}\n", r"`model\.kind` must be one of .* a list"),
        ("model: {kind: null}\n", r"`model\.kind` must be one of .*'null'"),
    ],
)
def test_wrong_choices(refuses, more, message):
    refuses(message, more)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("seed: -1\n", r"line 5: `seed` must be at least 0\. Received: '-1'\."),
        ("training: {epochs: 0}\n", r"`training\.epochs` must be at least 1"),
        (
            "training: {learning_rate: 0}\n",
            r"`training\.learning_rate` must be above 0",
        ),
        ("training: {gradient_clip_norm: 0}\n", r"norm` must be above 0"),
        ("model: {dropout: 1}\n", r"`model\.dropout` must be below 1\."),
        ("model: {dropout: -0.1}\n", r"`model\.dropout` must be at least 0\."),
        ("text: {vocabulary_size: 0}\n", r"`text\.vocabulary_size` must be at least 1"),
    ],
)
def test_limits(refuses, more, message):
    refuses(message, more)


def test_limits_of_fields_and_splits(refuses):
    base = BASE.replace("{text: {}}", "{text: {max_words: 0}}")
    refuses(r"`data\.fields\.text\.max_words` must be at least 1", base=base)
    refuses(r"`data\.split\.test` must be below 1", "  split: {test: 1.5}\n")


def test_values_at_the_limit_pass(read):
    config = read("seed: 0\nmodel: {dropout: 0}\ntraining: {epochs: 1}\n")
    assert (config.seed, config.model.dropout, config.training.epochs) == (0, 0.0, 1)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("name: a\nname: b\n", r"exp\.yaml, line 6: `name` stands here twice"),
        ("model: {head: leaf, head: tree}\n", r"line 5: `head` stands here twice"),
        ("data: {}\n", r"line 5: `data` stands here twice"),
    ],
)
def test_duplicate_keys(refuses, more, message):
    refuses(message, more)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [a\n", r"exp\.yaml, line 2: not valid YAML"),
        ("name: a\n\tseed: 3\n", r"exp\.yaml, line 2: not valid YAML.* not with tabs"),
        ("a:\n  b: 1\n c: 2\n", r"line 3: not valid YAML.* the same number of spaces"),
        ("a: 1\n  b: 2\n", r"line 2: not valid YAML.* Indent it as the line above"),
        ("name: a\n---\nname: b\n", r"not valid YAML: but found another document"),
        ("name: *x\n", r"line 1: not valid YAML: found undefined alias 'x'"),
        (
            "name: a\x00b\n",
            r"exp\.yaml: not valid YAML: special characters are not all",
        ),
        ("", r"exp\.yaml: no sections found. Expected an experiment: a YAML"),
        ("# nothing\n", r"no sections found. Expected an experiment: a YAML"),
        ("- a\n- b\n", r"no sections found. Expected an experiment: a YAML"),
        ("hello\n", r"no sections found. Expected an experiment: a YAML"),
    ],
)
def test_not_yaml(refuses, text, message):
    refuses(message, base=text)


def test_not_a_utf_8_file(read, tmp_path):
    with pytest.raises(InputError, match=r"exp\.yaml: not a UTF-8 text file"):
        read("".encode("latin-1"), base="name: ñ\n".encode("latin-1"))


def test_other_things_than_an_experiment(tmp_path):
    with pytest.raises(InputError, match=r"this is a folder\. Expected .* a YAML file"):
        read_config(tmp_path)
    for name in ("data.csv", "data.csv.gz", "data.PARQUET"):
        file = tmp_path / name
        file.write_text("t,l\nSECRETO: x,1\n")
        with pytest.raises(InputError, match=r"data file .* a YAML file") as error:
            read_config(file)
        assert "SECRETO" not in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(
        InputError, match=r"none\.yaml: there is no such experiment file"
    ):
        read_config(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            ["taxonomy={file: a.csv, digits: [2]}"],
            "`taxonomy.file` or `taxonomy.digits`",
        ),
        (["taxonomy.digits=[2, 2]"], "`taxonomy.digits` must grow"),
        (["taxonomy.digits=[3, 2]"], "`taxonomy.digits` must grow"),
        (["taxonomy.digits=[0, 2]"], "`taxonomy.digits` must grow"),
        (["taxonomy.digits=[-1]"], "`taxonomy.digits` must grow"),
        (
            ["taxonomy.digits=[2]", "data.label_columns=[a, b]"],
            "`data.label_columns` must name one column",
        ),
        (
            ["taxonomy={texts: all, notes: b}"],
            "codes of a list; name it in `taxonomy.file`",
        ),
        (["taxonomy.columns={code: a}"], "about the code list in `taxonomy.file`"),
        (["taxonomy.parent=prefix"], "about the code list in `taxonomy.file`"),
        (["taxonomy.levels=[a, b]"], "about the code list in `taxonomy.file`"),
        (
            ["taxonomy={file: a, levels: [a, b], parent: column}"],
            "`taxonomy.levels` says where parents come from",
        ),
        (["taxonomy={file: a, levels: [a]}"], "`taxonomy.levels` needs two levels"),
        (["taxonomy={file: a, levels: [a, [b, c, d]]}"], "or [codes, titles]"),
        (
            ["taxonomy={file: a, levels: [a, b], columns: {code: c}}"],
            "`taxonomy.columns` names code or parent, and `taxonomy.levels`",
        ),
        (
            ["taxonomy={file: a, parent: order, columns: {parent: c}}"],
            "`taxonomy.parent: order` does not read a column of parents",
        ),
        (
            ["taxonomy={file: a, missing_parents: nearest}"],
            "`taxonomy.missing_parents` is of `taxonomy.parent: prefix` or order",
        ),
        (["data.other_coders=[[a, b]]"], "must have as many columns as"),
        (["data.other_coders=[[a], [a]]"], "`data.other_coders` names a column twice"),
        (["data.other_coders=[[level_1]]"], "or one of `data.label_columns`"),
        (["training.loss_q=0.5"], "`training.loss_q` is of `training.loss: gen"),
        (
            ["training={class_weights: sqrt, sampling: class}"],
            "favour rare codes each in its way; choose one",
        ),
        (
            ["training={class_weights: sqrt, logit_adjustment: 1}"],
            "favour rare codes each in its way; choose one",
        ),
        (["taxonomy={file: a, notes: b, texts: none}"], "`taxonomy.notes` is read wi"),
        (["taxonomy.text_field=more"], "must be one of `data.fields`: text"),
        (["data.fields={}"], "`data.fields` needs at least one field"),
        (["data.label_columns=[]"], "`data.label_columns` needs at least one column"),
        (["data.label_columns=[a, b, a]"], "`data.label_columns` names a column twice"),
        (["data.key_columns=[a, b, a]"], "`data.key_columns` names a column twice"),
        (["data.key_columns=[id, code]"], "`data.key_columns` has 'code', and predi"),
        (["data.key_columns=[row]"], "`data.key_columns` has 'row'"),
        (["data.key_columns=[p_level_2]"], "`data.key_columns` has 'p_level_2'"),
        (["data.key_columns=[top_10_code]"], "has 'top_10_code'"),
        (["data.key_columns=[id, set_codes]"], "`data.key_columns` has 'set_codes'"),
        (["data.key_columns=[code_path, set_cut]"], "has 'code_path', 'set_cut', and"),
        (
            ["data.split={group_by: home, time_column: year}"],
            "`data.split.group_by` is not used with `data.split.column` or",
        ),
        (["data.split={group_by: none, column: role}"], "`data.split.group_by` is not"),
        (["name=''"], "`name` is empty"),
        (
            ["data.split={column: a, time_column: b}"],
            "`data.split.column` or `data.split.time_column`, not both",
        ),
        (
            ["data.split={validation: 0.5, calibration: 0.25, test: 0.25}"],
            "must leave something to train on",
        ),
    ],
)
def test_contradictions(refuses, overrides, message):
    refuses(r"exp\.yaml: .*" + re.escape(message), "", *overrides)


# Overrides


def test_overrides_replace_values(read):
    config = read(
        "training: {epochs: 9, batch_size: 7}\n",
        "training.epochs=3",
        "text.language=english",
        "data.fields.text.max_words=5",
        "training.epochs=4",
        " name = a=b ",
    )
    assert (config.training.epochs, config.training.batch_size) == (4, 7)
    assert config.text.language == "english"
    assert config.data.fields["text"] == FieldConfig(max_words=5)
    assert config.name == "a=b"


def test_overrides_replace_lists_and_sections(read):
    config = read(
        "training: {epochs: 9, batch_size: 7}\n",
        "data.label_columns=[a, b]",
        "data.fields={one: {max_words: 3}, two: {}}",
        "training={epochs: 2}",
        "data.split.column=split",
    )
    assert config.data.label_columns == ("a", "b")
    assert list(config.data.fields) == ["one", "two"]
    assert config.training == TrainingConfig(epochs=2)
    assert config.data.split.column == "split"


@pytest.mark.parametrize("word", ["null", "", "~"])
def test_overrides_with_null(read, word):
    more = "logging: {run_folder: here}\n"
    assert read(more, f"logging.run_folder={word}").logging.run_folder is None
    assert read("logging:\n", "logging.run_folder=there").run_folder == Path("there")


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("epochs", r"^'epochs': expected key\.sub=value, for instance training\.epoc"),
        ("=3", r"^'=3': expected key\.sub=value"),
        (
            "training.epochs=x",
            r"^override 'training\.epochs=x': `training\.epochs` must",
        ),
        (
            "training.epoch=3",
            r"^override .*unknown key `training\.epoch`\. Did you mean",
        ),
        (
            "trainin.epochs=3",
            r"^override .*unknown key `trainin`\. Did you mean `traini",
        ),
        (
            "data.train.x=3",
            r"^override .*`data\.train` is not a section, so `data\.trai",
        ),
        ("training.epochs.x=3", r"^override .*`training\.epochs` must be a whole numb"),
        ("training=3", r"^override .*`training` is a section"),
        ("data.label_columns=a", r"^override .*`data\.label_columns` must be a list"),
        ("data.label_columns=[null]", r"`data\.label_columns` must be a text"),
        (
            "data.label_columns=[[a]]",
            r"`data\.label_columns` must be a text\. .* a list",
        ),
        ("data.label_columns=[a", r"^override .*\]?': not valid YAML"),
        (
            "training={epochs: 1, epochs: 2}",
            r"^override .*: `epochs` stands here twice",
        ),
        ("training={epochs: 0}", r"^override .*`training\.epochs` must be at least 1"),
    ],
)
def test_bad_overrides(refuses, override, message):
    refuses(message, "training: {batch_size: 3}\n", override)


def test_an_override_below_a_value_of_the_file(refuses):
    refuses(r"`name` is not a section, so `name\.x`", "name: a\n", "name.x=3")


# Round trip: what a run folder stores is read again as the same

TEXTS = st.sampled_from(
    [
        "null",
        "~",
        "no",
        "08",
        "1e3",
        "12:30",
        "2015",
        "a: b",
        "- a",
        "#a",
        "[",
        "ñ",
        "'",
    ]
) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)
NAMES = st.lists(TEXTS, min_size=1, max_size=3, unique=True)

KEYS = st.lists(TEXTS, max_size=2, unique=True)


@st.composite
def settings_of_a_run(draw):
    """Plain settings with texts that YAML takes for something else."""
    some = st.none() | TEXTS | st.just("")
    field = st.fixed_dictionaries({"column": some, "max_words": st.integers(1, 99)})
    rates = st.floats(min_value=0, exclude_min=True, max_value=3e38)
    return {
        "name": draw(TEXTS.filter(stays_inside)),
        "seed": draw(st.integers(0, 2**32 - 1)),
        "data": {
            "train": draw(TEXTS),
            "validation": draw(some),
            "fields": draw(st.dictionaries(TEXTS, field, min_size=1, max_size=3)),
            "label_columns": draw(NAMES),
            "key_columns": draw(KEYS),
            "split": {"group_by": draw(TEXTS), "test": draw(st.floats(0, 0.7))},
        },
        "training": {
            "learning_rate": draw(rates),
            "gradient_clip_norm": draw(st.none() | rates),
            "deterministic": draw(st.booleans()),
        },
        "logging": {"run_folder": draw(some)},
    }


@given(settings_of_a_run())
@settings(max_examples=100, deadline=None)
def test_round_trip(tmp_path_factory, plain):
    file = tmp_path_factory.mktemp("run") / "config.yaml"
    file.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    config = read_config(file)
    # First the reading: values arrive as they were, types included.
    assert config.name == plain["name"]
    assert config.data.validation == plain["data"]["validation"]
    assert config.data.label_columns == tuple(plain["data"]["label_columns"])
    assert {name: f.column for name, f in config.data.fields.items()} == {
        name: f["column"] for name, f in plain["data"]["fields"].items()
    }
    assert config.training.learning_rate == plain["training"]["learning_rate"]
    assert config.logging.run_folder == plain["logging"]["run_folder"]
    # Then the way back, as a run folder does it, in both spellings.
    for unicode in (True, False):
        dumped = yaml.safe_dump(
            config.to_dict(), sort_keys=False, allow_unicode=unicode
        )
        file.write_text(dumped, encoding="utf-8")
        assert read_config(file) == config


def test_to_dict_has_every_key(read):
    config = read()
    plain = config.to_dict()
    assert list(plain) == [option.name for option in fields(Config)]
    assert plain["data"]["label_columns"] == ["level_1"]
    assert plain["data"]["fields"]["text"] == asdict(FieldConfig())
    assert yaml.safe_load(yaml.safe_dump(plain)) == plain


def test_key_columns_like_those_of_the_output_are_fine(read):
    names = ("code_1", "labels", "p_level", "top_code", "Code")
    config = read("", f"data.key_columns=[{', '.join(names)}]")
    assert config.data.key_columns == names


# Missing and dirty data, side features


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("null", None),
        ("[]", ()),
        ("[ns, 99, 'null']", ("ns", "99", "null")),
        ("none.txt", "none.txt"),
    ],
)
def test_non_answers_are_a_list_or_a_file(read, written, value):
    config = read(f"  non_answers: {written}\n")
    assert config.data.non_answers == value
    again = yaml.safe_dump(config.to_dict())
    assert read("", base=again).data == config.data


def test_non_answers_of_another_kind(refuses):
    refuses("line 5: `data.non_answers` must be a text", "  non_answers: {ns: 1}\n")
    refuses("`data.non_answers` must be a text", "  non_answers: [[ns]]\n")


SIDE = (
    "  side_features: {age: {kind: numeric}, sector: {kind: categorical, column: s}}\n"
)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "  missing: {txt: drop}\n",
            "names 'txt', which is no .* of: 'text', 'level_1'",
        ),
        ("  missing: {text: most_frequent}\n", "most_frequent is for side features"),
        (
            "  missing: {text: dropp}\n",
            "`data.missing.text` must be one of error, drop",
        ),
        ("  missing: drop\n", "`data.missing` is a section"),
        ("  side_features: {age: {}}\n", "`data.side_features.age.kind` is missing"),
        (
            "  side_features: {age: {kind: date}}\n",
            "must be one of categorical, numeric",
        ),
        (
            "  side_features: {old: {kind: categorical, column: level_1}}\n",
            "`data.side_features.old` is a label column",
        ),
        (
            "  side_features: {text: {kind: categorical}}\n",
            "`data.fields` both have 'text'",
        ),
        (SIDE + "  missing: {s: drop}\n", "names 's'.*'age', 'sector'"),
    ],
)
def test_missing_values_and_side_features_that_cannot_be(refuses, more, message):
    refuses(message, more)


def test_missing_values_and_side_features(read):
    policies = {"age": "most_frequent", "text": "error", "level_1": "drop"}
    more = (
        SIDE + f"  missing: {{{', '.join(f'{k}: {v}' for k, v in policies.items())}}}\n"
    )
    config = read(more)
    assert config.data.missing == policies
    assert config.data.side_features["sector"].column == "s"
    assert config.data.side_features["age"].min_count == 5


@pytest.mark.parametrize(
    "data",
    [
        'label_columns: [a, b], label_sets: "|"',
        'label_columns: [a], other_coders: [[b]], label_sets: "|"',
        'label_columns: [a], label_sets: " "',
    ],
)
def test_sets_of_codes_need_one_column_of_one_coder(tmp_path, data):
    file = tmp_path / "experiment.yaml"
    file.write_text(f"data: {{train: x.csv, fields: {{text: {{}}}}, {data}}}\n")
    with pytest.raises(InputError, match=r"`data\.label_sets` is the text between"):
        read_config(file)
