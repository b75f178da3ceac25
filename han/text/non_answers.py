"""Answers that say nothing: `ns`, `99`, `idem`, a code where words were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from han.errors import InputError
from han.tables.file_access import check_file
from han.tables.visible_text import visible_text
from han.text.cleaning import fold_accents, normalise

Kind = Literal["", "non_answer", "bare_code"]

# Only what is never an answer, whatever was asked: `ninguno`, `nada` and `no` are not
# here, since "no work" and "no injury" are codes in some lists.
_PHRASES = """
    ns | nr | nc | nd | sd | ns/nr | ns/nc | n/s | n/r | n/c | n/d | s/d | s/n | s/r
    n.a. | na | nsa | no sabe | no sé | no lo sé | no sabe no responde
    no sabe no contesta | se desconoce | desconoce | no responde | no respondió
    no contesta | no contestó | no quiso responder | no quiso contestar
    no quiso decir | se negó | se niega | no especifica | no especificó | no declara
    no declarado | no informa | no informado | no indica | no recuerda | no se acuerda
    no aplica | no procede | no disponible | sin dato | sin datos | sin información
    sin respuesta | sin especificar | sin contestar | ignora | se ignora | en blanco
    ídem | id. | lo mismo | lo mismo que arriba | lo mismo de arriba
    lo mismo que antes | igual que arriba | igual que el anterior
    igual que la anterior | igual al anterior | el mismo | la misma
    mismo | misma | ver arriba | ya lo dije
    não sabe | não sei | não respondeu | não responde | não informado | não informou
    não se aplica | não declarado | não quis responder | sem resposta | sem informação
    o mesmo | a mesma | mesmo | mesma | igual ao anterior | ver acima
    dk | d/k | nk | n/k | don't know | dont know | do not know | refused | refuses
    refusal | refused to answer | don't know / refused | prefer not to say | no answer
    no response | not answered | not stated | not given | not provided | not available
    not applicable | not known | null | tbd | ditto | same | the same | same as above
    as above | see above
    99 | 999 | 9999 | 99999 | 999999 | x | xx | xxx | xxxx | xxxxx
"""
_SIGNS = (*".,;:-–—_?!¿¡*/+=#'\"", "?!", "¿?")
BUILT_IN = (
    *(e.strip() for line in _PHRASES.strip().splitlines() for e in line.split(" | ")),
    *_SIGNS,
)

_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class NonAnswers:
    """Recognises a field that holds no answer.

    A whole field is compared, without case, accents, punctuation and further spaces.
    One of signs alone counts as its distinct signs: `-----` is `-`.

    Args:
        entries: What is no answer.
        codes: Codes, which are none either without any word beside them. Those with a
            letter are passed over, since they may be words.

    Example:
        >>> ours = NonAnswers(["n/s", "ídem", "-"], ["46.11"])
        >>> [ours.kind(text) for text in ("N / S.", "IDEM", "---", "4611", "pan")]
        ['non_answer', 'non_answer', 'non_answer', 'bare_code', '']
    """

    entries: Sequence[str] = ()
    codes: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Whether anything can be recognised."""
        return bool(self.entries or self.codes)

    def kind(self, text: str) -> Kind:
        """`non_answer`, `bare_code`, or "" for an answer and for a blank text."""
        if not text:
            return ""
        # Nearly all texts are answers, which their first word shows at little cost.
        text = visible_text(text)
        word = _WORD.search(text)
        if word is not None and not self._may_begin(word[0].casefold()):
            return ""
        if _key(text) in self._keys:
            return "non_answer"
        return "bare_code" if _digits(text) in self._bare else ""

    def _may_begin(self, word: str) -> bool:
        if self._bare and word[0].isdigit():
            return True
        word = word if word.isascii() else fold_accents(word)
        return word in self._first_words

    def answers(self, texts: Iterable[str]) -> list[str]:
        """The texts, with "" in place of each that is no answer."""
        if not self:
            return list(texts)
        return ["" if self.kind(text) else text for text in texts]

    def of_document(self, texts: Iterable[str]) -> Kind:
        """Why a document without any answer has none, from the texts of its fields.

        Example:
            >>> NonAnswers(["ns"], ["46"]).of_document(["", "NS", "46"])
            'bare_code'
        """
        kinds = {self.kind(text) for text in texts}
        order: tuple[Kind, ...] = ("bare_code", "non_answer")
        return next((kind for kind in order if kind in kinds), "")

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; `NonAnswers(**form)` recognises alike."""
        return {"entries": list(self.entries), "codes": list(self.codes)}

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(map(_key, self.entries)) - {""}

    @cached_property
    def _first_words(self) -> frozenset[str]:
        return frozenset(key.split(" ")[0] for key in self._keys)

    @cached_property
    def _bare(self) -> frozenset[str]:
        return frozenset(map(_digits, self.codes)) - {""}


NONE = NonAnswers()


def _key(text: str) -> str:
    """What of a text is compared: its normalised words, else its distinct signs."""
    words = normalise([text])
    return words or "".join(dict.fromkeys("".join(text.split())))


def _digits(text: str) -> str:
    """Digits of a text of digits and signs; "" if there is a letter."""
    if _LETTER.search(text):
        return ""
    return "".join(_WORD.findall(text))


def read_entries(file: Path) -> tuple[str, ...]:
    """Entries of a file, one a line; blank lines are passed over.

    Raises:
        InputError: If there is no such file, or it is no UTF-8 text.
    """
    expected = (
        "`data.non_answers` is a list, like [ns, 99], or a UTF-8 text file with one "
        "entry a line."
    )
    check_file(file, "list of non-answers", expected)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{file}: not a UTF-8 text file. {expected}") from None
    return tuple(stripped for line in lines if (stripped := line.strip()))
