"""A whole experiment: all sections of its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from han.config.augmentation_config import AugmentationConfig
from han.config.data_config import DataConfig, TaxonomyConfig
from han.config.distribution_config import DistributionConfig
from han.config.logging_config import LoggingConfig
from han.config.model_config import ModelConfig
from han.config.pretrained_config import PretrainedConfig
from han.config.scrub_config import ScrubConfig
from han.config.task_config import TaskConfig
from han.config.text_config import EmbeddingsConfig, TextConfig
from han.config.topics_config import TopicsConfig
from han.config.training_config import TrainingConfig
from han.config.yaml_reader import to_plain


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole experiment.

    Attributes:
        name: Name of the experiment, and of its run folder.
        seed: Seed of all draws.
        data: Files and columns.
        taxonomy: The code list.
        tasks: Several questions about the same texts, by name: `{occupation:
            {label_columns, label_sets, more_codes, taxonomy, head, attention,
            weight}}`, in place of `data.label_columns` and `taxonomy`. See
            docs/user_guide/tasks.md.
        pairs: A table of codes of the tasks that cannot go together (`impossible`) or
            hardly do (`suspicious`): a column for each task, `verdict` and `note`.
        scrub: Personal data taken out of the texts.
        text: From text to words.
        embeddings: Word vectors.
        pretrained: Vectors of sentences from a pretrained encoder.
        topics: Topics beside the text.
        augmentation: Noise in training documents.
        model: What is trained.
        training: The recipe.
        distribution: Devices and precision.
        logging: The run folder and TensorBoard.
        store: A catalogue (`catalogue.db`, or the address of a database) to which the
            run is added when it is finished, and again with each plan that is applied.
            See docs/user_guide/catalogue.md.
    """

    name: str = "experiment"
    # Keras and scikit-learn take seeds of 32 bits.
    seed: int = field(default=17, metadata={"minimum": 0, "maximum": 2**32 - 1})
    data: DataConfig
    taxonomy: TaxonomyConfig = field(default_factory=TaxonomyConfig)
    tasks: dict[str, TaskConfig] = field(default_factory=dict)
    pairs: str | None = None
    scrub: ScrubConfig = field(default_factory=ScrubConfig)
    text: TextConfig = field(default_factory=TextConfig)
    embeddings: EmbeddingsConfig = field(default_factory=EmbeddingsConfig)
    pretrained: PretrainedConfig = field(default_factory=PretrainedConfig)
    topics: TopicsConfig = field(default_factory=TopicsConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    distribution: DistributionConfig = field(default_factory=DistributionConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)
    store: str | None = None

    @property
    def run_folder(self) -> Path:
        """The folder where the run is kept."""
        return Path(self.logging.run_folder or f"runs/{self.name}")

    def to_dict(self) -> dict[str, Any]:
        """All keys with their values, as plain types, ready for YAML or JSON."""
        plain: dict[str, Any] = to_plain(self)
        return plain
