"""Texts of `han.code`, in Spanish."""

WORDS = {
    "and_more": " y {count} más",
    "row": "{count} fila",
    "rows": "{count} filas",
    "answer": "{count} respuesta distinta",
    "answers": "{count} respuestas distintas",
    "file": "{count} archivo",
    "files": "{count} archivos",
    "checked": "{file}: todo está bien ({files}). No se codificó nada (--check).",
    "finished": "{folder}: este trabajo está terminado; no se codificó ninguna "
    "fila. Con --restart empieza de nuevo.",
    "cleaned": "{folder}: se borraron los archivos de trabajo con textos.",
    "reading": "lectura",
    "repeated_keys": "{rows} con las claves de una fila anterior ({columns}): lo que "
    "se una por ellas no es seguro.",
    "finding": "búsqueda de respuestas iguales",
    "coding": "codificación de {task}",
    "writing": "escritura",
    "step_read": "{folder}: se leyeron {rows}. Sigue: --step code.",
    "step_code": "{folder}: {answers} de esta parte están codificadas. Cuando lo estén "
    "todas las partes, sigue: --step write.",
    "found": "{task}: {rows}, {answers}; la centésima parte más frecuente de las "
    "respuestas está en {share} de las filas.",
    "stage": "etapa",
    "rows_head": "filas",
    "share": "parte",
    "answers_head": "respuestas distintas",
    "people": "Las personas codifican o completan {rows} ({share}): {answers}.",
    "coded_in": "Filas codificadas: {folder} ({files})",
    "and_file": "; todas en un archivo: {file}",
    "took": "{seconds} segundos en total.",
    "rule_conflict": "las reglas {rules} dan códigos distintos a {answers}",
    "rule_dead": "regla {rules}: ninguna respuesta cae en ella",
    "rule_shadowed": "regla {rules}: otras van antes en {answers}, todas las suyas",
    "rule_expired": "regla {rules}: su último día ya pasó",
    "rule_not_yet": "regla {rules}: su primer día aún no llega",
    "rules_looked": "{task}: se miraron las primeras {rows} de la entrada.",
    "comparing": "comparación",
    "task": "tarea",
    "changes": "{rows} tendrían otro código ({share}).",
    "stage_before": "etapa de antes",
    "stage_after": "etapa de después",
    "changes_in": "Cuáles, y de qué código a cuál: {file}",
    "submitted": "Trabajos de Slurm: {jobs}. Registro: {log}",
    "evidence": "{task}: exactitud según una muestra codificada de {records}",
    "sample_record": "{count} registro",
    "sample_records": "{count} registros",
    "right": "correctos",
    "interval": "intervalo de {confidence}",
    "records_head": "registros",
    "units_head": "unidades",
    "in_part": "{stage}, en parte",
    "no_evidence": "sin evidencia",
    "promise": "Todo lo codificado por completo sin personas: al menos {least} "
    "correcto, con confianza de {confidence} ({right} de {records} en la muestra).",
    "no_promise": "Todo lo codificado por completo sin personas: sin evidencia.",
    "assumed": "Vale si la muestra se sacó al azar de las filas{units} y no es parte "
    "del modelo, del diccionario ni de las reglas.",
    "by_text": " (los textos iguales cuentan como una unidad: si las filas se sacaron "
    "una por una, `unit: none` da más)",
    "by_whole_text": " por texto, cada uno con todas sus filas, a lo sumo {largest} en "
    "el trabajo",
    "by_column": " por {column}, y ninguna unidad tiene más de {largest}",
    "left_records": "También en la muestra: {records} sin código ({stages}).",
    "sample_outside": "{records} de la muestra con un código que la lista no tiene; "
    "cuentan como errores.",
    "sample_unjudged": "{records} de la muestra con un código verdadero que termina "
    "antes que el asignado; quedan fuera, pues no se sabe.",
    "sample_seen": "{records} de la muestra que codificó el modelo, con textos de su "
    "entrenamiento. Si son esos mismos registros, las cifras son demasiado buenas.",
    "sample_seen_unknown": "No se sabe si el modelo se entrenó con los textos de la "
    "muestra.",
    "sample_coded_before": "{records} de la muestra se codificaron con respuestas ya "
    "codificadas. Si están entre ellas, las cifras son demasiado buenas.",
    "clerks": "Horas-persona: {hours} ({review} sin código, {minutes_review} minutos "
    "cada una; {partial} por completar, {minutes_partial} minutos cada una). Si cada "
    "respuesta distinta se codifica una vez: {once}.",
}
