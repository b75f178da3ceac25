"""What an experiment file may say: sections, keys, types and defaults.

Only `data.train`, `data.fields` and `data.label_columns` are required. Each section has
a file of its own; the reading is done in `reader`.
"""

from han.config.augmentation import AugmentationConfig
from han.config.data import (
    DataConfig,
    FieldConfig,
    SideFeatureConfig,
    SplitConfig,
    TaxonomyConfig,
)
from han.config.distribution import DistributionConfig
from han.config.experiment import Config, read_config
from han.config.logging import LoggingConfig
from han.config.model import ModelConfig
from han.config.text import EmbeddingsConfig, TextConfig
from han.config.topics import TopicsConfig
from han.config.training import TrainingConfig

__all__ = [
    "AugmentationConfig",
    "Config",
    "DataConfig",
    "DistributionConfig",
    "EmbeddingsConfig",
    "FieldConfig",
    "LoggingConfig",
    "ModelConfig",
    "SideFeatureConfig",
    "SplitConfig",
    "TaxonomyConfig",
    "TextConfig",
    "TopicsConfig",
    "TrainingConfig",
    "read_config",
]
