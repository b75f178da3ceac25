"""Texts of the data report in English."""

WORDS = {
    "title": "Data report (row 1 is the first after the header)",
    "file": "{source}: {rows} rows ({roles})",
    "in_role_train": "{count} train",
    "in_role_validation": "{count} validation",
    "in_role_calibration": "{count} calibration",
    "in_role_test": "{count} test",
    "rows": "{count}",
    "rows_listed": "{count} (rows {rows})",
    "and_more": " and {count} more",
    "of_these": ", of these {roles}",
    "blank": "rows without any word: {rows}",
    "unlabelled": "rows without a code: {rows}",
    "blank_fields": "blank fields: {shares}",
    "partial": "codes that stop before a leaf: {count}",
    "repeated": "repeated texts: {count}",
    "contradictory": "texts coded in two ways: {count}",
    "contradictory_rows": " texts in {count} rows (rows {rows})",
    "words": "words in a record: {quantiles}",
    "up_to_50%": "half have up to {words}",
    "up_to_90%": "90% up to {words}",
    "up_to_99%": "99% up to {words}",
    "up_to_100%": "all up to {words}",
    "cut": "rows cut by max_words and max_sentences: {rows} ({share})",
    "label_note": "labels: {note}",
    "respelled": "labels freed of invisible or doubled characters: {rows}",
    "not_coded": "rows with a label of `data.no_code`, read as blank: {rows}",
    "non_answer_fields": "non-answers and bare codes, read as blank fields: {shares}",
    "flag_non_answer": "rows of non-answers only (`data.non_answers`)",
    "flag_bare_code": "rows of bare codes only (`data.bare_codes`)",
    "flag_odd_characters": "rows with odd or broken characters",
    "flag_other_language": "rows in another language",
    "flag_long": "rows far longer than those that train, though not cut",
    "repeated_keys": "keys that other rows have, too: {rows}",
    "unlikely_weights": "survey weights far from all others: {rows}",
    "dropped": "rows not trained on, for want of {name}: {rows}",
    "code_list": "Code list (rows that train)",
    "level": "level {level}: {codes} codes, {seen} with rows, {few} of these with "
    "fewer than {limit}{few_codes}, {unseen} without any{unseen_codes}",
    "two_parents": "codes under two parents: {count}{codes}",
    "shared": "Texts of other splits that also train: {roles}",
    "shared_role": "{count} in {role}",
    "none": "none",
    # Periods
    "periods": "Periods of {column}, oldest first",
    "period": "{period}: {roles}",
    "no_period": "rows without a period: {roles}",
    "role_periods": "{roles}: from {first} to {last}",
    # Coders, texts of the code list, clerks, refit
    "sets": "Sets of codes: {count} records with several acceptable codes, {most} at "
    "most",
    "sets_one": "Sets of codes: 1 record with several acceptable codes, {most} at most",
    "code_sets": "Codes of a record, all right together: {mean} in the mean, {most} at "
    "most",
    "code_sets_of": "records with {codes}: {count}",
    "code_sets_more": "records with {codes} or more: {count}",
    "code_sets_implied": "codes left out, as a code below them stands in the same "
    "record: {count}",
    "code_sets_strays": "rows of `data.codes_file` that are of no record: {count}",
    "coders": "Coders: {count}; how far they agree, level by level",
    "coders_level": "level {level}: {count} records with several codes",
    "coders_level_one": "level {level}: 1 record with several codes",
    "coders_pairs": ", {share} of pairs agree",
    "coders_alpha": ", Krippendorff's alpha {alpha}",
    "list_texts": "Texts of the code list that train beside the rows: {kinds}",
    "kind_title": "{count} titles",
    "kind_description": "{count} from descriptions",
    "kind_includes": "{count} from inclusions",
    "kind_excludes": "{count} from exclusions of other codes",
    "list_left_out": "left out: {known} that are texts of validation, calibration or "
    "test, {unclear} that stand for several codes",
    "reviewed": "Decisions of {source}: {train} train, {judges} were drawn at random "
    "and are kept to judge, {held_out} have texts of validation, calibration or test",
    "refit": "Refit of {run}: its validation records train",
    # What was reached on data like these
    "alike": "Of the measured sets {name} is most alike ({there})",
    "unlike": "No measured set is like these data; the nearest is {name} ({there})",
    "here": "these data: {here}",
    "shape": "language {language}, {rows} rows that train, {per_code} a code, half "
    "with up to {words} words",
    "alike_scores": "right full codes there {leaf}, hF {hf}; linear baseline "
    "{baseline}, hF {baseline_hf} ({date}, {command})",
    # Advice
    "time": "Training takes about {time} ({cores}, no GPU, {epochs} epochs), perhaps "
    "half or twice as long; the demo takes {seconds} s ({command})",
    "minute": "{count} minute",
    "minutes": "{count} minutes",
    "hours": "{count} hours",
    "core": "{count} core",
    "cores": "{count} cores",
    "advice": "Worth trying",
    "advice_calibration": "{count} calibration records are too few for a plan (what "
    "was drawn together, such as equal texts, counts once); a promise of 95% needs "
    "{least} at least",
    "advice_code_list": "titles of the code list train beside the records",
    "advice_notes": "no notes train beside the titles of the code list",
    "advice_cut": "{share} of the rows are longer than what is read (below: what the "
    "second half of the words is worth)",
    "advice_pretrained": "a pretrained encoder knows words that these records lack",
    "advice_stem": "half of the texts have {words} words or fewer; not with a "
    "pretrained encoder",
    "advice_rare": "{few} of {seen} codes have fewer than {limit} rows that train",
    "advice_noisy": "{count} texts are coded in two ways, with {repeated} repeated",
    "advice_refit": "for the end: the validation records train, too",
    "measured": "{points} points of right full codes on {name} ({date}, {command})",
    "measured_unlike": "{points} points of right full codes on {name}, which is not "
    "like these data ({date}, {command})",
    "unsure": "perhaps nothing:",
    "not_measured": "not measured yet",
}
