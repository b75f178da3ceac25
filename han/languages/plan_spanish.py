"""Texts of a plan in Spanish."""

WORDS = {
    "title": "Plan para {records} de {data}",
    "own_part": " (los registros de {role} de la corrida)",
    "role_train": "entrenamiento",
    "role_validation": "validación",
    "role_calibration": "calibración",
    "role_test": "prueba",
    "headline": "{auto} se codifican automáticamente, {partial} reciben un código "
    "parcial que una persona completa, {review} quedan para una persona. Trabajo "
    "manual: {work}, {hours} horas-persona ({minutes_review} minutos por "
    "decisión sin código, {minutes_partial} para completar uno).",
    "work_in_decisions": "{manual} en {decisions}",
    "decision": "{count} decisión",
    "decisions": "{count} decisiones",
    "frequent_text": " 1 texto, de {records} ({share}), aparece aquí {least} veces o "
    "más{seen}: es una pregunta aparte, que una persona responde una sola vez para "
    "todos sus registros.",
    "frequent_texts": " {count} textos, de {records} ({share}), aparecen aquí {least} "
    "veces o más{seen}: cada uno es una pregunta aparte, que una persona responde una "
    "sola vez para todos sus registros.",
    "frequent_seen": " (o, si se vieron en el entrenamiento, más de una vez por cada 1 "
    "000 registros)",
    "answered_once": " De los registros que quedan para una persona, aquellos cuyo "
    "texto aparece {least} veces o más se responden una vez por texto: {records} en "
    "{decisions}.",
    "frequent_value": " 1 valor de {column} tiene aquí {least} registros o más "
    "({records}, {share}), más de los que cubre la promesa: quedan para una persona.",
    "frequent_values": " {count} valores de {column} tienen aquí {least} registros o "
    "más cada uno ({records}, {share}), más de los que cubre la promesa: quedan para "
    "una persona.",
    "frequent_promised": " {texts} de ellos ({records}) no necesitan a nadie: los "
    "prometen sus propios registros de calibración.",
    "frequent_promised_one": " 1 de ellos ({records}) no necesita a nadie: lo prometen "
    "sus propios registros de calibración.",
    "blank": " {count} de ellos no tienen ninguna palabra, sean cuales sean los "
    "umbrales.",
    "blank_one": " 1 de ellos no tiene ninguna palabra, sean cuales sean los umbrales.",
    "planned_record": "{count} registro",
    "planned_records": "{count} registros",
    "unknown_words": " {count} solo tienen palabras que la corrida no conoce: también "
    "quedan para una persona.",
    "unknown_words_one": " 1 solo tiene palabras que la corrida no conoce: también "
    "queda para una persona.",
    "several_codes": " {count} de los registros tienen varios códigos aceptables: "
    "cualquiera de ellos es correcto.",
    "several_codes_one": " 1 de los registros tiene varios códigos aceptables: "
    "cualquiera de ellos es correcto.",
    "outside": " {count} ({share} de los que tienen código) tienen un código que el "
    "clasificador de la corrida no tiene, y cuentan como errores",
    "outside_one": " 1 ({share} de los que tienen código) tiene un código que el "
    "clasificador de la corrida no tiene, y cuenta como error",
    "how_well": "Con qué calidad",
    "by_group": "Por código del primer nivel, según el modelo",
    "lists": "Listas para la codificación asistida",
    # Tables
    "route": "destino",
    "what_happens": "qué sucede",
    "records": "registros",
    "share": "proporción",
    "weighted_share": "proporción ponderada",
    "meaning_auto": "código completo, nadie lo revisa",
    "meaning_partial": "código parcial, una persona lo completa",
    "meaning_review": "sin código, una persona lo elige",
    "level": "nivel",
    "so_far": "codificados hasta ahí o más",
    "promised": "prometido",
    "calibration_right": "correctos en calibración",
    "calibration_right_new": "correctos en calibración (otros textos)",
    "right_here": "correctos aquí, intervalo de {confidence}",
    "weighted_right": "correctos aquí, ponderado",
    "ratio": "{share} ({right} de {known})",
    "code": "código",
    "code_title": "título",
    "no_words": "(sin palabras)",
    "right_codes": "correctos entre los códigos dados",
    "number": "cuántos",
    "mean": "códigos en promedio",
    "median": "mediana",
    "narrow": "un solo código cercano",
    "inside": "incluye el correcto",
    "by_text": "lo mismo, cada texto una vez",
    "all": "todos",
    "manual": "parciales y de revisión",
    "judged": "se puede juzgar",
    "estimates": "Exactitud de todo lo codificado, estimada con la muestra",
    "of_records": "de",
    "all_texts": "todos los textos",
    "seen_texts": "textos vistos en el entrenamiento",
    "new_texts": "otros textos",
    "coded_records": "registros codificados de la muestra",
    "effective": "número efectivo",
    "estimated": "correctos, intervalo de {confidence}",
    "estimate_note": "Es una estimación según el diseño de la muestra (estimador de "
    "razón; intervalo de Korn y Graubard), no una promesa.",
    "estimate_chosen": " La misma muestra eligió los umbrales: léase como algo "
    "optimista.",
    # Sentences
    "level_name": "nivel {level}",
    "full_level_name": "nivel {level}, códigos completos",
    "others": "los demás",
    "promise": "{level}: con {confidence} de confianza, de los registros codificados "
    "hasta este nivel o más sin una persona ({records} aquí), al menos {at_least} "
    "tienen correcto el código de ese nivel.",
    "promise_full": "{level}: con {confidence} de confianza, de los registros "
    "codificados hasta este nivel o más sin una persona ({records} aquí), al menos "
    "{at_least} tienen correcto el código completo.",
    "all_paid": "El presupuesto alcanza para todos los registros: nada tiene que ser "
    "automático.",
    "together_target": "Todas las promesas se cumplen juntas con esa confianza.",
    "together_budget": "Cada cota vale por sí sola, no todas juntas.",
    "like_these": "El formulario, el periodo y el tipo de respuestas deben ser los "
    "mismos.",
    "largest_unknown": "Estos registros no dicen de qué {column} son: la promesa "
    "supone que ninguno tiene más de {most} registros.",
    "weights_unknown": "Estos registros no tienen factores de expansión: la promesa "
    "supone que ninguno tiene uno de más de {largest}, el mayor de los registros de "
    "calibración.",
    "seen_unpromised": "{share} de los registros de aquí ({records}) tienen textos que "
    "se vieron en el entrenamiento. Los mismos umbrales los codifican, pero de ellos "
    "no se promete nada.",
    "seen_advice": " Para prometerlos también, haga codificar una muestra aleatoria de "
    "estos registros: --sample ARCHIVO.",
    "seen_mixed": "{share} de los registros de aquí, y {tested} de los que probaron la "
    "promesa, tienen textos que se vieron en el entrenamiento: la promesa es de "
    "registros mezclados como aquellos.",
    "seen_unknown": "No se sabe qué textos se vieron en el entrenamiento: la corrida "
    "no guarda seen_texts.npz (`data.remember_texts`). Por eso nada puede decirse de "
    "ellos, y ningún texto frecuente se promete por sus propios registros. Entrene de "
    "nuevo la corrida, o dé una muestra aleatoria codificada de estos registros: "
    "--sample ARCHIVO.",
    "refusal_seen": "{level} de textos vistos en el entrenamiento{where}: {why}. "
    "Ninguno se codifica en ese nivel, ni más abajo, sin una persona: baje la meta, o "
    "{more}.",
    "refusal_new": "{level} de textos no vistos en el entrenamiento{where}: {why}. "
    "Ninguno se codifica en ese nivel, ni más abajo, sin una persona{but}: baje la "
    "meta, {more}, o deje que la muestra prometa todos los registros juntos: "
    "--calibration con su archivo, y --cluster none si los registros se tomaron uno "
    "por uno.",
    "no_promise": "No se promete nada.",
    "sample_uncoded": "{uncoded} de los {rows} registros de la muestra no tienen "
    "código y se dejaron fuera. Si son los difíciles, la promesa y las estimaciones "
    "son demasiado buenas.",
    "sample_strange": "De los textos de la muestra solo {share} aparecen en estos "
    "registros: ¿se tomó de ellos?",
    "refusal_band": "{level} de textos que aparecen {times} en {among} "
    "registros{where}: {why}. Ninguno se codifica en ese nivel, ni más abajo, sin una "
    "persona: baje la meta, quítela, o {more}.",
    "band_once": "una vez",
    "band_times": "de {least} a {most} veces",
    "where_code": ", en {code}",
    "but_frequent": ", salvo los textos frecuentes que prometen sus propios registros",
    "labelled_calibration": "registros de calibración",
    "labelled_sample": "registros de la muestra",
    "more_calibration": "aparte más registros de calibración",
    "more_sample": "dé una muestra mayor",
    "refused_largest": " (lo que se tomó junto puede pesar tanto como {largest} "
    "registros medios, y podría estar todo mal)",
    "not_promised": "No se promete: la exactitud de un solo código, región o "
    "entrevistador, ni la de los registros del próximo año o de otro "
    "formulario{weighted}. Lo que las personas codificaron se toma por verdad, con sus "
    "errores.",
    "not_weighted": ", ni la exactitud ponderada con factores de expansión (--weighted "
    "la promete)",
    "no_own": "Ningún código de {level} tiene registros de calibración suficientes "
    "para una promesa propia: todos comparten una.",
    "own": "Códigos de {level} con promesa propia: {codes}. Los demás comparten una. "
    "Más promesas piden más registros: sin --by-group puede ser automático más.",
    "refused_few": "{target} no se puede prometer: hay {rows} {labelled} y se "
    "necesitan al menos {needed} correctos seguidos",
    "refused_right": "{target} no se puede prometer: los {rows} {labelled} son todos "
    "correctos, pero tan pocos no lo demuestran",
    "refused": "{target} no se puede prometer: {right} de los {rows} {labelled} que "
    "cuentan aquí son correctos, y los más seguros no lo son con la frecuencia que "
    "haría falta",
    "refusal": "{level}{where}: {why}. Nada se codifica en ese nivel, ni más abajo, "
    "sin una persona{but}: baje la meta, quítela, o {more}.",
    "reachable": " Estos registros podrían prometer {target} para {share} de los "
    "registros (una pista: la meta se elige antes de mirar sus registros).",
    "no_list": "Con {count} registros de calibración ninguna lista más corta que todo "
    "el clasificador incluye el código correcto con probabilidad {coverage}.",
    "list_promise": "La lista de un registro incluye su código completo correcto con "
    "probabilidad de al menos {coverage}, sobre todos los registros como los de "
    "calibración juntos, también los que se codifican automáticamente; entre los más "
    "difíciles, que llegan a una persona, es menor: vea la tabla. Las listas cortadas "
    "para la pantalla prometen menos.",
    # Sets of codes
    "sets_headline": "{auto} se codifican automáticamente con todos sus códigos "
    "completos ({codes} códigos), {partial} reciben códigos menos detallados que una "
    "persona completa, {review} quedan para una persona. Trabajo manual: {manual}, "
    "{hours} horas-persona ({minutes_review} minutos por decisión sin código, "
    "{minutes_partial} para completar uno).",
    "sets_too_many": " {count} quedan para una persona porque sus códigos, por los "
    "registros con el mismo valor de {unit}, son más de {most}, lo más que cubre la "
    "promesa.",
    "sets_unit_text": "texto",
    "sets_codes": "códigos dados",
    "sets_meaning_auto": "todos sus códigos completos, nadie lo revisa",
    "sets_meaning_partial": "códigos menos detallados, una persona los completa",
    "sets_meaning_review": "sin código, una persona los elige",
    "sets_records_so_far": "registros codificados hasta ahí o más",
    "sets_codes_here": "sus códigos de ese nivel",
    "sets_right": "códigos correctos en calibración",
    "sets_right_here": "códigos correctos aquí, intervalo de {confidence}",
    "sets_promise": "{level}: con {confidence} de confianza, de los códigos de este "
    "nivel que se dan sin una persona ({codes} aquí, de {records} registros), al "
    "menos {at_least} son correctos.",
    "sets_none_missing": "Se promete de los códigos dados, no que no falte ninguno.",
    "sets_measured": "De {known} registros con código que aquí se codifican "
    "automáticamente, {exact} tienen todos sus códigos correctos y no les falta "
    "ninguno; se dan {recall} de sus códigos verdaderos del último nivel (medido, no "
    "prometido).",
    "sets_not_promised": "No se promete: la exactitud de un solo código, región o "
    "entrevistador, ni la de los registros del próximo año o de otro formulario, ni "
    "la exactitud ponderada con factores de expansión. Lo que las personas "
    "codificaron se toma por verdad, con sus errores.",
    "sets_labelled": "códigos de registros de calibración",
    "sets_largest": " (lo que se tomó junto puede tener {largest} códigos, y podrían "
    "estar todos mal)",
    "sets_seen_advice": " Para prometerlos también, haga codificar una muestra "
    "aleatoria de estos registros: --calibration ARCHIVO --cluster none.",
    "sets_seen_unknown": "No se sabe qué textos se vieron en el entrenamiento: la "
    "corrida no guarda seen_texts.npz (`data.remember_texts`). Nada puede decirse de "
    "ellos.",
    "sets_small": "La promesa se probó para archivos de unos {records} registros, en "
    "los que los textos se repiten. En uno de {here} un texto puede aparecer una vez "
    "y ser frecuente en otra parte, de modo que la promesa puede no cumplirse.",
    "sets_no_list": "Con {count} registros de calibración ninguna lista más corta que "
    "todo el clasificador incluye todos los códigos correctos con probabilidad "
    "{coverage}. No hay listas.",
    "sets_list_promise": "La lista de un registro incluye todos sus códigos correctos "
    "con probabilidad de al menos {coverage}, sobre todos los registros como los de "
    "calibración juntos, también los que se codifican automáticamente; entre los más "
    "difíciles, que llegan a una persona, es menor: vea la tabla. Las listas cortadas "
    "para la pantalla (después de {most} códigos) prometen menos.",
    "sets_cut": "cortadas",
    "sets_inside": "incluye todos los correctos",
    # Files
    "written": "Escrito: plan.md, plan.csv y plan.json en {folder}.",
    "beside": "{first} tiene otro plan ({asked}), que queda como está.",
    "replaced": "Reemplazan el plan que estaba ahí ({asked}).",
    "applied": "Aplicado: desde ahora han.predict reparte según este plan ({asked}); "
    "sus umbrales están en {file}.",
    "applied_instead": "Toma el lugar del plan aplicado antes ({asked}).",
    "nothing_promised": "No se pudo prometer nada: todos los registros van a una "
    "persona.",
}
