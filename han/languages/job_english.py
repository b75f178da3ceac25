"""Texts of `han.code`, in English."""

WORDS = {
    "and_more": " and {count} more",
    "row": "{count} row",
    "rows": "{count} rows",
    "answer": "{count} distinct answer",
    "answers": "{count} distinct answers",
    "file": "{count} file",
    "files": "{count} files",
    "checked": "{file}: all is well ({files}). Nothing was coded (--check).",
    "finished": "{folder}: this job is finished; no row was coded. Use --restart to "
    "begin anew.",
    "cleaned": "{folder}: working files with texts were removed.",
    "reading": "reading",
    "repeated_keys": "{rows} with the keys of a row before ({columns}): what is joined "
    "by them is not sure.",
    "finding": "finding equal answers",
    "coding": "coding {task}",
    "writing": "writing",
    "step_read": "{folder}: {rows} were read. Next: --step code.",
    "step_code": "{folder}: {answers} of this part are coded. When all parts are, "
    "next: --step write.",
    "found": "{task}: {rows}, {answers}; the commonest hundredth of the answers is in "
    "{share} of the rows.",
    "stage": "stage",
    "rows_head": "rows",
    "share": "share",
    "answers_head": "distinct answers",
    "people": "People code or complete {rows} ({share}): {answers}.",
    "coded_in": "Coded rows: {folder} ({files})",
    "and_file": "; all in one file: {file}",
    "took": "{seconds} seconds in all.",
    "rule_conflict": "rules {rules} give {answers} different codes",
    "rule_dead": "rule {rules}: no answer fits it",
    "rule_shadowed": "rule {rules}: others come first for all {answers} that fit it",
    "rule_expired": "rule {rules}: its last day is over",
    "rule_not_yet": "rule {rules}: its first day is to come",
    "rules_looked": "{task}: looked at the first {rows} of the input.",
    "comparing": "comparing",
    "task": "task",
    "changes": "{rows} would get another code ({share}).",
    "stage_before": "stage before",
    "stage_after": "stage after",
    "changes_in": "Which, and from which code to which: {file}",
    "submitted": "Slurm jobs: {jobs}. Log: {log}",
    "evidence": "{task}: accuracy by a labelled sample of {records}",
    "sample_record": "{count} record",
    "sample_records": "{count} records",
    "right": "right",
    "interval": "{confidence} interval",
    "records_head": "records",
    "units_head": "units",
    "in_part": "{stage}, in part",
    "no_evidence": "no evidence",
    "promise": "All that is coded in full without a person: at least {least} right, "
    "with {confidence} confidence ({right} of {records} in the sample).",
    "no_promise": "All that is coded in full without a person: no evidence.",
    "assumed": "This holds if the sample was drawn at random from the rows{units}, and "
    "made no part of the run, the dictionary or the rules.",
    "by_text": " (equal texts count as one unit: where rows were drawn one by one, "
    "`unit: none` gives more)",
    "by_whole_text": " by text, each with all its rows, at most {largest} in the job",
    "by_column": " by {column}, of which none has more than {largest} anywhere",
    "left_records": "In the sample, too: {records} without a code ({stages}).",
    "sample_outside": "{records} of the sample with a code that the code list does not "
    "have: wrong.",
    "sample_unjudged": "{records} of the sample with a right code that ends above the "
    "one given: left out, as nobody knows.",
    "sample_seen": "{records} of the sample, coded by the model, with texts that it "
    "was trained with. If they are those records, the figures are too good.",
    "sample_seen_unknown": "The run does not know whether it was trained with texts of "
    "the sample.",
    "sample_coded_before": "{records} of the sample were coded from answers coded "
    "before. If they are among those, the figures are too good.",
    "clerks": "Clerk-hours: {hours} ({review} without a code, {minutes_review} min "
    "each; {partial} to complete, {minutes_partial} min each). If each distinct "
    "answer is coded once: {once}.",
}
