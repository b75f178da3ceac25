"""Training from Python, in the manner of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from han.code_list.taxonomy import Taxonomy
from han.config import (
    Config,
    ModelConfig,
    SplitConfig,
    TextConfig,
    TrainingConfig,
    read_config,
)
from han.errors import InputError
from han.estimator.fit_settings import fit_inputs, parameters_of
from han.estimator.fitted_run import fit_run
from han.estimator.given_tables import Rows, text_table
from han.estimator.text_predictions import TextPredictions
from han.experiment.config_inputs import columns_of


class HierarchicalTextClassifier(TextPredictions):
    """Learns to code texts into a tree of codes; trains as `python -m han.train` does.

    A part of the rows given to `fit` is set aside, as the command does: the best epoch
    is chosen on `validation_fraction` of them, probabilities are calibrated on
    `calibration_fraction`. Equal texts stay on one side.

    Args:
        kind: `han`, the network, or a baseline: `tfidf_linear`, `tfidf_svm`,
            `fasttext`, `majority`.
        encoder: `gru`, `lstm`, `cnn` or `mean`.
        head: `tree`, `leaf` or `levels`.
        word_units: Half the width of a word's annotation.
        sentence_units: Half the width of a sentence's annotation.
        dropout: Share of units left out in training.
        wide: Whether a linear model stands beside the network.
        epochs: Number of epochs at most.
        batch_size: Documents of a batch.
        learning_rate: Highest learning rate.
        language: Language of the texts.
        taxonomy: The code list: a `Taxonomy`, a file or a DataFrame with `code`,
            `parent` and `title` (`settings` may say that it has others), or a digit
            rule such as `[2, 3, 4]`. None: the codes in `y`, which have one level
            unless `y` is a table of levels.
        fields: Text columns of `X`: names, or settings by name as in `data.fields`.
            None: all columns that no setting uses.
        validation_fraction: Share of the rows to choose the best epoch on; not used if
            `fit` is given `X_val`.
        calibration_fraction: Share of the rows to calibrate probabilities on.
        test_fraction: Share of the rows to evaluate on, for `metrics_`.
        settings: All other keys of an experiment file, as
            `{"training.schedule": "linear"}` or by section, checked as those of a file.
        run_folder: Keeps an ordinary run there; a `fit` that was interrupted is taken
            up by the next one. None: nothing is left on disk.
        overwrite: Whether a run in `run_folder` is removed first.
        random_state: Seed. A RandomState, or None for NumPy's own, draws one.
        verbose: Whether to show the log, the data report and the epochs.

    Attributes:
        classes_: Codes of all leaves, sorted, `(C,)`; a code that stands under two
            parents is written as its path, `1 > 11`.
        taxonomy_: The code list.
        classifier_: The trained model, a `han.Classifier`.
        config_: All settings of the experiment.
        history_: A row for each epoch; empty of a baseline.
        metrics_: Scores on the validation rows, and on test rows if there are any.
        is_calibrated_: Whether there were rows enough to calibrate the probabilities.
        data_report_: What the data report says.
        n_features_in_: Number of columns of `X`; 1 for a list of texts.
        feature_names_in_: Their names, if `X` was a DataFrame.

    Example:
        >>> texts = ["pan dulce", "pan blanco", "queso fresco", "queso de cabra"] * 20
        >>> codes = ["11", "11", "12", "12"] * 20
        >>> coder = HierarchicalTextClassifier(
        ...     kind="tfidf_linear", taxonomy=[1, 2],
        ...     settings={"data.split.group_by": "none"},
        ... )
        >>> coder.fit(texts, codes).predict(["pan de caja", "queso"]).tolist()
        ['11', '12']
        >>> coder.predict_levels(["queso"]).tolist()
        [['1', '12']]
    """

    def __init__(
        self,
        *,
        kind: str = ModelConfig.kind,
        encoder: str = ModelConfig.encoder,
        head: str = ModelConfig.head,
        word_units: int = ModelConfig.word_units,
        sentence_units: int = ModelConfig.sentence_units,
        dropout: float = ModelConfig.dropout,
        wide: bool = ModelConfig.wide,
        epochs: int = TrainingConfig.epochs,
        batch_size: int = TrainingConfig.batch_size,
        learning_rate: float = TrainingConfig.learning_rate,
        language: str = TextConfig.language,
        taxonomy: Taxonomy | pd.DataFrame | str | Path | Sequence[int] | None = None,
        fields: Sequence[str] | Mapping[str, Any] | None = None,
        validation_fraction: float = SplitConfig.validation,
        calibration_fraction: float = SplitConfig.calibration,
        test_fraction: float = 0.0,
        settings: Mapping[str, Any] | None = None,
        run_folder: str | Path | None = None,
        overwrite: bool = False,
        random_state: Any = Config.seed,
        verbose: bool = False,
    ) -> None:
        self.kind = kind
        self.encoder = encoder
        self.head = head
        self.word_units = word_units
        self.sentence_units = sentence_units
        self.dropout = dropout
        self.wide = wide
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.language = language
        self.taxonomy = taxonomy
        self.fields = fields
        self.validation_fraction = validation_fraction
        self.calibration_fraction = calibration_fraction
        self.test_fraction = test_fraction
        self.settings = settings
        self.run_folder = run_folder
        self.overwrite = overwrite
        self.random_state = random_state
        self.verbose = verbose

    @classmethod
    def from_experiment(
        cls, file: str | Path, overrides: Sequence[str] = ()
    ) -> HierarchicalTextClassifier:
        """An estimator with the settings of an experiment file.

        Its files of rows and its run folder are left out: `fit` is given the rows, in
        a DataFrame with the columns that the file names.

        Args:
            file: The YAML file.
            overrides: Settings such as `training.epochs=3` that replace those in it.

        Raises:
            InputError: As `python -m han.train`.
        """
        return cls(**parameters_of(read_config(Path(file), list(overrides))))

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> HierarchicalTextClassifier:
        """Trains, calibrates and evaluates.

        Args:
            X: Texts, `(n,)`: a list, array or Series; or a DataFrame, `(n, k)`, of text
                fields and the columns that settings name.
            y: Codes as text, `(n,)`; or a table of levels, `(n, L)`, blank after the
                end of a partial code. A row without any code does not train.
            sample_weight: Survey weights, `(n,)`.
            X_val: Rows to choose the best epoch on, in place of a share of `X`.
            y_val: Their codes.

        Raises:
            InputError: For settings, texts or codes that cannot be used, as
                `python -m han.train`; `run_folder` with another run in it, too.
        """
        train, validation = Rows(X, y, sample_weight), Rows(X_val, y_val)
        parameters = self.get_params(deep=False)
        config, given = fit_inputs(parameters, self._seed(), train, validation)
        texts = columns_of(config, labels=False).fields.values()
        columns = text_table(X, list(texts)).columns
        run = fit_run(
            config, given, overwrite=self.overwrite, verbose=bool(self.verbose)
        )
        self.run_, self.config_, self.classifier_ = run, config, run.load()
        self.__dict__.pop("feature_names_in_", None)
        self.n_features_in_ = len(columns)
        if isinstance(X, pd.DataFrame | Mapping):
            self.feature_names_in_ = np.array(columns, object)
        return self

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        try:
            return int(check_random_state(self.random_state).randint(2**31 - 1))
        except ValueError:
            raise InputError(
                "HierarchicalTextClassifier: `random_state` must be a whole number, a "
                f"RandomState or None. Received: {type(self.random_state).__name__}."
            ) from None

    def save(self, folder: str | Path) -> None:
        """Writes a run folder for `han.load` and the commands.

        Args:
            folder: A folder that is empty or not there.

        Raises:
            InputError: If the folder holds something or cannot be written.
        """
        check_is_fitted(self)
        if not isinstance(folder, str | Path) or folder == "":
            raise InputError(
                f"save: Expected the path of a folder. Received: {folder!r}."
            )
        self.run_.write(Path(folder))

    def __getstate__(self) -> dict[str, Any]:
        """All but the loaded model, which is loaded again: TensorFlow's has no copy."""
        return {k: v for k, v in self.__dict__.items() if k != "classifier_"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "run_" in state:
            self.classifier_ = self.run_.load()
