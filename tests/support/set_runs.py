"""A small linear run whose records have sets of codes, some of them coded wrongly."""

import numpy as np

from han import train
from support.experiments import ROWS
from support.planned_runs import WORDS

CODES = "code,parent,title\n1,,\n11,1,\n12,1,\n2,,\n21,2,\n22,2,\n"


def write_sets(file, rows, seed, *, wrong=0.04, repeats=1, labelled=True):
    """Records of one to three of the usual rows, with odd words.

    All codes of a record are wrong together in a share of them. A quarter has a word
    that says nothing in place of one of the rows. Each text stands as often as
    `repeats`, with the same codes.
    """
    rng = np.random.default_rng(seed)
    lines = ["id,text,house" + (",codes" if labelled else "")]
    for number in range(rows // repeats):
        size = rng.choice([1, 2, 3], p=[0.5, 0.4, 0.1])
        chosen = rng.choice(len(ROWS), size, replace=False)
        told = rng.choice(len(ROWS), size, replace=False)
        told = told if rng.random() < wrong else chosen
        words = " ".join(rng.choice(WORDS, size=2)) + f" n{seed}x{number}"
        said = [ROWS[k][0] for k in chosen]
        if rng.random() < 0.25:
            said[0] = "cosa"
        text = " y ".join(said) + f" {words}"
        codes = "|".join(dict.fromkeys(ROWS[k][2] for k in told))
        for _ in range(repeats):
            cells = f"{len(lines)},{text},h{len(lines) // 3}"
            lines.append(cells + (f",{codes}" if labelled else ""))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def train_set_run(folder, *given, rows=2400, C=1, **asked):
    """Trains a run with calibration records in a folder, and gives the run."""
    write_sets(folder / "sets.csv", rows, seed=1, **asked)
    (folder / "codes.csv").write_text(CODES, encoding="utf-8")
    experiment = folder / "experiment.yaml"
    experiment.write_text(
        f"""
data:
  train: {folder}/sets.csv
  fields: {{text: {{}}}}
  label_columns: [codes]
  label_sets: "|"
  key_columns: [id]
  split: {{validation: 0.1, calibration: 0.5, test: 0.2}}
taxonomy: {{file: {folder}/codes.csv}}
model: {{kind: tfidf_linear, head: multi_path, C: {C}}}
logging: {{run_folder: {folder}/run}}
""",
        encoding="utf-8",
    )
    assert train.main([str(experiment), *given]) == 0
    return folder / "run"
