"""Texts of `han.disclose`, in English."""

WORDS = {
    "title": "Release check",
    "run": "run",
    "kind": "model",
    "records": "training records",
    "unknown": "not at hand",
    "files": "files read",
    "min_records": "rare means fewer than",
    "verdict": "Verdict",
    "release": "Release",
    "office": "Release within the office",
    "withhold": "Do not release",
    "release_means": "Nothing of single respondents was found. What no program sees is "
    "on the checklist.",
    "office_means": "The run holds something of few respondents. Only people who may "
    "see the records may have it.",
    "withhold_means": "The run holds something that points to persons. Mend it first, "
    "then check again.",
    "warning": "This page shows words of respondents. Treat it as confidential as the "
    "records themselves.",
    "hidden": "Words are counted here, and not shown; --show-words shows them.",
    "reasons": "Reasons",
    "none_found": "No reason against a release was found.",
    "file": "file",
    "found": "found",
    "number": "number",
    "leads_to": "leads to",
    "to_do": "what to do",
    "words": "words",
    "whole_run": "whole run",
    "notes": "Read, and no reason by itself",
    "attack": "Can it be told who was in the training?",
    "attack_said": "{members} texts that trained it and {others} that did not were "
    "told apart by how sure the model is of their codes. The area under the curve is "
    "{auc} (95 % interval {auc_interval}; 0.5 is chance). With 1 % of false alarms "
    "{found} of the members are found (interval {found_interval}).",
    "with_shadows": "{shadows} shadow models said how hard each text is.",
    "without_shadows": "No shadow models were used; --shadows 8 is a stronger attack.",
    "not_by_chance": "The texts that did not train it are of another file or time: a "
    "part of the difference may be that, and not memory.",
    "no_attack": "No attack was made: there must be 100 texts of each side, with one "
    "code each, and the records must be at hand.",
    "not_checked": "Not checked",
    "checklist": "Checklist",
    "check_purpose": "Who gets the run, and for what, is written down.",
    "check_files": "Each file of the run folder is needed there; the others were "
    "removed.",
    "check_small": "Tables of report.html and plan/ were looked at: no cell of few "
    "records tells of a person.",
    "check_rare": "The rare words were looked at (--show-words), and none is a name, a "
    "firm or a place of one person.",
    "check_scrubbed": "Personal data were taken out of the texts before the training.",
    "check_law": "The law and the promise made to respondents allow it.",
    "signature": "Name, date, signature",
    "frequent_words": "words of respondents in the clear, each of many records",
    "rare_words": "words of few records in the clear",
    "keys": "keys of records",
    "rare_hashed_words": "words of few records, hashed without a key: a guess can be "
    "tried",
    "rare_hashed_pairs": "word pairs of few records, hashed without a key",
    "rare_short_words": "short words of few records, whole among hashed "
    "letter sequences",
    "rebuilt_texts": "texts of few records that are chains of words and pairs in the "
    "table",
    "guessed_texts": "keyed hashes of training texts: who has the run can try a guess",
    "small_codes": "codes that fewer training records have",
    "user_paths": "paths with the name of a user",
    "unread": "a form that this check cannot read",
    "not_counted": "the training records are not at hand: rare words could not be "
    "counted",
    "not_attacked": "the attack could not be made",
    "membership": "it can be told better than by chance who was in the training",
    "strong_membership": "it can be told of many texts that they were in the training",
    "texts": "texts of few respondents, whole and in the clear",
    "names": "words that stand behind titles as names",
    "mails": "addresses of mail",
    "long_numbers": "numbers of 8 digits or more",
    "passwords": "a password in an address",
    "do_frequent_words": "nothing",
    "do_rare_words": "train again with a higher text.min_count; remove pages that show "
    "them",
    "do_keys": "remove the page, or train without data.key_columns",
    "do_rare_hashed_words": "train with model.wide: false, or give it only to "
    "people who may see the records",
    "do_rare_hashed_pairs": "train with model.wide: false, or give it only to "
    "people who may see the records",
    "do_rare_short_words": "train with model.wide: false, or give it only to "
    "people who may see the records",
    "do_rebuilt_texts": "give it only to people who may see the records",
    "do_guessed_texts": "train again with data.remember_texts: false",
    "do_small_codes": "remove the file: nothing is coded with it; write the manifest "
    "anew",
    "do_user_paths": "train again with relative paths",
    "do_unread": "look at the file, or remove it",
    "do_not_counted": "give the training records with --records",
    "do_not_attacked": "give the training records with --records; set test records "
    "aside",
    "do_membership": "give it only to people who may see the records; smooth or "
    "regularise more",
    "do_strong_membership": "train a model that memorises less",
    "do_texts": "find where they come from, and train again or remove the file",
    "do_names": "take personal data out of the texts, and train again",
    "do_mails": "take personal data out of the texts, and train again",
    "do_long_numbers": "take personal data out of the texts, or train with "
    "text.numbers: token",
    "do_passwords": "take it out of the file, and change the password",
}
