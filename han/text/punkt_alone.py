"""NLTK's Punkt without all the rest of NLTK, which takes seconds to import."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from threading import Lock
from types import ModuleType

PUNKT = "nltk.tokenize.punkt"
_LOCK = Lock()  # two threads must not find each other's half of NLTK


def punkt_alone() -> ModuleType:
    """The module `nltk.tokenize.punkt`, without what `import nltk` loads besides.

    That is `scipy.stats`, parsers and classifiers: more than a second, for the first
    answer with a full stop inside. What is loaded here is forgotten again, so that a
    program's own `import nltk` finds nothing half done.

    Example:
        >>> punkt_alone().PunktSentenceTokenizer().tokenize("Uno. Dos.")
        ['Uno.', 'Dos.']
    """
    with _LOCK:
        return _imported()


def _imported() -> ModuleType:
    package = importlib.util.find_spec("nltk")
    if "nltk" in sys.modules or package is None:
        return importlib.import_module(PUNKT)
    sys.modules["nltk"] = importlib.util.module_from_spec(package)
    try:
        return importlib.import_module(PUNKT)
    except ImportError:  # this version of NLTK needs more of itself
        pass
    finally:
        for name in [n for n in sys.modules if n.partition(".")[0] == "nltk"]:
            del sys.modules[name]
    return importlib.import_module(PUNKT)
