"""TensorBoard: attention of chosen validation records after each epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from han.code_list.taxonomy import Taxonomy
from han.decisions.path_probabilities import coded_paths
from han.experiment.attention_records import AttentionRecords
from han.explanation.attention_map import AttentionMap
from han.explanation.attention_weights import attention_maps, numpy_form
from han.explanation.map_markdown import Row, markdown
from han.explanation.map_plot import heat_map_png
from han.text.text_encoder import TextEncoder


class AttentionBoard(keras.callbacks.Callback):
    """Writes a heat map and a text for each record after each epoch.

    They hold respondents' words, so the folder is for its owner only. Probabilities are
    not calibrated yet.

    Args:
        folder: Folder of the event files.
        attention_records: The records.
        encoder: The text encoder.
        tree: The code list.
    """

    def __init__(
        self,
        folder: Path,
        attention_records: AttentionRecords,
        encoder: TextEncoder,
        tree: Taxonomy,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.attention_records = attention_records
        self.encoder = encoder
        self.tree = tree
        self._writer: Any = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self._writer is None:  # not before the files of the last time are cut back
            self.folder.mkdir(0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._writer = tf.summary.create_file_writer(str(self.folder))
        given, tree = self.attention_records, self.tree
        network = numpy_form(self.model) or self.model
        predict = network.log_probabilities
        maps = attention_maps(
            network, predict, self.encoder, tree, given.columns, given.texts
        )
        paths = coded_paths(predict(given.texts), tree)
        with self._writer.as_default(step=epoch + 1):
            for i, found in enumerate(maps):
                path = self._path(paths.nodes[i].tolist(), paths.probabilities[i])
                truth = tree.node_names[given.nodes[i]]
                _write(f"attention/row_{given.rows[i]}", found, path, truth)
        self._writer.flush()

    def _path(self, nodes: list[int], probabilities: Any) -> list[Row]:
        """Code, title and probability on each level; of an early end but once."""
        found = dict(zip(nodes, probabilities.tolist(), strict=True))
        names, titles = self.tree.node_names, self.tree.titles
        return [(names[n], titles[n], p) for n, p in found.items()]

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        if self._writer is not None:
            self._writer.close()


def _write(tag: str, found: AttentionMap, path: list[Row], truth: str) -> None:
    code, _, probability = path[-1]
    title = f"{code} ({probability:.2f}), true code {truth}"
    picture = tf.io.decode_png(heat_map_png(found, title), channels=3)
    tf.summary.image(f"{tag}/map", picture[None])
    tf.summary.text(f"{tag}/text", markdown(found, path, truth))
