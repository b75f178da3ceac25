"""A release check as a page, and as Markdown, for a person to sign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from han import reports
from han.disclosure.findings import VERDICTS, Finding
from han.disclosure.release_check import ReleaseCheck
from han.languages.number_format import NOTHING, Language, Numbers
from han.languages.words import DISCLOSURE, Words

CHECKLIST = ("purpose", "files", "small", "rare", "scrubbed", "law")
# A style that the pages of evaluations have, too.
TEMPLATES = (
    Path(__file__).parent / "templates",
    Path(reports.__file__).parent / "templates",
)
Row = dict[str, str]


def release_html(check: ReleaseCheck, language: Language, *, show_words: bool) -> str:
    """The page; it needs nothing from elsewhere.

    Args:
        check: What was found.
        language: `es` or `en`.
        show_words: Whether it shows the words of respondents, with a warning on top.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page: str = environment.get_template("release.html").render(
        language=language, show_words=show_words, **_shown(check, language)
    )
    return page


def release_markdown(
    check: ReleaseCheck, language: Language, *, show_words: bool
) -> str:
    """The same as Markdown."""
    shown = _shown(check, language)
    say, about = shown["say"], shown["about"]
    lines = [f"**{say('warning')}**", ""] if show_words else []
    lines += [f"# {say('title')}", ""]
    lines += [f"- {say(name)}: {value}" for name, value in about.items()]
    lines += ["", f"**{say('verdict')}: {say(check.verdict)}.**"]
    lines += [say(f"{check.verdict}_means"), "", f"## {say('reasons')}", ""]
    lines += _table(shown["reasons"], say, show_words) or [say("none_found")]
    lines += [] if show_words else ["", say("hidden")]
    if shown["notes"]:
        lines += ["", f"## {say('notes')}", ""]
        lines += _table(shown["notes"], say, show_words)
    lines += ["", f"## {say('attack')}", "", *shown["attack"]]
    if check.reason:
        lines += ["", f"## {say('not_checked')}", "", check.reason]
    lines += ["", f"## {say('checklist')}", ""]
    lines += [f"- [ ] {line}" for line in shown["checklist"]]
    return "\n".join([*lines, "", f"{say('signature')}: ____________________", ""])


def _shown(check: ReleaseCheck, language: Language) -> dict[str, Any]:
    """What both forms show, by the names in the template."""
    words = Words(DISCLOSURE, language)
    ordered = sorted(check.findings, key=lambda one: -VERDICTS.index(one.verdict))
    counted = words.say("unknown")
    if check.records is not None:
        counted = words.numbers.count(check.records)
    return {
        "say": words.say,
        "check": check,
        "about": {
            "run": check.run.name,
            "kind": check.kind,
            "records": counted,
            "files": words.numbers.count(len(check.files)),
            "min_records": words.numbers.count(check.settings.least),
        },
        "reasons": [_row(one, words) for one in ordered if one.verdict != "release"],
        "notes": [_row(one, words) for one in ordered if one.verdict == "release"],
        "attack": _attack(check, words),
        "checklist": [words.say(f"check_{name}") for name in CHECKLIST],
    }


def _row(finding: Finding, words: Words) -> Row:
    return {
        "found": words.say(finding.kind),
        "file": finding.file or words.say("whole_run"),
        "number": words.numbers.count(finding.number) if finding.file else NOTHING,
        "verdict": words.say(finding.verdict),
        "to_do": words.say(f"do_{finding.kind}"),
        "words": ", ".join(finding.words),
    }


def _attack(check: ReleaseCheck, words: Words) -> list[str]:
    found = check.membership
    if found is None:
        return [words.say("no_attack")]
    numbers: Numbers = words.numbers
    low, high = (numbers.decimal(end) for end in found.auc_interval)
    said = words.say(
        "attack_said",
        members=found.members,
        others=found.others,
        auc=numbers.decimal(found.auc),
        auc_interval=f"{low}-{high}",
        found=numbers.percent(found.found),
        found_interval="-".join(map(numbers.percent, found.found_interval)),
    )
    shadows = words.say(
        "with_shadows" if found.shadows else "without_shadows", shadows=found.shadows
    )
    drawn = [] if check.is_by_chance else [words.say("not_by_chance")]
    return [said, shadows, *drawn]


def _table(rows: Sequence[Row], say: Any, show_words: bool) -> list[str]:
    if not rows:
        return []
    names = ["found", "file", "number", "verdict", "to_do"]
    heads = ["found", "file", "number", "leads_to", "to_do"]
    if show_words:
        names, heads = [*names, "words"], [*heads, "words"]
    lines = [[say(head) for head in heads], ["---"] * len(heads)]
    lines += [[row[name].replace("|", r"\|") for name in names] for row in rows]
    return [f"| {' | '.join(line)} |" for line in lines]
