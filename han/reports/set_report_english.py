"""Texts of the evaluation page of sets of codes in English."""

WORDS = {
    "set_intro": "A record has a set of codes, all of them right together, and gets a "
    "set.",
    "set_instance": "hierarchical F1, mean over records",
    "set_micro": "hierarchical F1, all codes pooled",
    "set_right_given": "of the codes given are right (with all above them)",
    "set_true_given": "of the true codes are given (with all above them)",
    "set_exact": "of the records get exactly their codes",
    "set_levels": "By level",
    "set_levels_intro": "The codes of one level by themselves, over the records that "
    "have a true code there.",
    "set_codes": "{count} codes",
    "set_precision": "Given codes right",
    "set_recall": "True codes given",
    "set_f1": "F1",
    "set_subset_accuracy": "Records exactly right",
    "set_average_precision": "Average precision",
    "set_coverage_error": "Down the list to have all",
    "set_numbers": "Codes per record",
    "set_numbers_intro": "A record has {true} codes on average, and gets {given}. "
    "Rows: records by their true codes; columns: by the codes given.",
    "set_true_number": "True codes",
    "set_or_more": "or more",
    "set_missed": "Codes most often missed",
    "set_missed_intro": "True and not given, on all levels; where a code is missed, "
    "those below it are, too.",
    "set_wrong": "Codes most often given wrongly",
    "set_wrong_intro": "Given and not true, on all levels; where a code is wrong, "
    "those below it are, too.",
    "set_with_code": "Records with the code",
    "set_times_missed": "Missed",
    "set_times_given": "Times given",
    "set_times_wrong": "Wrong",
    "set_share": "Share",
    "set_no_mistakes": "None.",
    "set_reliability_intro": "What is meant by a probability: of all pairs of a "
    "record and a code with about this probability, as many should be true.",
    "set_expected": "The probabilities say {expected} codes of this level for each "
    "record, and there are {true}.",
    "set_error": "Calibration error, in codes per record:",
    "set_bin": "Probability",
    "set_is_true": "True",
    "set_pairs": "Pairs",
    "set_convention_closure": "A code says all codes above it, so that true and given "
    "codes count with all of these. The number of codes per record counts none that "
    "another code of the record says.",
    "set_convention_unknown": "Below a partial true code nobody knows what is right. "
    "In hierarchical F1 such a code counts as wrong; by level, among the mistakes and "
    "in reliability it does not count.",
    "set_convention_averages": "Mean over records: the F1 of each record. Pooled: "
    "that of all codes of all records together, where a record with more codes counts "
    "more.",
    "set_convention_ranking": "Average precision: of each true code, the share of "
    "true ones among all that are as probable. Down the list: how many codes of the "
    "level, the most probable first, one has to read to have all true ones.",
    "set_convention_reliability": "Calibration error: the sum over bins of the "
    "difference between expected and true codes, for each record.",
    "set_convention_intervals": "Intervals: 95{gap}% bootstrap; what was drawn "
    "together (equal texts, a household) is resampled together.",
}
