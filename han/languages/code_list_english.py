"""Texts about code lists and codes of labels in English, for reports and messages."""

WORDS = {
    "and_more": " and {count} more",
    # What was understood of a file
    "summary": "Code list {where}: {codes} codes on {levels} levels ({counts}), "
    "parents by {rule}",
    "rule_column": "column",
    "rule_prefix": "prefix",
    "rule_order": "order",
    "rule_levels": "levels",
    "count": "{count}",
    "first_path": "first path: {path}",
    "columns_read": "columns read: {columns}",
    "read_as": "{name} as {role}",
    "role_code": "code",
    "role_parent": "parent",
    "role_title": "title",
    "left_blank": "left out, blank: rows {rows}",
    "left_header": "left out, the header once more: rows {rows}",
    "left_note": "left out, no code, but a note: rows {rows}",
    "left_total": "left out, a total: rows {rows}",
    "left_mark": "left out, the mark T at the end of {count} titles",
    "top": "the parent {parents} is no code and stands for the top",
    "nearest": "attached to the nearest code above: {codes}",
    # What is likely of labels
    "in_column": "column {name}, {note}",
    "cells": " ({cells})",
    "turned": "label columns may be turned round: each code has one below it, which "
    "has many above. Name `data.label_columns` from the top level down.",
    "case": "codes that differ in case alone: {pairs}.",
    "padded": "codes that may be shorter ones, filled up with zeros{cells}. Write "
    "partial codes without these zeros.",
    "lengths": "codes of several lengths, none of which begins with a zero{cells}. If "
    "zeros are lost, store codes as text; if the first digits name levels, set "
    "`taxonomy.digits`.",
    "bare": "{count} codes of {width} digits have no code below them, and no code "
    "begins with a zero. Were they of {full} digits, {first} being {filled}? Then "
    "store codes as text.",
    "pointed": "codes like numbers with a point{cells}: none has a zero at its "
    "beginning or end, and their lengths differ. If zeros are lost (01.10 and 1.1), "
    "store codes as text.",
    "one_number": "codes that are one number{cells}. If zeros are lost, store codes as "
    "text.",
    "marks": "codes with and without marks{cells}.",
    "serials": "codes that may be dates of a spreadsheet{cells}.",
    "no_zeros": "no label begins with a zero, but {share} of the code list do. Have "
    "the labels lost leading zeros? Store codes as text.",
    # Damaged label cells
    "damage": "rows {rows}: label cells are {words}{cells}. {advice}.",
    "likely_damage": "rows {rows}: label cells may be {words}{cells}. {advice}.",
    "errors": "errors of a spreadsheet",
    "missing": "missing values written out",
    "footers": "notes or totals below a table",
    "scientific": "numbers in scientific notation",
    "booleans": "true and false",
    "amounts": "amounts or shares",
    "quoted": "codes in quotes",
    "thousands": "numbers with separators of thousands, or several codes",
    "dates": "dates that a spreadsheet has made of codes",
    "several": "several codes",
    "titled": "a code with its title",
    "marked": "a code and a mark",
    "other_form": "of another form than all other codes",
    # What to do with them
    "as_text": "Format the column as text before the codes are typed in, and type them "
    "anew",
    "code_alone": "Leave the code alone in the cell",
    "no_code": "Leave the cells blank, or name them in `data.no_code`",
    "correct_formulas": "Correct the formulas",
    "remove_rows": "Remove these rows",
    "write_codes": "Write codes",
    "text_column": "Format the column as text",
    "remove_quotes": "Remove the quotes, and the sign before them",
    "one_code_as_text": "Format the column as text; a cell holds one code",
    "one_code": "Write one code into a cell, or name in `data.label_sets` the mark "
    "between codes, the same in all cells",
    "remove_mark": "Remove the mark at the end",
    "correct_them": "Correct them if they are no codes",
}
