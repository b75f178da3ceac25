"""What `han.scrub` takes that it should leave, what it misses, what it costs.

    python scripts/benchmark_scrub.py FOLDER/*              taken, found, speed
    python scripts/benchmark_scrub.py FOLDER/* --accuracy   and trainings of the demo

Each FOLDER is a labelled set: `NAME/NAME.parquet` with a column `text`. These texts,
and those of the demo, are names of products, trades and queries: what is taken out of
them is taken wrongly, but for what they really hold, which a person must look up.
Nothing of them is printed.

*found* is the share of values that are taken out, of values that Faker makes and that
are planted into product names in the forms that people write them in. Names without a
title, and ten digits without marks, are planted, too: they are not looked for.

*--accuracy*: the demo with values planted into a tenth of its texts, not scrubbed and
scrubbed, beside the texts without any; the same records in the same roles, from the
same seeds, under runs/scrub.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pandas as pd
from faker import Faker
from stdnum import luhn

from han.privacy.scrubber import Scrubber
from han.runs.run_folder import RunFolder
from han.train import main as train
from speed.tables import markdown

DEMO = Path("data/productos/productos.csv.gz")
FIELDS = ("descripcion", "palabras_similares")
PLANTED = 2000
Rows: TypeAlias = list[list[str]]
EXPERIMENT = """
name: scrub
data:
  train: {file}
  fields:
    name: {{column: descripcion, max_words: 25, max_sentences: 2}}
    synonyms: {{column: palabras_similares, max_words: 25, max_sentences: 2}}
  label_columns: [level_1, level_2, level_3]
  split: {{column: role}}
taxonomy: {{file: data/productos/taxonomy.csv}}
scrub: {{enabled: {enabled}}}
model: {{kind: {kind}}}
logging: {{run_folder: {run}}}
"""


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    result.add_argument("--accuracy", action="store_true", help="train the demo, too")
    result.add_argument("--kinds", nargs="+", default=["tfidf_linear", "han"])
    return result


def main() -> None:
    """Prints the tables."""
    given = parser().parse_args()
    demo = pd.read_csv(DEMO, dtype=str, keep_default_na=False)
    texts = {"the demo": [t for name in FIELDS for t in demo[name] if t]}
    for folder in given.folders:
        file = folder / f"{folder.name}.parquet"
        if file.is_file():
            texts[folder.name] = pd.read_parquet(file)["text"].tolist()
    print(markdown(*_taken(texts)), end="\n\n")
    print(markdown(*_found(texts["the demo"])))
    if given.accuracy:
        print("\n" + markdown(*_accuracy(demo, given.kinds)))


def _taken(sets: dict[str, list[str]]) -> tuple[list[str], list[list[str]]]:
    scrub, rows = Scrubber(), []
    for name, texts in sets.items():
        counts: Counter[str] = Counter()
        begun, touched = time.process_time(), 0
        for text in texts:
            found = scrub.counted(text)[1]
            counts.update(found)
            touched += bool(found)
        seconds = time.process_time() - begun
        kinds = ", ".join(f"{kind} {n}" for kind, n in counts.most_common())
        each = f"{len(texts) / seconds:,.0f}"
        rows.append([name, f"{len(texts):,}", str(touched), kinds or "none", each])
    return ["texts", "number", "touched", "taken out", "texts a CPU second"], rows


def values(seed: int) -> dict[str, Callable[[], str]]:
    """What is planted, by kind and form."""
    fake, draw = Faker("es_MX"), random.Random(seed)
    fake.seed_instance(seed)

    def digits(count: int) -> str:
        return "".join(draw.choices("0123456789", k=count))

    def phone() -> str:
        form = draw.choice(["{} {} {}", "({}) {}-{}", "{}-{}-{}", "+52 {} {} {}"])
        return form.format(digits(2), digits(4), digits(4))

    def card() -> str:
        body = "4" + digits(14)
        return body + luhn.calc_check_digit(body)

    return {
        "CURP": fake.curp,
        "RFC": fake.rfc,
        "mail address": fake.ascii_email,
        "telephone, with marks": phone,
        "telephone behind a word": lambda: (
            f"{draw.choice(['tel', 'cel.'])} {digits(10)}"
        ),
        "card": card,
        "DNI behind a word": lambda: f"DNI {digits(8)}",
        "plate behind a word": lambda: f"placas {fake.license_plate()}",
        "name behind a title": lambda: f"{draw.choice(TITLES)} {fake.name_female()}",
        "the same, in capitals": lambda: f"SRA. {fake.name_female()}".upper(),
        "name without a title": lambda: f"{fake.first_name()} {fake.last_name()}",
        "ten digits alone": lambda: digits(10),
    }


TITLES = ("Sra.", "doña", "Lic.", "Dra.", "señora")


def _found(texts: list[str]) -> tuple[list[str], list[list[str]]]:
    scrub, draw, rows = Scrubber(), random.Random(1), []
    for kind, make in values(1).items():
        planted = [(draw.choice(texts), make()) for _ in range(PLANTED)]
        whole = sum(
            value.split()[-1].casefold() not in scrub(f"{text}, {value}").casefold()
            for text, value in planted
        )
        rows.append([kind, f"{whole / PLANTED:.1%}"])
    return ["planted", "taken out to the last word"], rows


def _accuracy(
    demo: pd.DataFrame, kinds: list[str]
) -> tuple[list[str], list[list[str]]]:
    draw, makes = random.Random(2), list(values(2).values())
    roles = random.Random(3).choices(
        ["train", "validation", "calibration", "test"], [7, 1, 1, 1], k=len(demo)
    )
    names = [
        f"{text}, {draw.choice(makes)()}" if draw.random() < 0.1 else text
        for text in demo[FIELDS[0]]
    ]
    planted = demo.assign(**{FIELDS[0]: names, "role": roles})
    folder = Path("runs/scrub")
    folder.mkdir(parents=True, exist_ok=True)
    demo.assign(role=roles).to_csv(folder / "clean.csv", index=False)
    planted.to_csv(folder / "planted.csv", index=False)
    cases = [("clean", False), ("planted", False), ("planted", True)]
    rows = []
    for kind in kinds:
        for name, enabled in cases:
            run = folder / f"{kind}-{name}-{enabled}"
            file = folder / f"{run.name}.yaml"
            form = EXPERIMENT.format(
                file=folder / f"{name}.csv",
                enabled=str(enabled).lower(),
                kind=kind,
                run=run,
            )
            file.write_text(form)
            train([str(file)])
            found = RunFolder(run).results()["test"]
            score = f"{found['leaf_accuracy']:.4f} / {found['hierarchical']['f1']:.4f}"
            said = "scrubbed" if enabled else "not scrubbed"
            rows.append([kind, f"{name}, {said}", score])
    return ["kind", "texts", "leaf / hF, test"], rows


if __name__ == "__main__":
    main()
