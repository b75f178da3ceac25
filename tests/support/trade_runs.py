"""A run that codes invented answers about trades, with titles and notes."""

import csv

from han import train
from support.example_queue import CODES, PLACES, TRADES

EXPERIMENT = """
data:
  train: {folder}/answers.csv
  fields: {{oficio: {{}}, detalle: {{}}}}
  label_columns: [code]
taxonomy: {{file: {folder}/codes.csv}}
model: {{kind: tfidf_linear}}
pretrained: {{encoder: none}}
logging: {{run_folder: {folder}/trades}}
"""


def trade_run(folder):
    """Trains it in a moment; its name is `trades`."""
    codes = [
        [code, title, code[:-1], includes, excludes]
        for code, (title, _, includes, excludes) in CODES.items()
    ]
    _write(folder / "codes.csv", "code title parent includes excludes", codes)
    texts = [(text, code) for code, some in TRADES.items() for text in some]
    answers = [[text, place, code] for place in PLACES for text, code in texts]
    _write(folder / "answers.csv", "oficio detalle code", answers)
    file = folder / "trades.yaml"
    file.write_text(EXPERIMENT.format(folder=folder), encoding="utf-8")
    if train.main([str(file)]):
        raise RuntimeError("the run of trades was not trained")
    return folder / "trades"


def _write(file, header, rows):
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([header.split(), *rows])


JOB = """
name: trades
input: {{files: {folder}/answers.csv}}
tasks:
  oficio:
    run: {folder}/trades
    stages: [exact, model, clerk]
    exact:
      index: {folder}/index.csv
      coded: [{{file: {folder}/answers.csv, code: code}}]
output: {{folder: {folder}/out}}
"""


def trade_job(folder):
    """A job file over the run, with synonyms and answers coded before."""
    trade_run(folder)
    index = [[text, code] for code, (_, some, *_) in CODES.items() for text in some]
    _write(folder / "index.csv", "text code", index)
    file = folder / "job.yaml"
    file.write_text(JOB.format(folder=folder), encoding="utf-8")
    return file
