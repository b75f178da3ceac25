"""What an experiment file may say: sections, keys, types and defaults.

Only `data.train`, `data.fields` and `data.label_columns` are required. Each section has
a file of its own; `experiment_file` reads them all.
"""

from han.config.augmentation_config import AugmentationConfig
from han.config.data_config import (
    CodeListColumns,
    DataConfig,
    FieldConfig,
    SideFeatureConfig,
    SplitConfig,
    TaxonomyConfig,
)
from han.config.distribution_config import DistributionConfig
from han.config.experiment_config import Config
from han.config.experiment_file import read_config
from han.config.logging_config import LoggingConfig
from han.config.model_config import ModelConfig
from han.config.pretrained_config import PretrainedConfig
from han.config.text_config import EmbeddingsConfig, TextConfig
from han.config.topics_config import TopicsConfig
from han.config.training_config import TrainingConfig

__all__ = [
    "AugmentationConfig",
    "CodeListColumns",
    "Config",
    "DataConfig",
    "DistributionConfig",
    "EmbeddingsConfig",
    "FieldConfig",
    "LoggingConfig",
    "ModelConfig",
    "PretrainedConfig",
    "SideFeatureConfig",
    "SplitConfig",
    "TaxonomyConfig",
    "TextConfig",
    "TopicsConfig",
    "TrainingConfig",
    "read_config",
]
