"""Which answers may be counted: those of batches that are through.

Inside a batch answers stand by predicted code. Those of a batch half done are no
random part of it, so a batch counts once nobody has anything to do in it.
"""

from __future__ import annotations

import numpy as np

from han.review_figures.reviewed_answers import BoolArray, ReviewedAnswers


def coded_once(answers: ReviewedAnswers) -> BoolArray:
    """Answers of batches in which each has a decision or was skipped, `(n,)`."""
    return _through(answers, ~answers.is_begun & ~answers.skipped)


def coded_twice(answers: ReviewedAnswers) -> BoolArray:
    """Answers to be coded by two, of batches in which no second coder is awaited."""
    waits = answers.double & ~answers.is_paired & ~answers.skipped
    return answers.double & _through(answers, waits) & coded_once(answers)


def seen_as_gold(answers: ReviewedAnswers) -> BoolArray:
    """Answers of batches in which the adjudicator has seen all gold ones, `(n,)`."""
    waits = answers.gold & answers.agrees & ~answers.is_settled
    return answers.gold & _through(answers, waits) & coded_twice(answers)


def _through(answers: ReviewedAnswers, waits: BoolArray) -> BoolArray:
    return ~np.isin(answers.batch, answers.batch[waits])
