"""HTML page of records with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.decisions.decoding import Decoding
from han.explanation.attention_map import AttentionMap
from han.explanation.evidence_kinds import By
from han.explanation.faithfulness import Faithfulness
from han.explanation.faithfulness_verdict import (
    WORDS,
    level_table,
    main_verdict,
    parts_verdict,
    removal_table,
    verdict,
    weak_levels,
)
from han.explanation.text_shading import STEPS, STYLE, evidence_steps, shaded
from han.explanation.word_evidence import Floats
from han.languages.number_format import Language, Numbers

LEAST_SHOWN = 0.005  # what rounds to 0.01
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class PathStep:
    """A code with its probability, on the way to the predicted code or beside it."""

    code: str
    title: str
    probability: float
    encoder: float | None = None  # its share in the score, where it is known


@dataclass(frozen=True)
class ShownRecord:
    """One record of the page.

    Attributes:
        name: What names it.
        text: Its text with the evidence, as HTML.
        note: What a reader must know of the evidence.
        is_faint: Whether words are read, and none is shaded.
        code: The code given; "" for none.
        probability: Its probability.
        path: Its ancestors and itself, from the top.
        others: The runners-up.
        truth: What people have coded; "" if nobody has.
        is_right: Whether code and truth agree as far as the truth goes; None without.
    """

    name: str
    text: Markup
    note: str
    is_faint: bool
    code: str
    probability: float
    path: list[PathStep]
    others: list[PathStep]
    truth: str
    is_right: bool | None


@dataclass(frozen=True)
class PageSubject:
    """What the page is about: name of the run, and of the data."""

    run: str
    data: str


def shown_records(
    names: Sequence[str],
    maps: Sequence[AttentionMap],
    decoding: Decoding,
    tree: Taxonomy,
    truth: IntArray,
) -> list[ShownRecord]:
    """Records as the page shows them.

    Args:
        names: What names each.
        maps: Their evidence.
        decoding: Their codes.
        tree: The code list.
        truth: Their true nodes, `(n,)`; -1 where there is none.
    """
    return [
        _shown(name, found, decoding, i, tree, int(truth[i]))
        for i, (name, found) in enumerate(zip(names, maps, strict=True))
    ]


def _shown(
    name: str,
    found: AttentionMap,
    decoding: Decoding,
    row: int,
    tree: Taxonomy,
    truth: int,
) -> ShownRecord:
    node = int(decoding.nodes[row])
    path = [] if node == ROOT else [n for n in tree.paths[node].tolist() if n != ROOT]
    shares = found.encoder_shares
    steps = [
        PathStep(
            tree.node_names[n],
            _title(tree, n),
            float(decoding.level_probabilities[row, level]),
            float(shares[level]) if shares else None,
        )
        for level, n in enumerate(path)
    ]
    others = [
        PathStep(tree.node_names[n], _title(tree, n), float(p))
        for n, p in zip(
            decoding.top_nodes[row, 1:].tolist(),
            decoding.top_probabilities[row, 1:].tolist(),
            strict=True,
        )
        if n != ROOT
    ]
    return ShownRecord(
        name,
        Markup(shaded(found, [f"{step.code} {step.title}".strip() for step in steps])),
        found.note,
        any(word.is_read for word in found.words) and not any(evidence_steps(found)),
        "" if node == ROOT else tree.node_names[node],
        0.0 if node == ROOT else float(decoding.probabilities[row]),
        steps,
        others,
        "" if truth == ROOT else tree.node_names[truth],
        None if truth == ROOT else truth in path,
    )


def _title(tree: Taxonomy, node: int) -> str:
    """Title of a code; "" where it has none of its own."""
    return "" if tree.titles[node] == tree.codes[node] else tree.titles[node]


def chance(probability: float) -> str:
    """A probability with two decimals; never a 0 or 1 that it is not.

    Example:
        >>> chance(0.123), chance(0.0004), chance(0.9999), chance(1.0)
        ('0.12', '<0.01', '>0.99', '1.00')
    """
    if 0 < probability < LEAST_SHOWN:
        return "<0.01"
    if 1 - LEAST_SHOWN < probability < 1:
        return ">0.99"
    return f"{probability:.2f}"


def explain_page(
    records: Sequence[ShownRecord],
    maps: Sequence[AttentionMap],
    described: PageSubject,
    *,
    language: Language = "en",
    measured: Faithfulness | None = None,
) -> str:
    """The page as HTML: one file that needs nothing else.

    Args:
        records: What `shown_records` gave.
        maps: The evidence that they show.
        described: What the page is about.
        language: `es` or `en`.
        measured: Faithfulness of the evidence, if it has been measured.
    """
    by = maps[0].by if maps else "attention"
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = WORDS[language]
    return environment.get_template("explain.html").render(
        t=words,
        n=Numbers(language),
        chance=chance,
        language=language,
        about=words["about"].format(
            run=described.run, rows=len(records), data=described.data
        ),
        by=by,
        steps=range(1, STEPS + 1),
        style=Markup(STYLE),
        records=records,
        caution=_caution(maps, words, Numbers(language))
        if by == "attention"
        else [words[f"caution_{by}"]],
        has_levels=any(found.levels for found in maps),
        has_encoder=any(
            step.encoder is not None for record in records for step in record.path
        ),
        is_labelled=any(record.is_right is not None for record in records),
        **_measured(measured, language, by),
    )


def _caution(
    maps: Sequence[AttentionMap], words: dict[str, str], numbers: Numbers
) -> list[str]:
    """What attention cannot say, with how much the encoder counts on each level."""
    shares = encoder_shares(maps)
    if not any(any(found.parts["linear"]) for found in maps if found.parts):
        return [words["encoder_only"]]
    known = {level: v[~np.isnan(v)] for level, v in enumerate(shares.T, 1)}
    listed = ", ".join(
        words["level_share"].format(level=level, share=numbers.percent(v.mean(), 0))
        for level, v in known.items()
        if len(v)
    )
    said = [words["encoder_alone"].format(shares=listed)]
    weak = weak_levels(shares)
    if weak:
        levels = ", ".join(map(str, weak))
        said.append(words["encoder_little"].format(levels=levels))
    return said


def encoder_shares(maps: Sequence[AttentionMap]) -> Floats:
    """Share of the encoder in the score, `(n, L)`, of the maps that know it."""
    rows = [found.encoder_shares for found in maps if found.parts]
    return np.array(rows, np.float64).reshape(len(rows), -1)


def _measured(
    measured: Faithfulness | None, language: Language, by: By
) -> dict[str, Any]:
    if measured is None:
        return {"main": "", "verdict": [], "tables": []}
    tables = [removal_table(measured, language), level_table(measured, language)]
    of_page = parts_verdict if by == "parts" else main_verdict
    main = of_page(measured, language)
    return {
        "main": main,
        "verdict": [line for line in verdict(measured, language) if line != main],
        "tables": [_rows(table) for table in tables],
    }


def _rows(table: pd.DataFrame) -> dict[str, Any]:
    return {"head": list(table.columns), "rows": table.to_numpy().tolist()}
