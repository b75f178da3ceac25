"""Texts of `han.review out`, `export` and `import`, in English."""

WORDS = {
    "and_more": " and {count} more",
    "row": "{count} row",
    "rows": "{count} rows",
    "answer": "{count} distinct answer",
    "answers": "{count} distinct answers",
    "decision": "{count} decision",
    "decisions": "{count} decisions",
    "batch": "{count} batch",
    "batchs": "{count} batches",
    "coding": "coding",
    "explaining": "looking for evidence",
    "made": "{place}: {decisions} about {answers}, in {batches}.",
    "parts_active": "What teaches most: {work}. A random sample of the others for "
    "people: {sample}. Coded by the machine, to check: {check}.",
    "parts": "The most urgent: {work}. A random sample of the others for people: "
    "{sample}. Coded by the machine, to check: {check}.",
    "twice": "Coded by two people: {twice}, of which an adjudicator sees {gold} even "
    "where they agree. Without suggestions: {bare}.",
    "few_checks": "Checks coded by two: {twice}. With fewer than {least} nothing can "
    "be said of how right the machine is: give a larger --budget, --check or "
    "--double-checks.",
    "hours": "Expected: {hours} hours of coders, at 38 s a decision with suggestions "
    "and 60.8 s without (OPERAS, Occup Environ Med 2024).",
    "drawn_from": "Drawn from {answers} in {rows}: the machine codes {coded}, people "
    "{people}.",
    "blank": "{rows} without an answer: in no queue.",
    "no_thresholds": "{run} has no thresholds, so that nothing is coded without a "
    "person (python -m han.plan RUN --target leaf=0.95 --apply makes them).",
    "no_notes": "The notes of the code list are not where they were when the run was "
    "trained: the queue has titles alone. --notes FILE names them.",
    "unspent": "Left of the budget: {left}. The shares ask for no more answers.",
    "next": "It holds answers: keep it where only those who code can read it. Next: "
    "python -m han.review people {place} add NAME, and python -m han.review serve "
    "{place}; or python -m han.review export {place} -o queue.xlsx --person NAME",
    "exported": "{file}: {answers} for {person}, of {batches}, kept until {until}.",
    "codes": "The code list: {file}",
    "labels": "The labelling configuration: {file}",
    "import_next": "Back: python -m han.review import {place} {file} --person {person}",
    "imported": "{file}: {decisions} of {person} taken in, {replaced} in place of "
    "earlier ones; {same} as before, {open} still open.",
    "decided_before": "{rows} without a code in the file, of answers that {person} has "
    "decided: what was decided stands.",
    "gave_back": "{answers} of {person}: others may have what is given back.",
    "given_back": "{count} answer given back",
    "given_backs": "{count} answers given back",
    "left_out": "{faults} left out (--accept-rest).",
    "faulty": "{count} fault",
    "faultys": "{count} faults",
}
