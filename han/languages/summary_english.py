"""Texts of what commands print at their end, in English."""

WORDS = {
    "compiling": "Compiling loops for this machine, up to half a minute; it is done "
    "once.",
    "compiling_always": "Compiling loops, up to half a minute, as each time: there "
    "is no folder to keep them in. Set NUMBA_CACHE_DIR to one that can be written.",
    "and_more": " and {count} more",
    "record": "{count} record",
    "records": "{count} records",
    # Scores
    "score": "score",
    "rows": "records: {splits}",
    "rows_of": "{split} {count} ({skipped} left out, without a code)",
    "effective_rows": "effective number of records: {splits} (as if all records of a "
    "sampling unit were right or wrong together)",
    "level_rows": "level scores: over the records whose code reaches the level: "
    "{splits}",
    "lower": "lower is better: tree_distance, h_loss",
    "weighted": "weights: every score is weighted ({splits})",
    "unweighted": "weights: all 1",
    "hierarchical": "hierarchical.f1 (hF): right levels of a code count; {averages}",
    "root_in": "{average} average, root in",
    "root_out": "{average} average, root out",
    "brackets": "brackets: 95{gap}% bootstrap interval; what was drawn together (equal "
    "texts, a household) is resampled together (ece: reflected)",
    "set_averages": "instance: mean over records; micro: nodes of all records pooled; "
    "a level: its nodes, micro",
    "set_scores": "subset_accuracy: exactly the true codes; true_codes, given_codes: "
    "codes of a record",
    "calibration": "calibration",
    "level": "level",
    "rows_head": "records",
    "before": "{split} before",
    "after": "{split} after",
    "several_codes": "several codes, any of them is right: {split} {count}",
    "outside_codes": "not in the run's list, so wrong: {split} {count} of {rows}",
    "without_outside": "; without them leaf_accuracy {leaf}, {name} {f1}",
    "full_codes": "full codes {count}",
    "full_truth": "* to be read first: {split} {name}, as every true code is full",
    "partial_truth": "* to be read first: {split} {name}, as {count} of {rows} true "
    "codes are partial: a deeper code may be right, and is judged as far as the true "
    "one goes",
    # Train
    "task": "Task {name}",
    "checked": "{file}: all is well. Nothing was trained (--check).",
    "finished": "{run}: this run is finished; nothing was done. Use --overwrite to "
    "train it anew.",
    "stopped": "Stopped. The best weights so far are in {run}; give the same command "
    "again to go on.",
    "stopped_early": "Stopped before the first epoch ended, so there is no model yet; "
    "give the same command again to begin anew.",
    "signalled": "Stopped by a signal. {run} is saved; the same command goes on.",
    "run_is_in": "The run is in {run}:",
    "metrics": "metrics",
    "data_report": "data report",
    "history": "history",
    "tensorboard": "TensorBoard",
    "report": "page to read",
    "writes": "{command}  writes {file}",
    "read_report": "The page to read is {page}.",
    "make_plan": "plan",
    "code_records": "code records",
    "test_it": "test it",
    # How long the stages of a training took
    "time": "Time: {time}; {stages}; peak memory {memory} GB.",
    "time_parts": "{time} in {parts} parts",
    "time_rest": "the rest {share}",
    "time_total": "total",
    "time_unknown": "{run}: this run does not say how long its stages took: it was "
    "trained before that was measured.",
    "stage": "stage",
    "wall_seconds": "seconds",
    "time_share": "share",
    "cpu_seconds": "CPU seconds",
    "peak_memory": "peak GB by its end",
    "stage_start": "start-up and imports",
    "stage_reading": "reading",
    "stage_tokenising": "tokenising",
    "stage_vectors": "vectors and topics",
    "stage_linear": "linear model",
    "stage_network": "building the network",
    "stage_steps": "steps",
    "stage_validation": "validation",
    "stage_saving": "saving",
    "stage_baseline": "fitting the baseline",
    "stage_calibration": "calibration",
    "stage_evaluation": "evaluation",
    "stage_other": "other",
    # Evaluate
    "trained_on": "{file}: a run of the mixture was trained on {records} of it, so the "
    "scores are too good. Give records that none was trained on.",
    "left_out": "{file}: left out, without a code: {records}.",
    "pair_scores": "pairs of codes: {records}; codes given: {given}; labels: {true}; "
    "of {judged} with a verdict and all labels, {given_right} given and "
    "{offered_right} offered pairs are right",
    "pair_verdicts": "{impossible} impossible, {suspicious} suspicious",
    "task_unlabelled": "No record of {file} has a label of this task: it was not "
    "evaluated.",
    "added": "Added to {file} under {name}.",
    # Predict
    "repeated_keys": "han: note: {records} with keys that an earlier one has, too "
    "(`data.key_columns`: {columns}). Coded rows stand in the order of the input; they "
    "cannot be joined by these keys alone.",
    "flag_blank": "{count} blank (no code)",
    "flag_non_answer": "{count} non-answers (no code)",
    "flag_bare_code": "{count} with a bare code only (no code given)",
    "flag_odd_characters": "{count} with odd or broken characters",
    "flag_other_language": "{count} in another language",
    "flag_unknown_words": "{count} with unknown words only",
    "flag_cut": "{count} cut (words beyond the limits were not read)",
    "flag_long": "{count} far longer than those of training",
    "none_flagged": "none flagged",
    "pairs": "pairs of codes: {impossible} impossible, {suspicious} suspicious (column "
    "pair).",
    "coded": "{records} coded in {file}: {flags}.",
    "routes": " Routes: {routes}.",
    "decision": "{count} decision",
    "decisions": "{count} decisions",
    "frequent_texts": " Frequent texts ({least} records or more each): {records}; a "
    "person answers {answered} of these in {decisions}, which column `decision` "
    "numbers.",
    "frequent_units": " Left to a person, since more than {most} records have the same "
    "`{column}`: {records}.",
    "no_units": "han: note: the input has no column `{column}`, so nobody has counted "
    "how many records each of its values has. The promise assumes: {most} at most.",
    "not_routed": "han: note: --decoding and --allow-empty give other codes than those "
    "the plan of this run was tested with, so nothing is routed or promised. Leave "
    "them out to route by the plan.",
    "speed": "han: {rate} records a second, {by}, once started; {seconds} s in all.",
    "process": "{count} process",
    "processes": "{count} processes",
    # Combine
    "weight": "weight",
    "log_loss": "log loss",
    "leaf_accuracy": "leaf accuracy",
    "mixture": "mixture",
    "mixture_is_in": "The mixture is in {run}:",
    # Compare
    "compared": "{records} of {file}{part}, drawn together in {groups} groups.",
    "effective_number": "Effective number of records: {count}, as if all records of a "
    "group were right or wrong together.",
    "points": "In parentheses: points of difference to {run}, with the paired 95{gap}% "
    "bootstrap interval.",
    "coverage": "coverage at {target}{gap}% full codes right",
    "leaf": "leaf accuracy",
    "level_accuracy": "accuracy, level {level}",
    "hf": "hF (hierarchical F1)",
    "set_instance": "hF, mean over records",
    "set_micro": "hF, all codes pooled",
    "set_exact": "exactly the right codes",
    "set_level": "F1 of codes, level {level}",
    "hf_to_truth": "hF up to the depth of the true code",
    "hf_first": "To be read first: hF up to the depth of the true code, as some true "
    "codes are partial. A deeper code that may be right does not count against a "
    "protected code.",
    "kind": "kind",
    "speed_head": "records per second",
    "megabytes": "megabytes",
    "protected": "must not regress",
    "recall": "recall",
    "worse": "WORSE",
    "warning": "Warning: {text}",
    "by_parts": "parts",
    "by_attention": "attention",
    "by_deletion": "deletion",
    "by_gradients": "gradients",
    "evidence": "Evidence by {by} in {records}: {file}. It shows answers of "
    "respondents: keep it where the data is kept.",
    "code_words": "Words behind codes ({codes}): {files}.",
    "no_siblings": "The records have no codes: nothing is said of siblings.",
    "sibling_words": "Words that tell {pairs} pairs of siblings apart: {file}.",
    "written_to": "Written to {file}.",
    # For which records a promise holds
    "population_texts": "The promise holds for records like these whose text was not "
    "seen in training: {tested}.",
    "population_rows": "The promise holds for records like the calibration records: "
    "{tested}.",
    "population_column": "The promise holds for records like these of a {column} that "
    "was not seen in training: {tested}.",
    "population_file": "The promise holds for records like those of {file}: {tested}.",
    "tested_texts": "{records} calibration records of {units} texts tested it",
    "tested_rows": "{records} calibration records, drawn one by one, tested it",
    "tested_column": "{records} calibration records of {units} values of {column} "
    "tested it",
    "population_sample": "The promise holds for records like those of {file}, a random "
    "sample: {records} of its records tested it.",
    "population_sample_seen": "For texts seen in training a promise of its own holds, "
    "for records like those of {file}, a random sample: {records} of its records "
    "tested it.",
    "population_weighted": " Records count by their weights.",
    "population_design": " Records count by their design weights.",
    "seen_left_out": "Records here with a text that was seen in training: {count}. The "
    "same thresholds code them, but nothing is promised of them.",
    "small_input": "han: note: the promise was tested for files of about {records} "
    "records. In one of {here} a text may stand once and yet be frequent elsewhere, "
    "so that the promise may not hold. Plan for this file: python -m han.plan RUN "
    "FILE --apply.",
}
