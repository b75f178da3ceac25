"""Texts of `han.review lessons` and `han.review forget`, in English."""

WORDS = {
    "and_more": " and {count} more",
    "record": "{count} record that trains",
    "records": "{count} records that train",
    "entry": "{count} text with a code",
    "entrys": "{count} texts with a code",
    "sampled": "{count} record that judges",
    "sampleds": "{count} records that judge",
    "train": "In an experiment, beside its own records: {setting}",
    "use_dictionary": "In a job, as answers coded before: {setting}",
    "support": "support counts people: with min_count: 2 one person alone decides no "
    "text",
    "use_sample": "For a run that these records did not train: {command}",
    "no_run": "Its columns have the names of the queue; with --run RUN they have those "
    "of the run.",
    "left": "Stratum {stratum}: {done} of {drawn} done in batches that are through, "
    "{disputed} in dispute. What is left may be what is hard: an estimate without it "
    "is too good.",
    "alone": "Of these, decided by one person alone, who is taken to be right here: "
    "{alone}. han.review stats says how often one alone errs.",
    "repeated": "Left out, since their code stands under several parents and a "
    "dictionary has bare codes: {texts}.",
    "text": "{count} text",
    "texts": "{count} texts",
    "no_sample": "With --all the random answers train, too: they judge nothing more.",
    "forgotten": "{place}: forgotten: {rows}, the texts of {answers}, {comments}. "
    "Codes and counts stay.",
    "row": "{count} row",
    "rows": "{count} rows",
    "answer": "{count} answer",
    "answers": "{count} answers",
    "comment": "{count} comment",
    "comments": "{count} comments",
    "shared": "The texts of {answers} stay: others have said the same.",
    "ask": "{place}: all texts, comments and keys will be removed for good. Type yes: ",
    "copies": "Copies, exports, lessons and backups are not touched. A server may keep "
    "older states in its log.",
}
