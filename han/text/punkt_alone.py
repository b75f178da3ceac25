"""NLTK's Punkt without all the rest of NLTK, which takes seconds to import."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType


def punkt_alone() -> ModuleType:
    """The module `nltk.tokenize.punkt`, without what `import nltk` loads besides.

    That is `scipy.stats`, parsers and classifiers: more than a second, for the first
    answer with a full stop inside. What is loaded here is forgotten again, so that a
    program's own `import nltk` finds nothing half done.

    Example:
        >>> punkt_alone().PunktSentenceTokenizer().tokenize("Uno. Dos.")
        ['Uno.', 'Dos.']
    """
    package = importlib.util.find_spec("nltk")
    if "nltk" not in sys.modules and package is not None:
        sys.modules["nltk"] = importlib.util.module_from_spec(package)
        try:
            from nltk.tokenize import punkt

            return punkt
        except ImportError:  # this version needs more of itself
            pass
        finally:
            for name in [n for n in sys.modules if n.partition(".")[0] == "nltk"]:
                del sys.modules[name]
    from nltk.tokenize import punkt

    return punkt
