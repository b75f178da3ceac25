"""A clock by which the first call of a classifier takes long, as imports do."""

from types import SimpleNamespace

from han.runs.classifier import Classifier


def slow_first_calls(monkeypatch, module):
    """Lets a first call take 100 seconds and others one, by the clock of a module."""
    clock, known, warm = [0.0], Classifier.log_probabilities, []

    def coded(self, *given, **options):
        clock[0] += 1.0 if self in warm else 100.0
        warm.append(self)
        return known(self, *given, **options)

    monkeypatch.setattr(Classifier, "log_probabilities", coded)
    counted = SimpleNamespace(perf_counter=lambda: clock[0])
    monkeypatch.setattr(module, "time", counted)
