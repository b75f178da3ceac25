"""Texts of a plan in English."""

WORDS = {
    "title": "Plan for {records} of {data}",
    "own_part": " (the run's {role} records)",
    "role_train": "training",
    "role_validation": "validation",
    "role_calibration": "calibration",
    "role_test": "test",
    "headline": "{auto} are coded automatically, {partial} get a partial code that a "
    "person completes, {review} are left to a person. Manual work: {work}, "
    "{hours} clerk-hours ({minutes_review} minutes for a decision without a code, "
    "{minutes_partial} to complete one).",
    "work_in_decisions": "{manual} in {decisions}",
    "decision": "{count} decision",
    "decisions": "{count} decisions",
    "frequent_text": " 1 text, of {records} ({share}), stands {least} times or more "
    "here{seen}: it is a question of its own, which a person answers once for all its "
    "records.",
    "frequent_texts": " {count} texts, of {records} ({share}), stand {least} times or "
    "more here{seen}: each is a question of its own, which a person answers once for "
    "all its records.",
    "frequent_seen": " (or, if seen in training, more than once in 1,000 records)",
    "answered_once": " Of all records left to a person those whose text stands {least} "
    "times or more are answered once for each text: {records} in {decisions}.",
    "frequent_value": " 1 value of {column} has {least} records or more here "
    "({records}, {share}), more than the promise covers: they are left to a person.",
    "frequent_values": " {count} values of {column} have {least} records or more each "
    "here ({records}, {share}), more than the promise covers: they are left to a "
    "person.",
    "frequent_promised": " {texts} of them ({records}) need nobody: their own "
    "calibration records promise them.",
    "frequent_promised_one": " 1 of them ({records}) needs nobody: its own calibration "
    "records promise it.",
    "blank": " {count} of them have no word, whatever the thresholds.",
    "blank_one": " 1 of them has no word, whatever the thresholds.",
    "planned_record": "{count} record",
    "planned_records": "{count} records",
    "unknown_words": " {count} have only words that the run does not know: they are "
    "left to a person, too.",
    "unknown_words_one": " 1 has only words that the run does not know: it is left to "
    "a person, too.",
    "several_codes": " {count} of the records have several acceptable codes: any of "
    "them is right.",
    "several_codes_one": " 1 of the records has several acceptable codes: any of them "
    "is right.",
    "outside": " {count} ({share} of those with a code) have a code that the run's "
    "list does not have, and count as wrong",
    "outside_one": " 1 ({share} of those with a code) has a code that the run's list "
    "does not have, and counts as wrong",
    "how_well": "How well",
    "by_group": "By top-level code, as the model gives it",
    "lists": "Lists for clerks",
    # Tables
    "route": "route",
    "what_happens": "what happens",
    "records": "records",
    "share": "share",
    "weighted_share": "weighted share",
    "meaning_auto": "full code, nobody looks at it",
    "meaning_partial": "partial code, a person completes it",
    "meaning_review": "no code, a person chooses one",
    "level": "level",
    "so_far": "coded so far or further",
    "promised": "promised",
    "calibration_right": "right among calibration",
    "calibration_right_new": "right among calibration (other texts)",
    "right_here": "right here, {confidence} interval",
    "weighted_right": "weighted right here",
    "ratio": "{share} ({right} of {known})",
    "code": "code",
    "code_title": "title",
    "no_words": "(blank)",
    "right_codes": "right of the codes given",
    "number": "number",
    "mean": "codes on average",
    "median": "median",
    "narrow": "one narrow code",
    "inside": "right code inside",
    "by_text": "the same, each text once",
    "all": "all",
    "manual": "partial and review",
    "judged": "can be judged",
    "estimates": "Accuracy of all that is coded, estimated from the sample",
    "of_records": "of",
    "all_texts": "all texts",
    "seen_texts": "texts seen in training",
    "new_texts": "other texts",
    "coded_records": "coded records of the sample",
    "effective": "effective number",
    "estimated": "right, {confidence} interval",
    "estimate_note": "An estimate by the design of the sample (ratio estimator; "
    "interval of Korn and Graubard), not a promise.",
    "estimate_chosen": " The same sample chose the thresholds: read it as a little too "
    "good.",
    # Sentences
    "level_name": "level {level}",
    "full_level_name": "level {level}, full codes",
    "others": "others",
    "promise": "{level}: with {confidence} confidence, of the records that are coded "
    "to this level or further without a person ({records} here) at least {at_least} "
    "have the right code of that level.",
    "promise_full": "{level}: with {confidence} confidence, of the records that are "
    "coded to this level or further without a person ({records} here) at least "
    "{at_least} have the right full code.",
    "all_paid": "The budget pays for all records: nothing need be automatic.",
    "together_target": "All promises hold together with that confidence.",
    "together_budget": "Each bound holds by itself, not all of them together.",
    "like_these": "Form, period and kind of answers must be the same.",
    "largest_unknown": "These records do not say which {column} they are of: the "
    "promise assumes that none of them has more than {most} records.",
    "weights_unknown": "These records have no weights: the promise assumes that none "
    "of them weighs more than {largest}, the largest of the calibration records.",
    "seen_unpromised": "{records} here ({share}) have texts that were "
    "seen in training. The same thresholds code them, but nothing is promised of them.",
    "seen_advice": " For a promise of these, too, have people code a random sample of "
    "such records: --sample FILE.",
    "seen_mixed": "{share} of the records here, and {tested} of those that tested the "
    "promise, have texts that were seen in training: the promise is about records "
    "mixed as those were.",
    "seen_unknown": "Which texts were seen in training is not known: the run keeps no "
    "seen_texts.npz (`data.remember_texts`). So nothing can be said of these, and no "
    "frequent text is promised by its own records. Train the run again, or give a "
    "coded random sample of these records: --sample FILE.",
    "refusal_seen": "{level} of texts seen in training{where}: {why}. None of them is "
    "coded at that level, nor deeper, without a person: lower the target, or {more}.",
    "refusal_new": "{level} of texts not seen in training{where}: {why}. None of them "
    "is coded at that level, nor deeper, without a person{but}: lower the target, "
    "{more}, or let the sample promise all records together: --calibration with its "
    "file, and --cluster none if records were drawn one by one.",
    "no_promise": "Nothing is promised.",
    "sample_uncoded": "{uncoded} of the {rows} records of the sample have no code and "
    "were left out. If these are the hard ones, promise and estimates are too good.",
    "sample_strange": "Of the texts of the sample only {share} stand in the records "
    "here: was it drawn from them?",
    "refusal_band": "{level} of texts that stand {times} in {among} records{where}: "
    "{why}. None of them is coded at that level, nor deeper, without a person: lower "
    "the target, leave it out, or {more}.",
    "band_once": "once",
    "band_times": "{least} to {most} times",
    "where_code": ", among {code}",
    "but_frequent": ", except frequent texts that their own records promise",
    "labelled_calibration": "calibration records",
    "labelled_sample": "records of the sample",
    "more_calibration": "set aside more calibration records",
    "more_sample": "give a larger sample",
    "refused_largest": " (what was drawn together may weigh as much as {largest} "
    "average records, and could be all wrong)",
    "not_promised": "Not promised: the accuracy of one code, region or interviewer by "
    "itself, next year's records or another form{weighted}. What people coded is taken "
    "for the truth, their errors included.",
    "not_weighted": ", or accuracy weighted by survey weights (--weighted promises "
    "that)",
    "no_own": "No code of {level} has calibration records enough for a promise of its "
    "own: all share one.",
    "own": "Codes of {level} with a promise of their own: {codes}. All others share "
    "one. More promises want more records: without --by-group more may be automatic.",
    "refused_few": "{target} cannot be promised: there are {rows} {labelled}, and at "
    "least {needed} right ones in a row are needed",
    "refused_right": "{target} cannot be promised: all {rows} {labelled} are right, "
    "but so few of them do not show it",
    "refused": "{target} cannot be promised: {right} of the {rows} {labelled} that "
    "count here are right, and the surest of them are not right often enough to show "
    "it",
    "refusal": "{level}{where}: {why}. Nothing is coded at that level, nor deeper, "
    "without a person{but}: lower the target, leave it out, or {more}.",
    "reachable": " These records could promise {target} for {share} of the records (a "
    "hint: a target is to be chosen before its records are looked at).",
    "no_list": "With {count} calibration records no list shorter than the whole code "
    "list holds the right code with probability {coverage}.",
    "list_promise": "The list of a record holds its right full code with probability "
    "{coverage} at least, over all records like the calibration records together, "
    "those coded automatically included; among the harder ones that reach a clerk it "
    "is less: see the table. Lists that are cut for the screen promise less.",
    # Sets of codes
    "sets_headline": "{auto} are coded automatically with all their codes in full "
    "({codes} codes), {partial} get coarser codes that a person completes, {review} "
    "are left to a person. Manual work: {manual}, {hours} clerk-hours "
    "({minutes_review} minutes for a decision without a code, {minutes_partial} to "
    "complete one).",
    "sets_too_many": " {count} are left to a person since their codes, times the "
    "records with the same {unit}, are more than {most}, the most that the promise "
    "covers.",
    "sets_unit_text": "text",
    "sets_codes": "codes given",
    "sets_meaning_auto": "all its codes in full, nobody looks at it",
    "sets_meaning_partial": "coarser codes, a person completes them",
    "sets_meaning_review": "no code, a person chooses them",
    "sets_records_so_far": "records coded so far or further",
    "sets_codes_here": "their codes there",
    "sets_right": "right codes among calibration",
    "sets_right_here": "right codes here, {confidence} interval",
    "sets_promise": "{level}: with {confidence} confidence, of the codes of this level "
    "that are given without a person ({codes} here, of {records} records) at least "
    "{at_least} are right.",
    "sets_none_missing": "It is promised of the codes given, not that none is missing.",
    "sets_measured": "Of {known} labelled records coded automatically here, {exact} "
    "have all their codes right and none missing; {recall} of their true codes of the "
    "last level are given (measured, not promised).",
    "sets_not_promised": "Not promised: the accuracy of one code, region or "
    "interviewer by itself, next year's records or another form, or accuracy weighted "
    "by survey weights. What people coded is taken for the truth, their errors "
    "included.",
    "sets_labelled": "codes of calibration records",
    "sets_largest": " (what was drawn together may have {largest} codes, and all could "
    "be wrong)",
    "sets_seen_advice": " For a promise of these, too, have people code a random "
    "sample of such records: --calibration FILE --cluster none.",
    "sets_seen_unknown": "Which texts were seen in training is not known: the run "
    "keeps no seen_texts.npz (`data.remember_texts`). Nothing can be said of these.",
    "sets_small": "The promise was tested for files of about {records} records, in "
    "which texts repeat. In a file of {here} a text may stand once and yet be "
    "frequent elsewhere, so that the promise may not hold.",
    "sets_no_list": "With {count} calibration records no list shorter than the whole "
    "code list holds all right codes with probability {coverage}. There are no lists.",
    "sets_list_promise": "The list of a record holds all its right codes with "
    "probability {coverage} at least, over all records like the calibration records "
    "together, those coded automatically included; among the harder ones that reach a "
    "clerk it is less: see the table. Lists that are cut for the screen (after {most} "
    "codes) promise less.",
    "sets_cut": "cut",
    "sets_inside": "all right codes inside",
    # Files
    "written": "Written: plan.md, plan.csv and plan.json in {folder}.",
    "beside": "{first} holds another plan ({asked}), which stays as it is.",
    "replaced": "They replace the plan that was there ({asked}).",
    "applied": "Applied: han.predict routes by this plan ({asked}) from now on; its "
    "thresholds are in {file}.",
    "applied_instead": "It takes the place of the plan applied before ({asked}).",
    "nothing_promised": "Nothing could be promised, so it sends every record to a "
    "person.",
}
