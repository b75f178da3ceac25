"""Texts of the evaluation page in English."""

WORDS = {
    "title": "Evaluation of automatic coding",
    "run": "Run",
    "kind": "Kind",
    "data": "Data",
    "part_train": "training records",
    "part_validation": "validation records",
    "part_calibration": "calibration records",
    "part_test": "test records",
    "records": "Records evaluated",
    "skipped": "without a code, not evaluated",
    "several_codes": "with several acceptable codes, any of which is right",
    "outside_codes": "with a code that the run's list does not have, counted as wrong",
    "effective_rows": "effective number: {count}",
    "contents": "Contents",
    # Headline
    "headline": "Summary",
    "headline_auto": "of the records can be coded without review, with {target} of "
    "full codes right",
    "headline_interval": "95{gap}% confidence interval: {low} to {high}.",
    "headline_none": "No threshold reaches {target} of full codes right on these "
    "records: all of them need review.",
    "headline_how": "Records are ordered by the probability that the model gives its "
    "code, and accepted from the surest down as long as the accuracy of what is "
    "accepted is at least {target}. The threshold was chosen on these same records: "
    "the figure says what was seen and is slightly optimistic; it is no guarantee.",
    "headline_full": "full codes right if everything is accepted",
    "headline_top": "right at the top level if everything is accepted",
    "headline_f1": "hierarchical F1",
    "headline_f1_to_truth": "hierarchical F1 up to the depth of the true code, to be "
    "read first: {partial} of {rows} true codes are partial",
    "headline_f1_strict": "strict hierarchical F1: counts what lies below a partial "
    "true code as wrong",
    "headline_top_k": "the right code is among the {k} most probable",
    "routes": "With the plan applied",
    "routes_intro": "Where han.predict sends these records by the thresholds of "
    "han.plan.",
    "promises": "Accuracy promised with {confidence} confidence:",
    "no_promises": "Nothing is promised, so that nothing is coded without a person.",
    "promise_new": "of texts not seen in training",
    "promise_seen": "of texts seen in training",
    "promise_own": "only of frequent texts with calibration records enough of their "
    "own",
    "promise_sizes": "only of texts with so many records among {records}: {sizes}",
    "promise_units": "only of values of {column} with so many records among "
    "{records}: {sizes}",
    "promise_unknown": "The plan is an older one, which has not kept for which records "
    "the promise holds: make it again with han.plan --apply.",
    "frequent_texts": "Frequent texts, of {least} records or more in the whole file "
    "(those seen in training may have more), go to a person unless they have a promise "
    "of their own: {records} of these records.",
    "frequent_units": "Records of a {column} with {least} records or more in the whole "
    "file go to a person: {records} of these records.",
    "route": "Route",
    "route_share": "Records",
    "route_right": "Right as far as the code goes",
    "route_auto": "Automatic: full code, nobody looks at it",
    "route_partial": "Partial: partial code, a person completes it",
    "route_review": "Review: no code, a person chooses one",
    "by_level": "By level of the code list",
    "level": "Level",
    "leaf": "Full code",
    "num_records": "Records",
    "num_codes": "Codes",
    "accuracy": "Accuracy",
    "macro_f1": "Macro F1",
    "auto_share": "Automatic at {target}",
    "threshold": "Least probability",
    "interval_note": "In brackets, the 95{gap}% confidence interval.",
    "judged_note": "Behind the number of records, their share: the rest have a true "
    "code that ends above the level, and say nothing of it.",
    # Coverage
    "coverage": "Coverage and accuracy",
    "coverage_intro": "How much can be coded without review (across) and how "
    "accurately (up), at each level. The band is the 95{gap}% interval; the dashed "
    "line the accuracy wanted; the dot the automatic share.",
    "coverage_alt": "{level}: if everything is automatic the accuracy is {accuracy}; "
    "with an accuracy of {target}, {coverage} of the records are coded.",
    "axis_coverage": "Records coded without review",
    "axis_accuracy": "Accuracy",
    "axis_confidence": "Probability that the model gives",
    "axis_risk": "Mean loss (1 − hF)",
    # Groups
    "groups": "By top-level group",
    "groups_intro": "Each group by its true code. “Automatic” is the part above the "
    "overall threshold of full codes ({threshold}); a group with few records has a "
    "wide interval and is to be read with care.",
    "group": "Group",
    "group_top": "Right at level 1",
    "group_full": "Full code right",
    "group_auto": "Automatic",
    "group_auto_right": "Right among automatic",
    "low": "▼ Even at the upper end of the interval, what is automatic in that group "
    "stays below {target}: review it, or give it a threshold of its own.",
    "more_groups": "{count} more groups with fewer records",
    # Reliability
    "reliability": "Can the probabilities be believed?",
    "reliability_intro": "Where the model says 80{gap}%, 8 codes in 10 should be "
    "right: points should lie on the diagonal. Below it the model promises too much, "
    "above it too little. Each point stands for the same number of records.",
    "not_calibrated": "This model has not been calibrated: the probabilities are "
    "those of the model itself.",
    "reliability_alt": "{level}: calibration error {error}.",
    "before": "before calibration",
    "after": "after calibration",
    "calibration_error": "Calibration error",
    "ece": "Calibration error",
    "brier": "Brier score",
    "log_loss": "Log loss",
    "beliefs_note": "Lower is better in all three. In brackets, the 95{gap}% "
    "confidence interval.",
    "numbers": "See the numbers",
    "mean_probability": "Mean probability",
    # Risk
    "risk": "Hierarchical risk and coverage",
    "risk_intro": "The loss of a record is 1 − hF: 0 if the code is right, 1 if it "
    "differs from the top level on, and something between if it shares the first "
    "levels. The curve gives the mean loss of what is accepted, from the surest "
    "record to the least sure.",
    "risk_own": "order of the model",
    "risk_best": "best order possible",
    "risk_alt": "Risk-coverage curve; area {aurc}, excess {excess}.",
    "aurc": "Area under the curve (AURC)",
    "excess": "Excess over the best order",
    "area_note": "Lower is better. The excess is due to the order, and not to the "
    "number of errors.",
    # Errors
    "errors": "Kinds of error",
    "errors_intro": "Of {rows} records, {wrong} do not have exactly the true code.",
    "kind_sibling": "Sibling: the parent is right, the last level is not",
    "kind_cousin": "Cousin: the top level is right, it goes wrong further down",
    "kind_branch": "Other branch: wrong from the top level on",
    "kind_shallow": "Too shallow: stops above the true code, without contradiction",
    "kind_deep": "Deeper: goes on below a partial true code, and may be right",
    "kind_none": "No code: the record has no words",
    "first_wrong": "Level where the error begins",
    "confusion": "Confusions, level by level",
    "confusion_intro": "Open a group to see what is confused inside it. Only codes "
    "with errors are shown, most errors first.",
    "whole_list": "The whole code list",
    "within": "errors: {wrong} of {rows} records",
    "no_pairs": "The errors are further down, inside the following groups.",
    "true_code": "True code",
    "given_code": "Code given",
    "more": "See {count} more",
    "times": "Records",
    "rest": "Other confusions: {count} records.",
    "hidden": "{count} more groups with fewer errors are not shown.",
    "pairs": "Codes most often confused",
    "pairs_intro": "The {shown} most frequent pairs of {total}. A pair that is "
    "frequent both ways often points to descriptions that do not tell the codes apart.",
    "back": "Other way",
    "of": "of {count}",
    # Rare
    "rare": "Rare codes and codes never seen",
    "rare_intro": "Accuracy of the full code by the number of training records of the "
    "true code.",
    "rare_unknown": "Nobody knows on how many records of each code this model was "
    "trained: it kept no counts, and its training file is gone or has changed.",
    "trained": "Training records",
    "in_list": "Codes in the list",
    "tested": "Present here",
    "and_more": "{count} or more",
    "rare_codes": "Codes with few training records ({shown} of {total})",
    "unseen_codes": "Codes never seen in training ({shown} of {total})",
    "no_rare": "None of the codes present.",
    "code": "Code",
    "right": "Right",
    # Doubts
    "doubts": "Given codes that may be wrong",
    "doubts_intro": "Records whose own code the model contradicts most surely: "
    "{shown} of {total} disagreements. The code may be wrong, or the model; a person "
    "should look.",
    "row": "Row",
    "given_label": "Its code",
    "proposed": "Proposed code",
    "probability": "Probability",
    "no_errors": "There are no errors in these records.",
    # Conventions
    "conventions": "How it was computed",
    "convention_level": "Accuracy of a level: among the records whose true code "
    "reaches the level, the share whose code is right down to it. A code that ends "
    "above the last level counts as far as it goes; given where the true one goes on, "
    "it is wrong.",
    "convention_leaf": "Full code: among the records with a full code, those given "
    "the same. A record without words gets no code and counts as wrong.",
    "convention_f1": "Hierarchical F1: micro average (all records are pooled) over "
    "codes and the codes above them; the root does not count. Kiritchenko et al. "
    "(2006).",
    "convention_to_truth": "Up to the depth of the true code: where the true code is "
    "partial, the code given is cut at its depth first, as what lies below may be "
    "right. So are the losses of the hierarchical risk.",
    "convention_confidence": "Confidence at a level: the probability that the model "
    "gives the code assigned there. Ties are accepted or left together.",
    "convention_auto": "Automatic share: the greatest coverage with an accuracy of at "
    "least {target}. The threshold was chosen on these same records.",
    "convention_area": "AURC: the sum of the mean loss over the steps of coverage. "
    "The excess takes the area of the best order away (Geifman et al. 2019).",
    "convention_risk": "Hierarchical risk: 1 − hF of each record, by the confidence "
    "in the full code.",
    "convention_bootstrap": "Intervals of accuracy, coverage and F1: percentiles of "
    "1,000 resamples. What was drawn together (equal texts, a household) is resampled "
    "together. Those of groups, routes, rare codes and reliability points: Wilson, "
    "which hold for few records, too. The effective number of records, by which Wilson "
    "counts, is as if all records of such a unit were right or wrong together (Kish "
    "1965).",
    "convention_ece": "Calibration error: mean difference between confidence and "
    "accuracy, in 15 groups of the same number of records. Brier score: sum of the "
    "squared errors of the probabilities of all codes of the level (0 to 2). Log "
    "loss: −log of the probability of the true code.",
    "convention_weights": "Figures are weighted with the survey weights; columns of "
    "records count records.",
    "convention_no_weights": "No weights: each record counts the same.",
    "convention_private": "This page holds no answers of respondents: row numbers, "
    "key columns, codes and titles only.",
    "where": "All figures come from the same evaluation as metrics.json, under "
    "“{name}”.",
}
