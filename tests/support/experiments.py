"""A tiny experiment with its data."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

ROWS = [
    ("pan dulce de trigo", "1", "11"),
    ("pan blanco de caja", "1", "11"),
    ("bolillo de pan salado", "1", "11"),
    ("queso fresco de vaca", "1", "12"),
    ("queso de cabra curado", "1", "12"),
    ("crema y queso de vaca", "1", "12"),
    ("martillo de acero", "2", "21"),
    ("martillo de goma negra", "2", "21"),
    ("mango para martillo", "2", "21"),
    ("clavo de acero fino", "2", "22"),
    ("clavos y tachuelas", "2", "22"),
    ("clavo de concreto", "2", "22"),
]


def write_experiment(folder: Path, repeat: int = 6, **sections: str) -> Path:
    """A tiny experiment with its data; `sections` replace lines of the YAML."""
    lines = ["id,text,level_1,level_2"]
    words = ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho"]
    for k in range(repeat):
        lines += [
            f"{k}-{i},{text} {words[k % 8]},{a},{b}"
            for i, (text, a, b) in enumerate(ROWS)
        ]
    (folder / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = {
        "data": (
            f"{{train: {folder}/data.csv, fields: {{text: {{}}}}, "
            "label_columns: [level_1, level_2], key_columns: [id], "
            "split: {validation: 0.2, calibration: 0.0, test: 0.2}}"
        ),
        "embeddings": "{dimension: 8}",
        "model": "{word_units: 4, sentence_units: 4}",
        "training": "{epochs: 4, batch_size: 8, learning_rate: 0.01}",
        "logging": f"{{run_folder: {folder}/run}}",
        "pretrained": "{encoder: none}",  # whose weights take long to load
        **sections,
    }
    file = folder / "experiment.yaml"
    file.write_text(
        "".join(f"{k}: {v}\n" for k, v in settings.items()), encoding="utf-8"
    )
    return file
