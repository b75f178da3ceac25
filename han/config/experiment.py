"""A whole experiment: all sections, and how a file of them is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from han.config.augmentation import AugmentationConfig
from han.config.checks import check_contradictions
from han.config.data import DataConfig, TaxonomyConfig
from han.config.distribution import DistributionConfig
from han.config.logging import LoggingConfig
from han.config.model import ModelConfig
from han.config.reader import read_overrides, read_section, read_yaml, to_plain
from han.config.text import EmbeddingsConfig, TextConfig
from han.config.topics import TopicsConfig
from han.config.training import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole experiment."""

    name: str = "experiment"
    # Keras and scikit-learn take seeds of 32 bits.
    seed: int = field(default=17, metadata={"minimum": 0, "maximum": 2**32 - 1})
    data: DataConfig
    taxonomy: TaxonomyConfig = field(default_factory=TaxonomyConfig)
    text: TextConfig = field(default_factory=TextConfig)
    embeddings: EmbeddingsConfig = field(default_factory=EmbeddingsConfig)
    topics: TopicsConfig = field(default_factory=TopicsConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    distribution: DistributionConfig = field(default_factory=DistributionConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)

    @property
    def run_folder(self) -> Path:
        """The folder where the run is kept."""
        return Path(self.logging.run_folder or f"runs/{self.name}")

    def to_dict(self) -> dict[str, Any]:
        """All keys with their values, as plain types, ready for YAML or JSON."""
        plain: dict[str, Any] = to_plain(self)
        return plain


def read_config(file: Path, overrides: list[str] | None = None) -> Config:
    """Reads an experiment file and `key.sub=value` overrides.

    Args:
        file: The YAML file.
        overrides: Each replaces one key, `training.epochs=3`; a list or a section may
            be written as YAML, `data.label_columns=[level_1, level_2]`.

    Raises:
        InputError: For an unknown or missing key, a wrong type or choice, or keys
            that contradict each other; says which line and what was expected.
    """
    tree = read_overrides(read_yaml(file), overrides or [])
    config: Config = read_section(Config, tree)
    check_contradictions(file, config)
    return config
