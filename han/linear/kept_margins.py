"""Margins of training records, computed once where a record stays as it is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.linear.cross_fitting import CrossFitted
from han.linear.ngram_features import Floats
from han.text.encoded_texts import EncodedTexts

BLOCK = 1024  # records at once
MAX_NUMBERS = 1 << 27  # margins that are kept; with more, none are


class KeptMargins:
    """Margins of training records, for batch after batch and epoch after epoch.

    Most records are the same in each epoch, and so are their margins. Only those with
    noise are computed anew.

    Args:
        linear: Gives the margins.
        records: The training records as they were written, `(n,)`.
    """

    def __init__(self, linear: CrossFitted, records: EncodedTexts) -> None:
        self.linear, self.records = linear, records
        width = len(linear.model.evidence.planes.biases)
        is_kept = len(records) * width <= MAX_NUMBERS
        # Now, as who asks later may have told the pretrained vectors of a batch of its
        # noise, which holds until they are asked for other texts.
        self._kept = self._of_all() if is_kept else None

    def __call__(self, texts: EncodedTexts, records: npt.NDArray[np.integer]) -> Floats:
        """Margins of training records, perhaps with noise, `(b, N)`.

        Args:
            texts: Their documents, `(b,)`.
            records: Their numbers, `(b,)`.
        """
        if self._kept is None or not len(texts):
            return self.linear.margins(texts, records)
        noisy = np.flatnonzero(~texts.same_words(self.records.take(records)))
        margins: Floats = self._kept[records]
        if len(noisy):
            margins[noisy] = self.linear.margins(texts, records, noisy)
        return margins

    def _of_all(self) -> Floats:
        """Those of all records, always in the same blocks, so that equal runs agree."""
        numbers = np.arange(len(self.records))
        width = len(self.linear.model.evidence.planes.biases)
        found = np.empty((len(numbers), width), np.float32)
        for first in range(0, len(numbers), BLOCK):
            block = numbers[first : first + BLOCK]
            margins = self.linear.margins(self.records.take(block), block)
            found[first : first + BLOCK] = margins
        return found
