"""What `import han` gives, and what it does not load."""

import subprocess
import sys

import pytest

import han

HEAVY = "{'tensorflow', 'keras', 'pandas', 'sklearn', 'gensim', 'numba'}"


def run(code):
    arguments = [sys.executable, "-c", code]
    return subprocess.run(arguments, capture_output=True, text=True)


def test_every_name_is_listed_and_there():
    assert dir(han) == sorted(han.__all__)
    light = set(han.__all__) - {"layers"}
    assert light == {
        *("Classifier", "HierarchicalTextClassifier", "Taxonomy", "__version__"),
        *("decisions", "load", "metrics"),
    }
    assert all(getattr(han, name) is not None for name in light)
    with pytest.raises(AttributeError, match="no attribute 'Classifer'"):
        _ = han.Classifer


def test_import_loads_nothing_heavy_and_training_alone_needs_tensorflow():
    done = run(f"import han, sys; print(sorted({HEAVY} & set(sys.modules)))")
    assert done.stdout.strip() == "[]", done.stderr
    done = run(
        "import han, sys\n"
        "han.HierarchicalTextClassifier(), han.Taxonomy, han.Classifier\n"
        "han.metrics.hierarchical_f1_score, han.decisions.majority_node\n"
        "print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.tensorflow
def test_layers_are_a_name_of_the_package():
    assert han.layers.TreeSoftmax is not None
