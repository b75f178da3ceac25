"""scikit-learn's own checks of an estimator."""

import warnings

from sklearn.utils.estimator_checks import check_estimator
from support.linear_estimator import linear_estimator
from support.numbers_as_words import NumbersAsWords

TWO_CODES = "a linear baseline needs two codes, and its message says so"
# Why a check cannot pass.
EXCEPTIONS = {
    "check_all_zero_sample_weights_error": "the message says `weight 0`, not `zero`",
    "check_sample_weight_equivalence_on_dense_data": (
        "rare words and document frequencies are counted in rows, not in weights"
    ),
    "check_classifiers_one_label": TWO_CODES,
    "check_classifiers_one_label_sample_weights": TWO_CODES,
    "check_fit2d_1sample": TWO_CODES,
}


def test_all_checks_pass_but_those_that_are_listed():
    settings = {"text.min_count": 1, "data.split.group_by": "none"}
    given = linear_estimator(settings=settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(
            NumbersAsWords(**given.get_params()), on_fail=None, on_skip=None
        )
    failed = {r["check_name"]: r["exception"] for r in results if r["exception"]}
    failed.pop("check_array_api_input", None)  # skipped without SCIPY_ARRAY_API
    assert failed.keys() == EXCEPTIONS.keys(), failed
    assert len(results) > 50
