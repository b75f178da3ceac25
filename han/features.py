"""`python -m han.features EXPERIMENT -o TABLE`: texts as columns of numbers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import OF_TERMINAL, CommandParser, add_language, run_command
from han.tables.file_kinds import WRITABLE

GROUPS = "statistics flags tfidf bigrams lemmas topics vectors svd".split()
EPILOG = """
examples:
  python -m han.features experiments/demo.yaml -o features.parquet
      a row for each record: keys, role, codes of its path, some 470 columns of features
  python -m han.features experiments/demo.yaml -o f.csv --groups statistics tfidf
      two groups of features alone, as CSV for R
  python -m han.features experiments/demo.yaml -o f.parquet --save runs/features
  python -m han.features --fitted runs/features new.csv -o new.parquet
      keeps what was learnt, and gives other records the same columns

For who models in scikit-learn, R or Stata. Whatever is learnt (which words are columns,
their weights, topics, vectors, components) is learnt from the records that train alone;
equal texts have equal rows, and the same command gives the same file. No word is a
column, or in what --save keeps, that fewer than `text.min_count` training records hold.
Beside OUT stands OUT.columns.csv, which says what each column means.

groups:
  statistics  characters, words, sentences, their lengths, share of different words
  flags       share of unknown words; blank, non-answer, another language, and so on
  tfidf       tfidf_WORD: the --words words that tell most of the first level's code
  bigrams     bigram_WORD_WORD: --pairs pairs of words next to each other
  lemmas      lemma_WORD: as tfidf, of lemmas (not by default: pip install
              'han-coder[lemmas]')
  topics      topic_00 and so on: --topics topics by latent semantic analysis
  vectors     word2vec_embedding_dim100_00 and so on: mean of --dimensions wide vectors
  svd         svd_00 and so on: --components components of TF-IDF
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "features",
        description="Make a table of features of texts, for models elsewhere.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add(
        "source",
        metavar="EXPERIMENT or DATA",
        help="an experiment (.yaml); with --fitted other records",
    )
    add(
        "overrides",
        nargs="*",
        metavar="key.sub=value",
        help="settings that replace those of the experiment",
    )
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=f"what is written: a name ending in {', '.join(WRITABLE)}",
    )
    add("--groups", nargs="+", choices=GROUPS, help="groups (default: all but lemmas)")
    for name, what in (
        ("words", "words that are columns (default: 200)"),
        ("pairs", "pairs that are columns (default: 100)"),
        ("topics", "topics (default: 20)"),
        ("dimensions", "width of word vectors (default: 100)"),
        ("components", "components of TF-IDF (default: 50)"),
        ("seed", "of all draws (default: that of the experiment)"),
    ):
        add(f"--{name}", type=int, metavar="N", help=what)
    add("--save", type=Path, metavar="FOLDER", help="keep what was learnt there")
    add("--fitted", type=Path, metavar="FOLDER", help="what --save has kept")
    add("--encoding", help="with --fitted: encoding of DATA")
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the table and says what is in it."""
    given = parser().parse_intermixed_args(argv)
    from han.commands.features_command import carry_out

    carry_out(given)
    return 0


if __name__ == "__main__":
    run_command(main)
