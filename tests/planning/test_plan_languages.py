"""What a plan says of its promise, in Spanish and in English."""

import re

import numpy as np
import pandas as pd
import pytest
from support.planned_runs import planned
from support.repeated_runs import repeated_texts

from han.languages.words import SUMMARY, Words
from han.planning.plan_text import plan_text
from han.runs.loading import load_classifier
from han.runs.promised_population import Population, population_sentences

ENGLISH = r"\b(the|of|and|with|that|none|texts?|records?|times?|than|must|is|are)\b"
SPANISH = r"\b(el|los|las|textos?|registros?|con|que|una|veces|no se|muestra)\b"
TARGET = "--target", "leaf=0.85"


@pytest.fixture
def files(repeated_run):
    """Records to plan for, other labelled ones, and a sample."""
    folder = repeated_run.parent
    other = repeated_texts(7)
    often = other["text"].map(other["text"].value_counts()) == 3
    heavy = other["weight"].mask(often & (often.cumsum() < 5), 5000)
    other.assign(weight=heavy).to_csv(folder / "other.csv", index=False)
    repeated_texts(1).sample(400, random_state=3).to_csv(folder / "s.csv", index=False)
    table = pd.read_csv(folder / "new.csv")
    bare = table.assign(text=table["text"].mask(np.arange(len(table)) < 5, "zzz"))
    bare.drop(columns=["firm", "weight"]).to_csv(folder / "bare.csv", index=False)
    return {name: str(folder / f"{name}.csv") for name in ("new", "other", "s", "bare")}


def pages(run, found):
    """The page of a plan in English and in Spanish."""
    tree = load_classifier(run).taxonomy
    found["data"] = found["data"].split("/")[-1]  # no word of a path
    for one in found["populations"]:
        one["file"] = one["file"].split("/")[-1]
    about = [Population.from_dict(one) for one in found["populations"]]
    return [
        plan_text(found, tree, language, population_sentences(about, words))
        for language in ("en", "es")
        for words in [Words(SUMMARY, language)]
    ]


@pytest.mark.parametrize(
    "arguments, english, spanish",
    [
        (["new", *TARGET], "text was not seen in training", "texto no se vio"),
        (
            ["new", "--target", "leaf=0.99"],
            "are needed|often enough",
            "necesitan|haría",
        ),
        (
            ["bare", *TARGET, "--calibration", "other", "--cluster", "firm"],
            "those of other.csv: .* values of firm .* none of them has more than 3",
            "como los de other.csv: .* valores de firm.* ninguno tiene más de 3",
        ),
        (
            ["bare", *TARGET, "--calibration", "other", "--weighted"],
            "may weigh as much as .*Nothing is promised.* weighs more than 5,000",
            r"puede pesar tanto como .*No se promete nada.* uno de más de 5\s000",
        ),
        (
            ["new", *TARGET, "--calibration", "other", "--weighted"],
            "of texts that stand 2 to 3 times in 2,[0-9]+ records: .*None of them",
            r"de textos que aparecen de 2 a 3 veces en 2\s[0-9]+ registros: .*Ninguno",
        ),
        (
            ["new", *TARGET, "--sample", "s", "--sample-cluster", "firm"],
            "of texts seen in training: .*None of them is coded",
            "de textos vistos en el entrenamiento: .*Ninguno se codifica",
        ),
        (
            ["new", "--budget", "100", "--sample", "s"],
            "Each bound holds by itself",
            "Cada cota vale por sí sola",
        ),
        (
            ["new", *TARGET, "--target", "1=0.8", "--calibration", "s"],
            "is about records mixed as those were",
            "es de registros mezclados como aquellos",
        ),
    ],
)
def test_the_page_says_it_in_both_languages(
    repeated_run, files, arguments, english, spanish
):
    given = [files.get(argument, argument) for argument in arguments]
    found = planned(repeated_run, *given)
    in_english, in_spanish = pages(repeated_run, found)
    assert re.search(english, in_english, re.DOTALL)
    assert re.search(spanish, in_spanish, re.DOTALL)
    assert not re.findall(ENGLISH, in_spanish.replace("--sample FILE", ""))
    assert not re.findall(SPANISH, in_english)
    for page in (in_english, in_spanish):
        assert "{" not in page and not re.search(r"\bNone\b(?! of)", page)


def test_units_that_were_kept_apart_are_named():
    """What set records aside, and what tests count, may be two things."""
    words = Words(SUMMARY, "en")
    home = Population("text", 900, 300, apart="home").sentence(words)
    assert "of a home that was not seen in training: 900 calibration" in home
    assert "of 300 texts tested it" in home
    divided = Population("text", 900, 300, apart="none").sentence(words)
    assert "like the calibration records: 900" in divided
    before = Population("text", 900, 300).sentence(words)  # of an older plan
    assert "whose text was not seen in training" in before
