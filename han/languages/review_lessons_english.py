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
    "alone": "{alone} of them were decided by one person alone, who is taken to be "
    "right here: han.review stats says how often one alone errs.",
    "repeated": "{repeated} texts are left out: their code stands under several "
    "parents, and a dictionary has bare codes.",
    "no_sample": "With --all the random answers train, too: they judge nothing more.",
    "forgotten": "{place}: forgotten are {rows} rows, the texts of {answers} answers "
    "and {comments} comments. Codes and counts stay.",
    "shared": "The texts of {shared} answers stay: others have said the same.",
    "copies": "Copies, exports, lessons and backups are not touched. A server may keep "
    "older states in its log.",
}
