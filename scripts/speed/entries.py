"""Who takes part: names, what they are, and what they need."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from typing import Any

from han.errors import InputError, listing


@dataclass(frozen=True)
class Entry:
    """A contestant.

    Attributes:
        name: Short name, for `--only`.
        title: What the tables say.
        module: Module of this package that builds it.
        build: Its function.
        options: Further arguments of the function.
        needs: Import package that must be there.
        threads: Threads that it may use.
        copies: Processes that share the work of prediction.
        is_han: Whether it does the network's arithmetic.
    """

    name: str
    title: str
    module: str
    build: str = "build"
    options: dict[str, Any] = field(default_factory=dict)
    needs: str = "tensorflow"
    threads: int = 1
    copies: int = 1
    is_han: bool = True


OURS = "ours"
ENTRIES = {
    entry.name: entry
    for entry in (
        Entry(OURS, "**han**, packed", "ours"),
        Entry("loop", "han, training loop end to end", "ours", options={"loop": True}),
        Entry("keras", "padded Keras HAN, sentences folded", "keras_padded"),
        Entry(
            "keras-td",
            "padded Keras HAN, `TimeDistributed`",
            "keras_padded",
            options={"time_distributed": True},
        ),
        Entry(
            "torch", "packed PyTorch HAN, as published", "torch_packed", needs="torch"
        ),
        Entry(
            "torch-tuned",
            "packed PyTorch HAN, tuned",
            "torch_packed",
            options={"tuned": True},
            needs="torch",
        ),
        Entry(
            "fasttext",
            "fastText, 5 epochs",
            "linear",
            "build_fasttext",
            needs="fasttext",
            is_han=False,
        ),
        Entry(
            "svm",
            "TF-IDF + LinearSVC",
            "linear",
            "build_svm",
            needs="sklearn",
            is_han=False,
        ),
        Entry(
            "ours-tensorflow",
            "han, predicting in TensorFlow",
            "ours",
            options={"engine": "tensorflow"},
        ),
        Entry("ours-onednn", "han with oneDNN", "ours", options={"onednn": True}),
        Entry("ours-2-threads", "han, 2 threads", "ours", threads=2),
        Entry("ours-2-processes", "han, 2 processes", "ours", copies=2),
    )
}
USUAL = ("ours", "loop", "keras", "torch", "torch-tuned", "fasttext", "svm")


def chosen(names: str) -> list[Entry]:
    """The entries that a list of names with commas asks for.

    Raises:
        InputError: If a name is not known.
    """
    wanted = names.split(",")
    unknown = [name for name in wanted if name not in ENTRIES]
    if unknown:
        raise InputError(
            f"--only does not know {listing(unknown)}. Choose among "
            f"{', '.join(ENTRIES)}."
        )
    return [ENTRIES[name] for name in wanted]


def installed(entries: list[Entry]) -> tuple[list[Entry], list[str]]:
    """Entries that can take part, and a line for each that cannot."""
    able, lines = [], []
    for entry in entries:
        if importlib.util.find_spec(entry.needs) is not None:
            able.append(entry)
            continue
        extra = "cpu" if entry.needs == "tensorflow" else "benchmark"
        lines.append(
            f"Left out: {entry.title} needs `{entry.needs}`. "
            f"Install it with: pip install 'han-coder[{extra}]'"
        )
    return able, lines
