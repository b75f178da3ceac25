"""Tokenises long tables in several processes."""

from __future__ import annotations

import pickle
import signal
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import islice

import joblib
from joblib.externals.loky import get_reusable_executor
from tqdm import tqdm

from han.text.text_encoder import FieldTexts, TextEncoder
from han.text.tokenised_texts import TokenisedTexts, join
from han.usable_cores import usable_cores

# Characters and rows of a block: about a tenth of a second of work or more.
BLOCK_CHARACTERS = 500_000
BLOCK_ROWS = 10_000
# Seconds of work left from which on other processes pay: they take two to start.
WORTH = 6.0


def tokenise(
    encoder: TextEncoder,
    columns: FieldTexts,
    *,
    workers: int | None = None,
    worth: float = WORTH,
    progress: str | None = None,
) -> TokenisedTexts:
    """Tokenises a table block by block, in several processes if it is long.

    How long is measured: the first block says what the others will take, whatever the
    language and the settings. The result does not depend on the number of processes.

    Args:
        encoder: What tokenises; its vocabulary is not used.
        columns: One text for each document, by field name.
        workers: Number of processes; all usable cores by default.
        worth: Seconds of work left from which on other processes are started.
        progress: Name of the progress bar; none without it.

    Example:
        >>> from han.text.cleaning import Cleaner
        >>> from han.text.text_encoder import FieldLimits
        >>> from han.text.splitting import Splitter
        >>> from han.text.vocabulary import Vocabulary
        >>> limits = {"text": FieldLimits(9, 9)}
        >>> encoder = TextEncoder(limits, Splitter(), Cleaner(), Vocabulary([]))
        >>> tokenise(encoder, {"text": ["Pan dulce.", "Pan"]}).words
        ['pan', 'dulce']
    """
    encoder = encoder.blank()
    columns = {name: columns[name] for name in encoder.fields if name in columns}
    blocks = list(_blocks(columns))
    rows = blocks[-1].stop if blocks else 0
    found = []
    bar = tqdm(total=rows, desc=progress, disable=progress is None, unit="row")
    results = _results(encoder, columns, blocks, workers, worth)
    with bar, closing(results):  # closed at once, an error stops the other processes
        for result in results:
            found.append(result)
            bar.update(len(result))
    return join(found) if found else encoder.tokenise({})


def _blocks(columns: FieldTexts) -> Iterator[slice]:
    """Rows of each block: by number of characters, or of rows if texts are short."""
    first = size = last = 0
    for last, texts in enumerate(zip(*columns.values(), strict=True), start=1):
        size += sum(map(len, texts))
        if size >= BLOCK_CHARACTERS or last - first == BLOCK_ROWS:
            yield slice(first, last)
            first, size = last, 0
    if first < last:
        yield slice(first, last)


def _results(
    encoder: TextEncoder,
    columns: FieldTexts,
    blocks: Sequence[slice],
    workers: int | None,
    worth: float,
) -> Generator[TokenisedTexts, None, None]:
    """Result of each block, in order; by other processes once that is known to pay."""
    texts = ({n: list(t[block]) for n, t in columns.items()} for block in blocks)
    workers = min(workers or usable_cores(), max(len(blocks) - 2, 1))
    # The first block also pays for what is loaded once; the second one is the measure.
    yield from map(encoder.tokenise, islice(texts, 1))
    for done, block in enumerate(texts, start=2):
        begun = time.perf_counter()
        yield encoder.tokenise(block)
        left = (len(blocks) - done) * (time.perf_counter() - begun)
        if workers > 1 and done < len(blocks) and left >= worth:
            yield from _in_processes(encoder, texts, workers)
            return


def _in_processes(
    encoder: TextEncoder, blocks: Iterator[FieldTexts], workers: int
) -> Iterator[TokenisedTexts]:
    form = pickle.dumps(encoder)
    parallel = joblib.Parallel(workers, return_as="generator", batch_size=1)
    try:
        yield from parallel(joblib.delayed(_work)(form, block) for block in blocks)
    finally:  # idle processes would keep their memory while the network trains
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _work(form: bytes, columns: FieldTexts) -> TokenisedTexts:
    """Runs in another process. Ctrl-C reaches it, too, but is the parent's matter."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return _encoder(form).tokenise(columns)


@lru_cache(maxsize=1)
def _encoder(form: bytes) -> TextEncoder:
    encoder: TextEncoder = pickle.loads(form)
    return encoder
