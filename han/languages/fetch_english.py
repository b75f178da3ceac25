"""Texts of `han.fetch`, in English."""

WORDS = {
    "name": "source",
    "outcome": "what became of it",
    "size": "kB",
    "file": "file",
    "new": "new",
    "same": "as before",
    "changed": "changed, and taken",
    "refused": "refused",
    "failed": "did not come",
    "here": "is here; would be asked whether it has changed",
    "pinned": "is here, and would not be asked for",
    "missing": "would be brought",
    "all_here": "{count} of {total} sources are here.",
}
