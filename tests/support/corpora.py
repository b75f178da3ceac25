"""Tables of records, their experiment, and what is read of it."""

from collections.abc import Iterable
from pathlib import Path

from han.config import (
    Config,
    DataConfig,
    FieldConfig,
    PretrainedConfig,
    SplitConfig,
    TextConfig,
)

Row = tuple[str, ...]


def write(file: Path, rows: Iterable[Row], header: str = "role,text,a,b,w") -> str:
    lines = [header, *(",".join(row) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def rows(role: str, count: int, word: str = "pan") -> list[Row]:
    return [
        (role, f"{word} {role}{i}", "1", f"1{i % 2}", str(i + 1)) for i in range(count)
    ]


def config_of(folder: Path, table: list[Row], **data: object) -> Config:
    settings = {
        "train": write(folder / "train.csv", table),
        "fields": {"text": FieldConfig(max_words=3, max_sentences=1)},
        "label_columns": ("a", "b"),
        "weight_column": "w",
        "split": SplitConfig(column="role"),
        **data,
    }
    return Config(
        data=DataConfig(**settings),  # type: ignore[arg-type]
        text=TextConfig(min_count=1),
        pretrained=PretrainedConfig("none"),
    )


def by_role(folder: Path, *extra: Row) -> list[Row]:
    return [*rows("train", 4), *rows("validation", 2), *rows("test", 2), *extra]
