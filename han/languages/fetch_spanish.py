"""Texts of `han.fetch`, in Spanish."""

WORDS = {
    "name": "fuente",
    "outcome": "qué pasó con ella",
    "size": "kB",
    "file": "archivo",
    "new": "nueva",
    "same": "como antes",
    "changed": "cambió, y se tomó",
    "refused": "rechazada",
    "failed": "no llegó",
    "here": "está aquí; se preguntaría si cambió",
    "pinned": "está aquí; no se pediría",
    "missing": "se traería",
    "all_here": "Están aquí {count} de {total} fuentes.",
}
