"""A model chooses among allowed targets: by hand, and with a trained run."""

import numpy as np
import pandas as pd
import pytest
from support.trade_runs import trade_run

import han
from han import recode
from han.errors import InputError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("revised")
    trade_run(made)
    return made


def recoded(folder, data, walk, *more):
    (folder / "walk.csv").write_text(walk)
    data.to_csv(folder / "data.csv", index=False)
    asked = ["apply", f"{folder}/data.csv", "--crosswalk", f"{folder}/walk.csv"]
    asked += ["--old-column", "old", "--key", "id", "-o", f"{folder}/out.csv"]
    asked += ["--mode", "model", "--run", f"{folder}/trades", "--lang", "en", *more]
    assert recode.main(asked) == 0
    return pd.read_csv(folder / "out.csv", dtype={"new_code": str})


def texts(folder):
    found = pd.read_csv(folder / "answers.csv", dtype=str).drop_duplicates("code")
    return found.reset_index(drop=True)


def test_the_likeliest_allowed_target(folder):
    answers = texts(folder)
    codes = answers["code"].tolist()[:3]
    walk = "old,new,share\n" + "".join(
        f"1,{code},{share}\n"
        for code, share in zip(codes, (0.2, 0.5, 0.3), strict=True)
    )
    data = answers[["oficio", "detalle"]].assign(old="1", id=range(len(answers)))
    data.loc[0, ["oficio", "detalle"]] = ""
    found = recoded(folder, data, walk, "--blank", "best", "--least", "0.99")
    assert set(found["new_code"]) <= set(codes)
    assert found["method"].tolist() == ["blank_best"] + ["model"] * (len(data) - 1)
    assert found["new_code"][0] == codes[1] and found["probability"][0] == 0.5
    run = han.load(folder / "trades")
    asked = data[["oficio", "detalle"]]
    logs = run.log_probabilities(run.encode(asked))
    nodes = [run.taxonomy.nodes_of_code[code][0] for code in codes]
    allowed = np.exp(logs[:, nodes].astype(float))
    masked = allowed / allowed.sum(axis=1, keepdims=True)
    best = [codes[k] for k in masked.argmax(axis=1)]
    assert found["new_code"].tolist()[1:] == best[1:]
    np.testing.assert_allclose(found["probability"][1:], masked.max(axis=1)[1:], 1e-4)
    np.testing.assert_allclose(found["model_mass"][1:], allowed.sum(axis=1)[1:], 1e-4)
    is_low = found["probability"] < 0.99
    assert (found["route"][1:] == np.where(is_low, "review", "auto")[1:]).all()
    assert is_low[1:].sum() > 0


def test_a_target_that_the_run_does_not_know(folder):
    data = texts(folder)[["oficio", "detalle"]].assign(old="1", id="1")
    with pytest.raises(InputError, match="does not have the new codes 'x1'"):
        recoded(folder, data, "old,new\n1,x1\n1,x2\n")
    for more, expected in (
        (["--mode", "random"], "goes with --mode model"),
        (["--ties", "first"], "goes with --mode best"),
        (["--mode", "best", "--seed", "1"], "nothing is drawn"),
    ):
        with pytest.raises(InputError, match=expected):
            recoded(folder, data, "old,new\n1,x1\n", *more)
