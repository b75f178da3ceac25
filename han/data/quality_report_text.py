"""The data report as a person reads it: rows and codes, never an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from han.code_list.code_checks import code_listing
from han.data.quality_report import FEW, FLAGS, FileReport, LevelReport
from han.errors import listing, printable

SHOWN = 5


def data_report(
    files: Sequence[FileReport],
    levels: Sequence[LevelReport],
    shared: Mapping[str, int],
    two_parents: Sequence[str] = (),
    more: Sequence[str] = (),
) -> str:
    """The report as a person reads it; `more` are lines to add."""
    lines = ["Data report (row 1 is the first after the header)"]
    lines += [line for report in files for line in _file_lines(report)]
    lines.append("Code list (rows that train)")
    lines += [_level_line(level) for level in levels]
    if two_parents:
        lines.append(
            f"  codes under two parents: {len(two_parents)}{_codes(two_parents, 10)}"
        )
    leaks = [f"{count} in {role}" for role, count in shared.items() if count]
    lines.append(f"Texts of other splits that also train: {', '.join(leaks) or 'none'}")
    lines += more
    return printable("\n".join(lines))


def _level_line(level: LevelReport) -> str:
    few, unseen = level.few_codes, level.unseen_codes
    return (
        f"  level {level.level}: {level.classes} classes, {level.seen} with rows, "
        f"{len(few)} of these with fewer than {FEW}{_codes(few)}, "
        f"{len(unseen)} without any{_codes(unseen)}"
    )


def _file_lines(report: FileReport) -> list[str]:
    blank = ", ".join(f"{k} {share:.1%}" for k, share in report.blank_fields.items())
    blank_roles = _roles(report.blank_roles)
    bad = report.contradictory_rows
    rows_of_texts = f" texts in {_rows(bad, ' rows')}" if bad else ""
    return [
        f"{report.source}: {report.rows} rows ({_roles(report.roles)})",
        f"  rows without any word: {_rows(report.blank_rows)}"
        + (f", of these {blank_roles}" if blank_roles else ""),
        f"  rows without a code: {_rows(report.unlabelled_rows)}",
        f"  blank fields: {blank}",
        f"  codes that stop before a leaf: {report.partial_codes}",
        f"  repeated texts: {report.repeated_texts}",
        f"  texts coded in two ways: {report.contradictory_texts}{rows_of_texts}",
        f"  words in a record: {_words(report.word_quantiles)}",
        f"  rows cut by max_words and max_sentences: {_rows(report.cut_rows)} "
        f"({len(report.cut_rows) / max(report.rows, 1):.1%})",
        *_label_lines(report),
        *_dirt_lines(report),
    ]


def _dirt_lines(report: FileReport) -> list[str]:
    """What is amiss, in lines that stand there only if something is."""
    shares = report.non_answer_fields.items()
    parts = ", ".join(f"{name} {share:.1%}" for name, share in shares if share)
    lines = (
        [f"  non-answers and bare codes, read as blank fields: {parts}"]
        if parts
        else []
    )
    for flag, rows in report.flagged_rows.items():
        if rows:
            roles = _roles(report.flagged_roles[flag])
            lines.append(f"  {FLAGS[flag]}: {_rows(rows)}, of these {roles}")
    if rows := report.repeated_keys:
        lines.append(f"  keys that other rows have, too: {_rows(rows)}")
    if rows := report.unlikely_weights:
        lines.append(f"  survey weights far from all others: {_rows(rows)}")
    for name, rows in report.dropped_rows.items():
        lines.append(f"  rows not trained on, for want of {name!r}: {_rows(rows)}")
    return lines


def _label_lines(report: FileReport) -> list[str]:
    """What was done with label cells, and what is doubtful about them."""
    lines = [f"  labels: {note}" for note in report.label_notes]
    if report.respelled_rows:
        rows = _rows(report.respelled_rows)
        lines.append(f"  labels freed of invisible or doubled characters: {rows}")
    if report.not_coded_rows is not None:
        rows = _rows(report.not_coded_rows)
        lines.append(f"  rows with a label of `data.no_code`, read as blank: {rows}")
    return lines


def _roles(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {role}" for role, count in counts.items() if count)


def _words(quantiles: Mapping[str, int]) -> str:
    names = {"50%": "half have", "100%": "all"}
    return ", ".join(f"{names.get(q, q)} up to {n}" for q, n in quantiles.items())


def _rows(rows: Sequence[int], noun: str = "") -> str:
    return f"{len(rows)}{noun} (rows {listing(rows, SHOWN)})" if rows else "0"


def _codes(codes: Sequence[str], shown: int = SHOWN) -> str:
    """The first codes, in brackets."""
    text = code_listing(codes, shown)
    return f" ({text})" if text else ""
