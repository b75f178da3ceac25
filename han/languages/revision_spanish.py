"""Texts of `han.recode`, in Spanish."""

WORDS = {
    "crosswalk": "{file}: {pairs} pares de {old} códigos antiguos y {new} nuevos",
    "kind": "tipo",
    "codes": "códigos antiguos",
    "records": "registros",
    "weight": "peso",
    "kinds": "1:1 el código sigue; n:1 varios se unen; 1:n uno se divide; "
    "n:m ambos; 1:0 desaparece",
    "no_faults": "La tabla de correspondencia está completa y no tiene errores.",
    "old_without_target": "códigos antiguos sin destino",
    "new_without_source": "códigos nuevos sin origen",
    "unknown_old": "códigos antiguos que no están en la lista antigua (o piden ruta)",
    "unknown_new": "códigos nuevos que no están en la lista nueva (o piden ruta)",
    "wrong_level_old": "códigos antiguos en otro nivel que el esperado",
    "wrong_level_new": "códigos nuevos en otro nivel que el esperado",
    "twice": "pares que aparecen dos veces",
    "share_sum": "códigos antiguos cuyas proporciones no suman 1",
    "fault": "  {code} (filas {rows})",
    "fault_found": "  {code} (filas {rows}): {found}",
    "and_more": "  y {count} más",
    "recoded": "{total} registros: {coded} tienen un código nuevo, {open} no.",
    "method": "método",
    "uncoded": "{what}: {count} registros, filas {rows}",
    "no_old_code": "sin código antiguo",
    "unknown_old_code": "el código antiguo no está en la tabla de correspondencia",
    "no_target": "código antiguo sin destino",
    "proportions": "mayor distancia de una celda: {cell} registros, de un margen: "
    "{margin}; mayor registro con varios destinos: {largest}",
    "matrix": "{records} registros con doble código: {old} códigos antiguos, {pairs} "
    "pares",
    "backcast": "los totales de {old} códigos antiguos son ahora de {new} nuevos",
    "written": "escrito: {file}",
}
