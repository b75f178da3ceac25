"""The data report as a person reads it: rows and codes, never an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from han.code_list.code_checks import code_listing
from han.data.quality_report import FEW, FileReport, LevelReport
from han.errors import printable
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words

SHOWN = 5


def data_report(
    files: Sequence[FileReport],
    levels: Sequence[LevelReport],
    shared: Mapping[str, int],
    two_parents: Sequence[str] = (),
    more: Sequence[str] = (),
    language: Language = "en",
) -> str:
    """The report as a person reads it; `more` are lines to add."""
    words = Words(DATA_REPORT, language)
    say = words.say
    lines = [say("title")]
    lines += [line for report in files for line in _file_lines(report, words)]
    lines.append(say("code_list"))
    lines += [_level_line(level, words) for level in levels]
    if two_parents:
        codes = _codes(two_parents, words, 10)
        lines.append(f"  {say('two_parents', count=len(two_parents), codes=codes)}")
    leaks = [
        say("shared_role", count=count, role=role_name(role, words))
        for role, count in shared.items()
        if count
    ]
    lines.append(say("shared", roles=", ".join(leaks) or say("none")))
    lines += more
    return printable("\n".join(lines))


def _level_line(level: LevelReport, words: Words) -> str:
    few, unseen = level.few_codes, level.unseen_codes
    said = words.say(
        "level",
        level=level.level,
        codes=level.classes,
        seen=level.seen,
        few=len(few),
        limit=FEW,
        few_codes=_codes(few, words),
        unseen=len(unseen),
        unseen_codes=_codes(unseen, words),
    )
    return f"  {said}"


def _file_lines(report: FileReport, words: Words) -> list[str]:
    say = words.say
    blank = _rows(report.blank_rows, words)
    if report.blank_rows:
        blank += say("of_these", roles=role_counts(report.blank_roles, words))
    bad = report.contradictory_rows
    contradictory = say("contradictory", count=report.contradictory_texts)
    if bad:
        listed = words.listing(bad, SHOWN)
        contradictory += say("contradictory_rows", count=len(bad), rows=listed)
    share = words.numbers.percent(len(report.cut_rows) / max(report.rows, 1))
    lines = [
        say("blank", rows=blank),
        say("unlabelled", rows=_rows(report.unlabelled_rows, words)),
        say("blank_fields", shares=_shares(report.blank_fields, words)),
        say("partial", count=report.partial_codes),
        say("repeated", count=report.repeated_texts),
        contradictory,
        say("words", quantiles=_quantiles(report.word_quantiles, words)),
        say("cut", rows=_rows(report.cut_rows, words), share=share),
        *_label_lines(report, words),
        *_dirt_lines(report, words),
    ]
    roles = role_counts(report.roles, words)
    head = say("file", source=report.source, rows=report.rows, roles=roles)
    return [head, *(f"  {line}" for line in lines)]


def _dirt_lines(report: FileReport, words: Words) -> list[str]:
    """What is amiss, in lines that stand there only if something is."""
    lines = []
    if read_as_blank := {k: v for k, v in report.non_answer_fields.items() if v}:
        shares = _shares(read_as_blank, words)
        lines.append(words.say("non_answer_fields", shares=shares))
    for flag, rows in report.flagged_rows.items():
        if rows:
            roles = role_counts(report.flagged_roles[flag], words)
            there = _rows(rows, words) + words.say("of_these", roles=roles)
            lines.append(f"{words.say(f'flag_{flag}')}: {there}")
    if rows := report.repeated_keys:
        lines.append(words.say("repeated_keys", rows=_rows(rows, words)))
    if rows := report.unlikely_weights:
        lines.append(words.say("unlikely_weights", rows=_rows(rows, words)))
    for name, rows in report.dropped_rows.items():
        there = _rows(rows, words)
        lines.append(words.say("dropped", name=repr(name), rows=there))
    return lines


def _label_lines(report: FileReport, words: Words) -> list[str]:
    """What was done with label cells, and what is doubtful about them."""
    lines = [words.say("label_note", note=note) for note in report.label_notes]
    if report.respelled_rows:
        lines.append(words.say("respelled", rows=_rows(report.respelled_rows, words)))
    if report.not_coded_rows is not None:
        lines.append(words.say("not_coded", rows=_rows(report.not_coded_rows, words)))
    return lines


def role_counts(counts: Mapping[str, int], words: Words) -> str:
    """How many rows each role has, without those that have none."""
    there = {role: count for role, count in counts.items() if count}
    return ", ".join(words.say(f"in_role_{k}", count=n) for k, n in there.items())


def role_name(role: str, words: Words) -> str:
    """What a role is called, as in "validation"."""
    return words.say(f"in_role_{role}", count="").split()[-1]


def _quantiles(quantiles: Mapping[str, int], words: Words) -> str:
    return ", ".join(words.say(f"up_to_{q}", words=n) for q, n in quantiles.items())


def _shares(shares: Mapping[str, float], words: Words) -> str:
    percent = words.numbers.percent
    return ", ".join(f"{name} {percent(share)}" for name, share in shares.items())


def _rows(rows: Sequence[int], words: Words) -> str:
    if not rows:
        return words.say("rows", count=0)
    listed = words.listing(rows, SHOWN)
    return words.say("rows_listed", count=len(rows), rows=listed)


def _codes(codes: Sequence[str], words: Words, shown: int = SHOWN) -> str:
    """The first codes, in brackets."""
    text = code_listing(codes, shown, words.say("and_more", count="{count}"))
    return f" ({text})" if text else ""
