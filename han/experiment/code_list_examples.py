"""What an experiment takes from its code list to train on: titles and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from han.code_list.taxonomy import IntArray, Taxonomy
from han.config import Config
from han.data.code_list_notes import list_notes, read_notes
from han.data.code_list_texts import (
    KINDS,
    ChosenTexts,
    choose_texts,
    title_texts,
)
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words
from han.tables.locations import data_location
from han.text.parallel_tokenising import tokenise
from han.text.text_encoder import TextEncoder
from han.text.tokenised_texts import TokenisedTexts


@dataclass(frozen=True)
class CodeExamples:
    """Texts of the code list, tokenised.

    Attributes:
        documents: The texts, each in one field, `(n,)`.
        nodes: The node that each teaches, `(n,)`.
        report: Lines for the data report.
        has_notes: Whether any of the texts is of a note, not a title.
    """

    documents: TokenisedTexts
    nodes: IntArray
    report: list[str]
    has_notes: bool


def read_code_examples(
    config: Config,
    tree: Taxonomy,
    encoder: TextEncoder,
    held_out: Iterable[str],
    language: Language = "en",
) -> CodeExamples:
    """Reads, cuts and tokenises what `taxonomy.texts` asks for.

    Args:
        config: The experiment.
        tree: Its code list.
        encoder: What tokenises; its vocabulary is not used.
        held_out: `Records.text_keys` of the records that do not train.
        language: Of the lines for the data report.

    Raises:
        InputError: For a bad file of notes.
    """
    given, settings = [], config.taxonomy
    if settings.texts != "none" and settings.is_given:
        given += title_texts(tree)
    if settings.texts == "all":
        given += list_notes(tree)
    if settings.notes:
        notes = data_location(settings.notes)
        given += read_notes(notes, tree, settings.encoding, settings.columns.named)
    # An answer may stand in any field, or be spread over several.
    keys = {" ".join(filter(None, key.split("\x1f"))) for key in held_out}
    chosen = choose_texts(given, tree, keys)
    field = settings.text_field or next(iter(encoder.fields))
    texts = [text.text for text in chosen.texts]
    blank = [""] * len(texts)
    columns = {name: texts if name == field else blank for name in encoder.fields}
    documents = tokenise(encoder, columns)
    nodes = np.array([text.node for text in chosen.texts], np.int32)
    has_words = documents.num_words > 0  # the cleaner may take all of them away
    return CodeExamples(
        documents.take(has_words),
        nodes[has_words],
        _report(chosen, Words(DATA_REPORT, language)) if given else [],
        any(text.kind != "title" for text in chosen.texts),
    )


def _report(chosen: ChosenTexts, words: Words) -> list[str]:
    say, counts = words.say, Counter(text.kind for text in chosen.texts)
    kinds = ", ".join(say(f"kind_{k}", count=counts[k]) for k in KINDS if counts[k])
    left_out = say("list_left_out", known=chosen.known, unclear=chosen.unclear)
    return [say("list_texts", kinds=kinds or say("none")), f"  {left_out}"]
