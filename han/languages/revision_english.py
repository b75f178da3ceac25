"""Texts of `han.recode`, in English."""

WORDS = {
    "crosswalk": "{file}: {pairs} pairs of {old} old codes and {new} new ones",
    "kind": "kind",
    "codes": "old codes",
    "records": "records",
    "weight": "weight",
    "kinds": "1:1 the code went on; n:1 codes became one; 1:n a code became several; "
    "n:m both; 1:0 it ended",
    "no_faults": "The crosswalk is complete and has no fault.",
    "old_without_target": "old codes without a target",
    "new_without_source": "new codes without a source",
    "unknown_old": "old codes that are not in the old list (or need their path)",
    "unknown_new": "new codes that are not in the new list (or need their path)",
    "wrong_level_old": "old codes on another level than expected",
    "wrong_level_new": "new codes on another level than expected",
    "twice": "pairs that stand there twice",
    "share_sum": "old codes whose shares do not sum to 1",
    "fault": "  {code} (rows {rows})",
    "fault_found": "  {code} (rows {rows}): {found}",
    "and_more": "  and {count} more",
    "recoded": "{total} records: {coded} have a new code, {open} have none.",
    "method": "method",
    "uncoded": "{what}: {count} records, rows {rows}",
    "no_old_code": "no old code",
    "unknown_old_code": "old code not in the crosswalk",
    "no_target": "old code without a target",
    "proportions": "largest distance of a cell: {cell} records, of a margin: {margin}; "
    "largest record with several targets: {largest}",
    "matrix": "{records} dual-coded records: {old} old codes, {pairs} pairs",
    "backcast": "totals of {old} old codes are now totals of {new} new codes",
    "written": "written: {file}",
}
