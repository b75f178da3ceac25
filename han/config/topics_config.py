"""Section `topics`: topics of the texts as numbers beside the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from han.config.value_limits import at_least


@dataclass(frozen=True)
class TopicsConfig:
    """Topics of the training texts, found without codes, as numbers beside the text.

    They are for the network; they did not help on the shipped data. See
    `han.text.topics`.

    Attributes:
        method: `lsa`, the main directions of the TF-IDF matrix; `lda`, latent Dirichlet
            allocation; or `none`.
        number: Number of topics.
    """

    method: Literal["none", "lsa", "lda"] = "none"
    number: int = at_least(1, 50)
