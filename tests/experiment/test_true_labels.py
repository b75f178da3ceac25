"""Labels to be judged: outside codes are kept, damaged ones refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from han import Taxonomy
from han.config import read_config
from han.data.records import table_records
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.experiment.true_labels import OutsideLabels, true_codes

TREE = Taxonomy(["01", "02", "0110", "0120", "0210"], [-1, -1, 0, 0, 1])


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "e.yaml"
    file.write_text(
        "data: {train: x.csv, fields: {text: {}}, label_columns: [code], "
        'label_sets: "|"}\ntaxonomy: {file: list.csv}\n'
    )
    return read_config(file)


def judged(config, cells, unknown="wrong"):
    table = pd.DataFrame({"text": [""] * len(cells), "code": cells})
    records = table_records(table, columns_of(config, role="test"), "new.csv")
    return true_codes(config, TREE, records, unknown)


def test_codes_of_a_list_that_give_no_path_agree_with_nothing(config):
    true = judged(config, ["0110", "0199", "0210|0120", "", "0199|01"])
    assert true.is_outside.tolist() == [False, True, False, False, False]
    assert true.main.tolist()[::2] == [2, 4, true.main[1]]
    assert true.nodes[2].tolist() == [4, 3] and true.main[3] == -1
    # The last one may be 01 as well, and anything below it is right so far.
    assert true.nearest(np.array([2, 2, 2, 2, 2])).tolist()[4] == 0
    found = OutsideLabels.of(true, [1, 2, 3, 4, 5])
    assert (found.records, found.share) == (1, 0.25)
    assert dict(found.rows) == {"0199": [2]}
    said = found.sentence("new.csv")
    assert "1 record (25.0% of those with a code) has a code that" in said
    assert "and counts as wrong: 0199 (row 2)." in said


def test_codes_that_have_lost_a_zero_are_refused(config):
    cells = ["0110"] * 20 + ["110"]
    with pytest.raises(InputError, match="lost its leading zeros: '0110' is there"):
        judged(config, cells)


def test_training_refuses_what_is_outside(config):
    with pytest.raises(InputError, match="not in the code list: '0199'"):
        judged(config, ["0110", "0199"], "error")


def test_nearly_all_outside_is_another_list(config):
    with pytest.raises(InputError, match="not in the code list"):
        judged(config, ["0110", *["77"] * 19])
    assert judged(config, ["0110", *["77"] * 5]).is_outside.sum() == 5


def test_respondents_words_are_not_shown(config):
    true = judged(config, ["0110", "vendo tortillas a mano"])
    found = OutsideLabels.of(true, [1, 2])
    assert "tortillas" not in found.sentence("new.csv") + str(found.to_dict())
    assert "row 2" in found.sentence("new.csv")


def test_a_separator_inside_codes_is_an_error(config, tmp_path):
    from han.experiment.record_labels import read_labels

    (tmp_path / "list.csv").write_text("code,parent\nA|B,\nC,\n", encoding="utf-8")
    taxonomy = replace(config.taxonomy, file=str(tmp_path / "list.csv"))
    table = pd.DataFrame({"text": ["x"], "code": ["C"]})
    records = table_records(table, columns_of(config, role="test"), "new.csv")
    with pytest.raises(InputError, match=r"`data.label_sets`: '\|' stands between"):
        read_labels(replace(config, taxonomy=taxonomy), {"train": records})
