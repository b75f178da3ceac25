"""Experiments over the trades of the example queue, and their data."""

from support.example_queue import PLACES, TRADES


def write_trades(folder, repeat=3, **sections):
    """An experiment whose records are like the answers of the queue, coded right."""
    lines = ["texto_oficio,detalle,uno,dos,tres,peso"]
    for number in range(repeat):
        for code, trades in TRADES.items():
            for trade in trades:
                place = PLACES[(number + len(trade)) % len(PLACES)]
                text = f"{trade},{place} caso {number}"
                lines.append(f"{text},{code[:1]},{code[:2]},{code},2")
    file = folder / "trades.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = {
        "data": f"{{train: {file}, fields: {{oficio: {{column: texto_oficio}}, "
        "detalle: {}}, label_columns: [uno, dos, tres], "
        "split: {validation: 0.2, calibration: 0.2, test: 0.2}}",
        "model": "{kind: tfidf_linear, C: 1}",
        "logging": f"{{run_folder: {folder}/run}}",
        **sections,
    }
    experiment = folder / "experiment.yaml"
    text = "".join(f"{key}: {value}\n" for key, value in settings.items())
    experiment.write_text(text, encoding="utf-8")
    return experiment
