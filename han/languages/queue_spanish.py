"""Texts of `han.review out`, `export` and `import`, in Spanish."""

WORDS = {
    "and_more": " y {count} más",
    "row": "{count} fila",
    "rows": "{count} filas",
    "answer": "{count} respuesta distinta",
    "answers": "{count} respuestas distintas",
    "decision": "{count} decisión",
    "decisions": "{count} decisiones",
    "batch": "{count} lote",
    "batchs": "{count} lotes",
    "coding": "codificando",
    "explaining": "buscando indicios",
    "made": "{place}: {decisions} sobre {answers}, en {batches}.",
    "parts_active": "Las que más enseñan: {work}. Una muestra al azar de las demás "
    "para personas: {sample}. Codificadas por la máquina, para revisarlas: {check}.",
    "parts": "Las más urgentes: {work}. Una muestra al azar de las demás para "
    "personas: {sample}. Codificadas por la máquina, para revisarlas: {check}.",
    "twice": "Codificadas por dos personas: {twice}, de las que quien arbitra ve "
    "{gold} aunque coincidan. Sin sugerencias: {bare}.",
    "few_checks": "Comprobaciones que codifican dos: {twice}. Con menos de {least} no "
    "se puede decir cuánto acierta la máquina: dé un --budget, --check o "
    "--double-checks mayor.",
    "hours": "Se esperan {hours} horas de codificadores, a 38 s por decisión con "
    "sugerencias y 60.8 s sin ellas (OPERAS, Occup Environ Med 2024).",
    "drawn_from": "Salen de {answers} en {rows}: la máquina codifica {coded}, las "
    "personas {people}.",
    "blank": "{rows} sin respuesta: en ninguna cola.",
    "no_thresholds": "{run} no tiene umbrales, de modo que nada se codifica sin una "
    "persona (python -m han.plan RUN --target leaf=0.95 --apply los hace).",
    "no_notes": "Las notas del catálogo no están donde estaban cuando se entrenó: la "
    "cola solo tiene títulos. --notes ARCHIVO las indica.",
    "unspent": "Del presupuesto queda: {left}. Las proporciones no piden más "
    "respuestas.",
    "next": "Contiene respuestas: guárdela donde solo la lea quien codifica. Sigue: "
    "python -m han.review people {place} add NOMBRE, y python -m han.review serve "
    "{place}; o python -m han.review export {place} -o queue.xlsx --person NOMBRE",
    "exported": "{file}: {answers} para {person}, de {batches}, con plazo "
    "hasta {until}.",
    "codes": "El catálogo: {file}",
    "labels": "La configuración para etiquetar: {file}",
    "import_next": "De vuelta: python -m han.review import {place} {file} --person "
    "{person}",
    "imported": "{file}: recibido de {person}: {decisions}; en lugar de otras "
    "anteriores: {replaced}; como antes: {same}; aún abiertas: {open}.",
    "decided_before": "{rows} sin código en el archivo, de respuestas que {person} ya "
    "decidió: vale lo que decidió.",
    "gave_back": "{answers} de {person}: lo devuelto es ya de quien lo tome.",
    "given_back": "{count} respuesta devuelta",
    "given_backs": "{count} respuestas devueltas",
    "left_out": "{faults} no se recibieron (--accept-rest).",
    "faulty": "{count} falla",
    "faultys": "{count} fallas",
}
