"""Texts of `han.features`, in Spanish."""

WORDS = {
    "written": "{rows} filas están en {file}; características: {columns}.",
    "roles": "Papeles: {roles}. Todo se aprendió de los que entrenan.",
    "meanings": "Qué significa cada columna: {file}",
}
