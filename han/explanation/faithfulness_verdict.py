"""Faithfulness results as tables and in plain words; the words of all languages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from han.explanation import explanation_english, explanation_spanish
from han.explanation.deletion import Floats
from han.explanation.faithfulness import (
    ATTENTION,
    DELETION,
    LEAST_WORDS,
    PARTS,
    SHARES,
    Faithfulness,
    mean_interval,
)
from han.languages.number_format import Language, Numbers

WORDS: dict[Language, dict[str, str]] = {
    "es": explanation_spanish.WORDS,
    "en": explanation_english.WORDS,
}
HALF = 0.5  # of what deletion finds, from which attention counts as good
QUARTER = 0.25  # of the score, below which the encoder does not decide


def verdict(found: Faithfulness, language: Language = "en") -> list[str]:
    """What the numbers mean, `main_verdict` among it.

    Args:
        found: The measurement, of at least one document.
        language: `es` or `en`.
    """
    words = WORDS[language]
    said = [words["verdict_documents"].format(n=len(found), seed=found.seed)]
    if found.skipped:
        skipped = words["verdict_skipped"]
        said.append(skipped.format(skipped=found.skipped, least=LEAST_WORDS))
    if PARTS in found.curves:
        said.append(parts_verdict(found, language))
    said.append(main_verdict(found, language))
    tau = _shown(found.kendall[:, -1], found.seed)
    said.append(words["verdict_rank"].format(tau=tau))
    if not np.isnan(found.shuffled_kendall).all():
        tau = _shown(found.shuffled_kendall, found.seed)
        said.append(words["verdict_shuffled"].format(tau=tau))
    if found.agreement:
        both = {n: _shown(v, found.seed) for n, v in found.agreement.items()}
        said.append(words["verdict_agree"].format(**both))
    weak = weak_levels(found.encoder_shares)
    if weak:
        levels = ", ".join(map(str, weak))
        said.append(words["verdict_encoder"].format(levels=levels))
    return said


def main_verdict(found: Faithfulness, language: Language = "en") -> str:
    """What attention is worth, in a sentence or two.

    The rule, on the interval of its comprehensiveness beyond random words: attention is
    no explanation if that reaches 0; but if it reaches half of what deletion gains as
    well, the records are too few to tell. Else it is a hint if the gain is less than
    that half, and points at words that count if not.

    Args:
        found: The measurement, of at least one document.
        language: `es` or `en`.
    """
    gain = found.gain(ATTENTION)
    mean, interval = mean_interval(gain, found.seed)
    ceiling = float(found.gain(DELETION).mean())
    part = mean / ceiling if ceiling > 0 else 1.0
    kind = "good" if part >= HALF else "weak"
    if interval is None or interval[0] <= 0:
        reaches_half = interval is None or interval[1] >= HALF * ceiling > 0
        kind = "unsure" if reaches_half else "nothing"
    shown = _shown(gain, found.seed)
    share = Numbers(language).percent(part, 0)
    return WORDS[language][f"verdict_{kind}"].format(gain=shown, part=share)


def parts_verdict(found: Faithfulness, language: Language = "en") -> str:
    """What evidence by parts is worth beside deletion, in a sentence.

    Args:
        found: The measurement, of at least one document, that has it.
        language: `es` or `en`.
    """
    gain, ceiling = found.gain(PARTS), float(found.gain(DELETION).mean())
    share = float(gain.mean()) / ceiling if ceiling > 0 else 1.0
    return WORDS[language]["verdict_parts"].format(
        gain=_shown(gain, found.seed), part=Numbers(language).percent(share, 0)
    )


def weak_levels(encoder_shares: Floats) -> list[int]:
    """Levels on which the encoder has hardly a say in the score, from 1.

    Args:
        encoder_shares: `(n, L)`; NaN where it is not known.

    Example:
        >>> weak_levels(np.array([[0.6, 0.1], [0.8, np.nan]]))
        [2]
    """
    found = []
    for level, shares in enumerate(encoder_shares.T, start=1):
        there = shares[~np.isnan(shares)]
        if len(there) and there.mean() < QUARTER:
            found.append(level)
    return found


def _shown(values: Floats, seed: int) -> str:
    """Mean and interval, like `0.12 [0.08, 0.17]`."""
    mean, interval = mean_interval(values, seed)
    if interval is None:
        return "–"
    low, high = interval
    return f"{mean:.2f} [{low:.2f}, {high:.2f}]"


def removal_table(found: Faithfulness, language: Language = "en") -> pd.DataFrame:
    """What the code's probability loses, by the order in which words are taken away.

    Returns:
        A column for each order; rows for each share of words taken away, for the mean
        of these with its interval, and the same for these words alone.
    """
    words = WORDS[language]
    table: dict[str, list[str]] = {words["table_evidence"]: []}
    for mark in ("without", "with"):
        head = words[f"table_{mark}"]
        names = [f"{head} {Numbers(language).percent(s, 0)}" for s in SHARES]
        names.append(f"{head}, {words['table_mean']}")
        table[words["table_evidence"]] += names
    for name, curves in found.curves.items():
        column = table.setdefault(words[name], [])
        for lost in (curves.comprehensiveness, curves.sufficiency):
            means = lost[..., -1].mean(axis=0)
            column += [f"{mean:.2f}" for mean in means]
            column.append(_shown(lost[..., -1].mean(axis=1), found.seed))
    return pd.DataFrame(table)


def level_table(found: Faithfulness, language: Language = "en") -> pd.DataFrame:
    """A row for each level: agreement with deletion, and the encoder's share."""
    words = WORDS[language]
    rows = []
    for level in range(found.kendall.shape[1]):
        rows.append(
            {
                words["level"]: str(level + 1),
                words["table_level"]: _shown(found.kendall[:, level], found.seed),
                words["table_spearman"]: _shown(found.spearman[:, level], found.seed),
                words["table_share"]: _shown(
                    found.encoder_shares[:, level], found.seed
                ),
            }
        )
    return pd.DataFrame(rows)


def faithfulness_text(found: Faithfulness, language: Language = "en") -> str:
    """The tables and the verdict, for a terminal."""
    words = WORDS[language]
    parts = [words["table_note"]]
    parts.append(removal_table(found, language).to_string(index=False))
    parts.append(level_table(found, language).to_string(index=False))
    parts.append("\n".join(verdict(found, language)))
    return "\n\n".join(parts)
