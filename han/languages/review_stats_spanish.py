"""Textos de `han.review stats` en español."""

WORDS = {
    "title": "Lo que dicen las decisiones de {place}",
    "progress": "Lotes completos: {through} de {batches}. Abajo cuentan solo esos, "
    "pues las respuestas de un lote a medias no son una parte al azar de él. "
    "Decididas: de las escogidas para personas {work}, de las tomadas al azar "
    "{sample}, de las revisiones ocultas de lo que codificó la máquina {check}.",
    "double": "Codificadas por dos: {paired} de {double}. Oro (dos coinciden, y quien "
    "arbitra las vio): {gold}.",
    "waiting": "Esperan a quien arbitra: {waiting} (dos difieren: {unsettled}; dos "
    "coinciden, oro: {unseen}).",
    "waiting_first": "Decídalas primero: hasta entonces las cifras son menos seguras.",
    "awaited": "Segundas decisiones que puede tomar {name}: {answers}. Mientras "
    "esperan, al final se apartan para {name} algunas respuestas de una sola persona.",
    "answer": "{count} respuesta",
    "answers": "{count} respuestas",
    "decision": "{count} decisión",
    "decisions": "{count} decisiones",
    # Exactitud
    "accuracy": "Exactitud, en {by}",
    "by_answers": "respuestas distintas",
    "by_rows": "filas",
    "by_weight": "factor de expansión",
    "group": "grupo",
    "right_to": "correcto hasta",
    "whole_code": "el código entero",
    "level": "nivel {level}",
    "size": "tamaño",
    "records": "miradas",
    "doubles": "por dos",
    "same": "según una persona",
    "right": "correctos",
    "interval": "intervalo de 95{gap}%",
    "machine": "máquina: {method}",
    "machine_level": "máquina: {method}, códigos de nivel {level}",
    "machine_all": "máquina, todas las etapas",
    "clerks": "una persona sola",
    "whole": "todo lo codificado",
    "open": "primer candidato, respuestas abiertas",
    "dash": "—: menos de {least} miradas o, en `correctos`, codificadas por dos "
    "(--least).",
    "read": '"Según una persona" no es exactitud: las personas se equivocan, y sobre '
    'todo hacia lo que sugiere la máquina. "Correctos" está corregido con respuestas '
    "que dos codificaron sin verse.",
    "assumed_two": "Supuesto de las cifras con *: donde dos personas coinciden, "
    "aciertan. "
    "Quien arbitra vio menos de {least} de esas respuestas (oro).",
    "assumed_gold": "Supuesto: quien arbitra acierta.",
    "assumed_random": "Supuesto: nadie sabía qué respuestas eran revisiones.",
    "unknown": "Las pasó alguien, o dos difieren y nadie ha decidido: {answers}. Los "
    "intervalos valen resulten como resulten, y por eso son más anchos.",
    "unmeasured": "† {group}: {share} está en estratos de los que aún no se miró nada; "
    "el intervalo admite cualquier cosa ahí.",
    "more_doubles": "No se puede decir qué tan correcta es la máquina. Se "
    "necesitan, de sus respuestas, {more} más que dos hayan codificado: las que aún "
    "estén abiertas, o saque más revisiones, o más por codificar por dos, con "
    "`han.review out`.",
    "composition": "De todo, en {by}: codificó la máquina {machine}, una persona "
    "{single}, dos que coinciden {agreed}, quien arbitra {settled}; "
    "no se puede codificar {uncodable}; abierto {open}.",
    # Tiempos
    "times": "Segundos por decisión",
    "kind": "decisiones",
    "number": "número",
    "quartile_1": "primer cuartil",
    "median": "mediana",
    "quartile_3": "tercer cuartil",
    "per_hour": "por hora de trabajo",
    "all": "todas, de quienes codifican",
    "with_suggestions": "con sugerencias",
    "without_suggestions": "sin sugerencias",
    "way_candidate": "vía: un candidato",
    "way_search": "vía: búsqueda",
    "way_tree": "vía: árbol",
    "way_equal": "vía: igual a la anterior",
    "way_import": "vía: hoja de cálculo",
    "way_none": "vía: no se puede codificar",
    "way_coder": "vía: decisión de quien codificó",
    "rank": "candidato {rank}",
    "adjudicators": "de quienes arbitran",
    "break_rule": "Por hora de trabajo: cuenta el tiempo entre dos decisiones de una "
    "persona, salvo si pasa de {minutes} minutos. Eso es una pausa: la decisión que "
    "sigue cuenta su propio tiempo o, si la página estuvo abierta en la pausa, la "
    "mediana de la persona.",
    "cost": "Gastado: {hours} horas de trabajo. Una decisión de quien codifica tomó "
    "{seconds} segundos de trabajo, con lo que se retiró. Por tomar: {decisions}, "
    "cerca de {left} h.",
    "cost_unknown": "Ninguna decisión tiene tiempo, así que nada se dice de horas.",
    "untimed": "De hojas de cálculo, sin tiempo: {decisions}.",
    # Personas
    "people": "Personas",
    "person": "persona",
    "person_right": "como la verdad",
    "first_third": "primer tercio",
    "last_third": "último tercio",
    "drift": "cambio",
    "truth": "La verdad de una respuesta es lo que dice quien arbitra, o si no, lo que "
    "dicen dos que coinciden; quien coincide acierta por definición, así que todos "
    "parecen algo mejores. Solo se juzgan respuestas codificadas por dos.",
    # Acuerdo
    "agreement": "Acuerdo de dos personas en {answers}",
    "raw": "simple",
    "cohen": "Cohen",
    "fleiss": "Fleiss",
    "alpha": "Krippendorff",
    "tree_alpha": "Alfa de Krippendorff por distancia en el árbol: {alpha}.",
    "pair": "dos personas",
    "answers_head": "respuestas",
    # Anclaje
    "anchoring": "Parte que toma el código de la máquina",
    "anchor_random": "partes al azar",
    "anchor_all": "toda la cola",
    "shown": "con sugerencias a la vista",
    "hidden": "sin ellas",
    "difference": "diferencia",
    "anchor_note": "Quién ve sugerencias se sorteó: la diferencia es lo que ellas "
    "causan. No es un error por sí misma; ayudan donde la máquina acierta.",
    "written": "Se escribieron stats.json, stats.csv y stats.html en {folder}.",
}
