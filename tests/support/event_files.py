"""What stands in event files of TensorBoard."""

from tensorboard.backend.event_processing.event_accumulator import (
    DEFAULT_SIZE_GUIDANCE,
    EventAccumulator,
)
from tensorboard.util.tensor_util import make_ndarray


def read_events(folder):
    found = EventAccumulator(
        str(folder), size_guidance=dict.fromkeys(DEFAULT_SIZE_GUIDANCE, 0)
    )
    return found.Reload()


def curves(folder):
    """Steps and values of each scalar, by tag."""
    found = read_events(folder)
    points = {tag: found.Tensors(tag) for tag in found.Tags()["tensors"]}
    return {
        tag: ([e.step for e in ev], [make_ndarray(e.tensor_proto).item() for e in ev])
        for tag, ev in points.items()
        if found.SummaryMetadata(tag).plugin_data.plugin_name == "scalars"
    }
