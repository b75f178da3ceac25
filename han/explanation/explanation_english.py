"""Texts of explanation pages in English."""

WORDS = {
    "title": "Why these codes",
    "confidential": "Confidential: this page shows the answers of respondents. Keep"
    " it where the data is kept.",
    "about": "Run {run}, {rows} records of {data}.",
    "legend": "Legend",
    "legend_attention": "The darker a word, and the thicker the line under it, the "
    "more the encoder of the network attends to it; the darkest word of each record"
    " is its strongest. A number beside a sentence or a field is its share of the "
    "attention.",
    "legend_deletion": "The darker a word, and the thicker the line under it, the "
    "more the code depends on it: the number is how much less probable the code "
    "gets without the word (difference of log-probabilities). Orange with a dotted "
    "line: the word speaks against the code. The darkest word of each record is its"
    " strongest.",
    "legend_parts": "The darker a word, and the thicker the line under it, the more "
    "the code owes to it, in all that decides: the encoder, the linear model and the "
    "n-grams. The number is its part of the code's log-probability; the numbers of "
    "all words, and what no word carries, add up to it. Orange with a dotted line: "
    "the word speaks against the code. The darkest word of each record is its"
    " strongest.",
    "legend_for": "for the code",
    "legend_strong": "strong",
    "legend_levels": "Each level of the code list has an attention of its own: the text"
    " stands once for each code on the way to the one given, shaded by what the choice "
    "of that code looks at.",
    "legend_levels_parts": "The text stands first for the code as a whole. Below, each "
    "code on the way to it opens the same text, shaded by what chose it among its "
    "siblings.",
    "legend_weak": "weak",
    "legend_against": "against it",
    "legend_unknown": "not in the vocabulary",
    "legend_dropped": "not read",
    "legend_cut": "beyond the limits, not read",
    "caution": "How far to believe it",
    "encoder_alone": "Attention shows where the encoder looks. It is not the reason"
    " for the code: beside the encoder, a linear model of words and letters and a "
    "bag of n-grams speak, too. Of what speaks for or against a code, the encoder "
    "has on average {shares}.",
    "encoder_only": "Attention shows where the encoder looks. It is not the reason "
    "for the code: what the network makes of the words it looks at is not shown.",
    "encoder_little": "Level {levels}: that is so little that attention alone "
    "cannot explain the decision: use --by deletion.",
    "caution_deletion": "Deletion asks the whole model: each word is taken away by "
    "itself, and the record is coded again. Words that say the same thing hide each"
    " other: without one, the other is still there.",
    "caution_parts": "What the linear model and the n-grams owe to a word is exact, "
    "as they are sums; what the encoder owes to it is shared out, and a word's "
    "annotation knows its neighbours. A word that others repeat has its part of what "
    "all of them say, so that a code need not change without it. --faithfulness "
    "measures how far to believe it.",
    "not_measured": "Whether attention says anything about the decisions of this "
    "run has not been measured on this page: add --faithfulness.",
    "level_share": "level {level}: {share}",
    "filter_code": "Code begins with",
    "filter_right": "Result",
    "all": "all",
    "right": "right",
    "wrong": "wrong",
    "uncoded": "no code to compare",
    "filter_from": "Confidence from",
    "filter_to": "to",
    "shown": "shown",
    "record": "Record",
    "true_code": "coded by people:",
    "no_text": "No word: no code is given.",
    "level": "Level",
    "code": "Code",
    "probability": "Probability",
    "encoder": "Encoder's share",
    "runners_up": "Runners-up",
    "faithfulness": "Faithfulness, measured",
    "verdict_documents": "Measured on {n} records, with 95 % bootstrap intervals "
    "over records (random seed {seed}).",
    "verdict_skipped": "Left out because they have fewer than {least} words: "
    "{skipped}.",
    "verdict_nothing": "Attention is no explanation here: without the words that it"
    " marks, the code gets no less probable than without random words (difference "
    "{gain}).",
    "verdict_unsure": "These records are too few to tell whether attention is worth "
    "anything: without the words that it marks, the code loses {gain} more probability "
    "than without random words. Take more records (--rows), or do not rely on it.",
    "verdict_weak": "Attention points at words that count, but misses most of what "
    "matters: without the words that it marks, the code loses {gain} more "
    "probability than without random words, {part} of what deletion finds. Take it "
    "as a hint, not as the reason.",
    "verdict_good": "Attention points at words that count: without the words that "
    "it marks, the code loses {gain} more probability than without random words, "
    "{part} of what deletion finds.",
    "verdict_parts": "Evidence by parts: without the words that it marks, the code "
    "loses {gain} more probability than without random words, {part} of what deletion "
    "finds.",
    "verdict_rank": "Its order of the words agrees with that of deletion by "
    "Kendall's tau {tau} (1 is the same order, 0 is chance; the many words that "
    "hardly count have an order, too, which is mostly noise).",
    "verdict_shuffled": "With the attention of networks whose weights are shuffled"
    " it agrees by {tau}.",
    "verdict_agree": "Two trainings agree about the order of words by {attention}, "
    "where evidence by deletion agrees by {deletion}.",
    "verdict_encoder": "Level {levels}: the encoder has less than a quarter of the "
    "score there, so that attention shows a part of the reasons at most.",
    "table_evidence": "Probability lost",
    "table_without": "without the strongest",
    "table_with": "with these alone",
    "table_mean": "mean",
    "table_level": "Kendall's tau with deletion",
    "table_spearman": "Spearman's rho with deletion",
    "table_share": "Encoder's share of the score",
    "attention": "attention",
    "deletion": "deletion",
    "random": "random (attention dealt out anew)",
    "shuffled": "attention of shuffled networks",
    "table_note": "Probability of the code (last level) that is lost; first without"
    " the words that stand first in the order, large is good; then with these words"
    " alone, small is good.",
    "legend_gradients": "The darker a word, and the thicker the line under it, the "
    "more the code owes to the vector of the word in the encoder: the number is its"
    " part of the code's log-probability. Orange with a dotted line: the word "
    "speaks against the code. The darkest word of each record is its strongest.",
    "caution_gradients": "Integrated gradients speak of the encoder alone. What a "
    "linear model of words and letters and a bag of n-grams say beside it is not "
    "shown: use --by deletion for the whole model.",
    "gradients": "integrated gradients",
    "parts": "parts",
    "faint": "No word makes a difference by itself.",
}
