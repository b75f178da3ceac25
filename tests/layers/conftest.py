"""What the tests of all layers need."""

import pytest


@pytest.fixture(autouse=True)
def seeds(request):
    """Weights are random; each test must draw the same ones every time."""
    if request.node.get_closest_marker("tensorflow"):
        import keras

        keras.utils.set_random_seed(0)
