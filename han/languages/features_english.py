"""Texts of `han.features`, in English."""

WORDS = {
    "written": "{rows} rows are in {file}; features: {columns}.",
    "roles": "Roles: {roles}. Everything was learnt from those that train.",
    "meanings": "What each column means: {file}",
}
