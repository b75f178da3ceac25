"""What a row of the fictitious census set says: settings, labels and sentences.

A part of simulate_census.py, in a file of its own because it is about language and
that one is about noise and files.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import yaml

INSTALL = "pip install -e '.[data]'"
PHRASES = "census_phrases_{language}.yaml"
# How often each common subcategory is drawn, next to the other common ones.
COMMON = {
    "population.births": 5,
    "population.migration": 3,
    "employment.unemployment": 4,
    "employment.wages": 3,
    "housing.construction": 3,
    "education.enrolment": 4,
}
RARE = {"housing.rent": 1, "education.literacy": 1}
SUBCATEGORIES = sorted({*COMMON, *RARE})
LANGUAGES = {"es": ("es",), "en": ("en",), "both": ("en", "es")}
SENTENCES = {1: 3, 2: 4, 3: 2, 4: 1}
SIBLING_TOPIC_SHARE = 0.2
CATEGORY_SHARE = 0.25
Maker = Callable[[], str]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class ScriptError(ValueError):
    """A mistake the user can mend; its message is complete and one line long."""


def setting(default: Any, text: str) -> Any:
    """Declares a setting with its default and its help."""
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Settings:
    """What is simulated."""

    rows: int = setting(5000, "number of rows")
    language: str = setting("both", "es, en, or both (half and half)")
    seed: int = setting(0, "the same seed gives the same rows")
    rare_share: float = setting(
        0.04, f"share of rows of the rare classes together: {', '.join(RARE)}"
    )
    generic_share: float = setting(
        0.25, "share of the sentences after the first that say nothing"
    )
    typo_rate: float = setting(0.05, "share of texts with misspelt words")
    missing_rate: float = setting(
        0.03, "share of rows without text, without source, and without date"
    )
    wrong_label_rate: float = setting(
        0.05, "share of rows whose label is another subcategory"
    )

    def __post_init__(self) -> None:
        """Refuses values out of range."""
        if self.rows < 1:
            raise ScriptError(f"rows is {self.rows}; expected 1 or more")
        if self.language not in LANGUAGES:
            expected = ", ".join(LANGUAGES)
            raise ScriptError(f"language is {self.language!r}; expected {expected}")
        for name in (item.name for item in fields(self)):
            value = getattr(self, name)
            if name.endswith(("_rate", "_share")) and not 0 <= value <= 1:
                raise ScriptError(f"{name} is {value}; expected a share from 0 to 1")

    def stream(self, name: str) -> Random:
        """Starts the stream of random numbers of that name."""
        return Random(f"{self.seed}:{name}")


def read_phrases(language: str) -> dict[str, Any]:
    """Reads the templates and words of a language."""
    path = Path(__file__).resolve().with_name(PHRASES.format(language=language))
    phrases: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return phrases


class Writer:
    """Writes sentences in one language."""

    def __init__(self, language: str, settings: Settings) -> None:
        """Reads the phrases of `es` or `en` and starts Faker for it."""
        if importlib.util.find_spec("faker") is None:
            raise ScriptError(f"the package Faker is missing; install it: {INSTALL}")
        self.phrases = read_phrases(language)
        self.random = settings.stream(f"text-{language}")
        self.generic_share = settings.generic_share
        faker: Any = importlib.import_module("faker")
        fake = faker.Faker(self.phrases["locale"])
        fake.seed_instance(self.random.getrandbits(64))
        draw = self.random
        self.makers: dict[str, Maker] = {
            "place": fake.city,
            "state": fake.state,
            "person": fake.name,
            "woman": fake.name_female,
            "number": lambda: f"{draw.randint(120, 98_000):,}",
            "count": lambda: str(draw.randint(2, 90)),
            "age": lambda: str(draw.randint(20, 39)),
            "percent": lambda: f"{draw.uniform(0.3, 29):.1f}",
            "year": lambda: str(draw.randint(2001, 2024)),
            "month": lambda: draw.choice(self.phrases["months"]),
        }

    def fill(self, template: str, subcategory: str) -> str:
        """Replaces each placeholder of a template by a value of its own."""
        makers: dict[str, Maker] = {
            **self.makers,
            "topic": partial(self.topic, subcategory),
        }
        return PLACEHOLDER.sub(lambda match: makers[match[1]](), template)

    def topic(self, subcategory: str) -> str:
        """Draws a topic of the subcategory, or now and then of its sibling."""
        # Siblings must overlap, or the deeper level would be as easy as the upper.
        if self.random.random() < SIBLING_TOPIC_SHARE:
            subcategory = self.random.choice(others(subcategory, siblings=True))
        topics: list[str] = self.phrases["subcategories"][subcategory]["topics"]
        return self.random.choice(topics)

    def text(self, subcategory: str) -> str:
        """Writes one to four sentences, at least one of them of the subcategory."""
        number = self.random.choices(list(SENTENCES), list(SENTENCES.values()))[0]
        own = self.phrases["subcategories"][subcategory]["templates"]
        templates = [self.random.choice(own)]
        while len(templates) < number:
            template = self.random.choice(self.pool(subcategory))
            if template not in templates:
                templates.append(template)
        self.random.shuffle(templates)
        return " ".join(self.fill(template, subcategory) for template in templates)

    def pool(self, subcategory: str) -> list[str]:
        """Draws the kind of a further sentence: generic, of the category, or own."""
        chance = self.random.random()
        templates: list[str] = self.phrases["subcategories"][subcategory]["templates"]
        if chance < self.generic_share:
            templates = self.phrases["generic"]
        elif chance < self.generic_share + (1 - self.generic_share) * CATEGORY_SHARE:
            templates = self.phrases["categories"][parent(subcategory)]
        return templates

    def source(self) -> str:
        """Writes the name of a source, which says nothing about the label."""
        return self.fill(self.random.choice(self.phrases["sources"]), "")


def parent(subcategory: str) -> str:
    """Gives the category of a subcategory."""
    return subcategory.split(".")[0]


def others(subcategory: str, siblings: bool = False) -> list[str]:
    """Lists the other subcategories, or only those of the same category."""
    return [
        other
        for other in SUBCATEGORIES
        if other != subcategory
        and (not siblings or parent(other) == parent(subcategory))
    ]
