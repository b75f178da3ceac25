"""Texts of `han.review stats` in English."""

WORDS = {
    "title": "What the decisions of {place} say",
    "progress": "Batches that are through: {through} of {batches}. Only these count, "
    "since answers of a batch half done are no random part of it. Decided: of "
    "those chosen for people {work}, of the random ones {sample}, of the hidden "
    "checks of what the machine coded {check}.",
    "double": "Coded by two: {paired} of {double}. Gold (two agree, and the "
    "adjudicator has looked): {gold}.",
    "waiting": "Waiting for the adjudicator: {waiting} (two differ: {unsettled}; two "
    "agree, gold: {unseen}).",
    "waiting_first": "Decide those first: until then figures are less sure.",
    "awaited": "Second decisions that {name} may take: {answers}. While they wait, "
    "some answers of one coder are kept for {name} at the end.",
    "answer": "{count} answer",
    "answers": "{count} answers",
    "decision": "{count} decision",
    "decisions": "{count} decisions",
    # Accuracy
    "accuracy": "Accuracy, in {by}",
    "by_answers": "distinct answers",
    "by_rows": "rows",
    "by_weight": "weight",
    "group": "group",
    "right_to": "right down to",
    "whole_code": "the whole code",
    "level": "level {level}",
    "size": "size",
    "records": "looked at",
    "doubles": "by two",
    "same": "as one coder says",
    "right": "right",
    "interval": "95{gap}% interval",
    "machine": "machine: {method}",
    "machine_level": "machine: {method}, codes of level {level}",
    "machine_all": "machine, all stages",
    "clerks": "one clerk alone",
    "whole": "all that is coded",
    "open": "first candidate, open answers",
    "dash": "—: fewer than {least} looked at, or for `right` coded by two (--least).",
    "read": '"As one coder says" is no accuracy: coders err, and mostly as the '
    'machine suggests. "Right" is corrected by answers that two coded without seeing '
    "each other.",
    "assumed_two": "Assumed in figures marked *: where two coders agree they are "
    "right. "
    "Fewer than {least} of such answers were shown to the adjudicator (gold).",
    "assumed_gold": "Assumed: the adjudicator is right.",
    "assumed_random": "Assumed: the adjudicator and coders did not know which answers "
    "were checks.",
    "unknown": "Skipped by a coder, or two differ and nothing is settled: {answers}. "
    "Intervals hold however they turn out, and are wider for it.",
    "unmeasured": "† {group}: {share} is in strata of which nothing was looked at yet; "
    "the interval allows for anything there.",
    "more_doubles": "How right the machine is cannot be said. {more} more of its "
    "answers are needed that two have coded: those that are still open, or draw more "
    "checks, or more to be coded by two, with `han.review out`.",
    "composition": "Of all {by}: coded by the machine {machine}, by one person "
    "{single}, by two who agree {agreed}, by the adjudicator {settled}; "
    "cannot be coded {uncodable}; open {open}.",
    # Times
    "times": "Seconds per decision",
    "kind": "decisions",
    "number": "number",
    "quartile_1": "first quartile",
    "median": "median",
    "quartile_3": "third quartile",
    "per_hour": "per hour at work",
    "all": "all of coders",
    "with_suggestions": "with suggestions",
    "without_suggestions": "without suggestions",
    "way_candidate": "way: a candidate",
    "way_search": "way: search",
    "way_tree": "way: tree",
    "way_equal": "way: same as the last",
    "way_import": "way: spreadsheet",
    "way_none": "way: cannot be coded",
    "way_coder": "way: a coder's decision",
    "rank": "candidate {rank}",
    "adjudicators": "of adjudicators",
    "break_rule": "Per hour at work: the time between two decisions of a person "
    "counts, unless it is over {minutes} minutes. That is a break: the decision after "
    "it counts its own time or, where the page was open in the break, the person's "
    "median.",
    "cost": "Spent: {hours} hours at work. A coder's decision took {seconds} seconds "
    "at work, with what was taken back. Open for coders: {decisions}, about "
    "{left} h.",
    "cost_unknown": "No decision was timed, so nothing is said of hours.",
    "untimed": "Of spreadsheets, without a time: {decisions}.",
    # People
    "people": "People",
    "person": "person",
    "person_right": "as the truth",
    "first_third": "first third",
    "last_third": "last third",
    "drift": "change",
    "truth": "The truth of an answer is the adjudicator's decision, else that of two "
    "who agree; who agrees is right by definition, so all look a little too good. Only "
    "answers coded by two are judged.",
    # Agreement
    "agreement": "Agreement of two coders on {answers}",
    "raw": "raw",
    "cohen": "Cohen",
    "fleiss": "Fleiss",
    "alpha": "Krippendorff",
    "tree_alpha": "Krippendorff's alpha by distance in the tree: {alpha}.",
    "pair": "two coders",
    "answers_head": "answers",
    # Anchoring
    "anchoring": "Share that takes the machine's code",
    "anchor_random": "random parts",
    "anchor_all": "whole queue",
    "shown": "suggestions shown",
    "hidden": "not shown",
    "difference": "difference",
    "anchor_note": "Who sees suggestions was drawn by lot: the difference is what they "
    "do. It is no error by itself; they help where the machine is right.",
    "written": "Written: stats.json, stats.csv and stats.html in {folder}.",
}
