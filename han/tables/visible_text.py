"""Characters that nobody sees: text as it is seen, whatever program wrote it."""

from __future__ import annotations

import re
import unicodedata

# Soft hyphens, marks of direction, spaces and joiners without width, selectors of
# variants, fillers. No character that is seen is among them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# Letters of Latin scripts: nothing in them is invisible, or has another form.
_USUAL = re.compile("[\0-\u00ac\u00ae-\u02ff]*")
# Ligatures of a PDF, full-width letters, and letters of formulas.
_OTHER_FORMS = re.compile("[\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff]+")


def visible_text(text: str) -> str:
    r"""A text without invisible characters, its accents composed (NFC).

    Ligatures and full-width letters become the usual ones.

    Example:
        >>> visible_text("pa\u200bn de ma\u00adi\u0301z"), visible_text("\ufb01bra")
        ('pan de maíz', 'fibra')
    """
    if text.isascii() or _USUAL.fullmatch(text):
        return text
    text = _INVISIBLE.sub("", text)
    text = _OTHER_FORMS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    return unicodedata.normalize("NFC", text)
