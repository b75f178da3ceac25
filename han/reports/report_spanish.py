"""Texts of the evaluation page in Spanish."""

WORDS = {
    "title": "Evaluación de la codificación automática",
    "run": "Corrida",
    "kind": "Tipo",
    "data": "Datos",
    "part_train": "registros de entrenamiento",
    "part_validation": "registros de validación",
    "part_calibration": "registros de calibración",
    "part_test": "registros de prueba",
    "records": "Registros evaluados",
    "skipped": "sin código y no evaluados",
    "several_codes": "con varios códigos aceptables; cualquiera de ellos es correcto",
    "outside_codes": "con un código que la corrida no tiene; cuentan como errores",
    "effective_rows": "número efectivo: {count}",
    "contents": "Contenido",
    # Headline
    "headline": "Resumen",
    "headline_auto": "de los registros se pueden codificar sin revisión, con {target} "
    "de códigos completos correctos",
    "headline_interval": "Intervalo de confianza de 95{gap}%: de {low} a {high}.",
    "headline_none": "Ningún umbral alcanza {target} de códigos completos correctos en "
    "estos registros: todos requieren revisión.",
    "headline_how": "Los registros se ordenan por la probabilidad que el modelo da a "
    "su código, y se aceptan desde el más seguro hasta donde la exactitud de lo "
    "aceptado es al menos de {target}. El umbral se eligió con estos mismos registros: "
    "la cifra describe lo observado y resulta un poco optimista; no es una garantía.",
    "headline_full": "códigos completos correctos si se acepta todo",
    "headline_top": "correctos en el primer nivel si se acepta todo",
    "headline_f1": "F1 jerárquica",
    "headline_f1_to_truth": "F1 jerárquica hasta donde llega el código verdadero, para "
    "leer primero: {partial} de {rows} códigos verdaderos son parciales",
    "headline_f1_strict": "F1 jerárquica estricta: cuenta como error lo que sigue "
    "debajo de un código verdadero parcial",
    "headline_top_k": "el código correcto está entre los {k} más probables",
    "routes": "Con el plan aplicado",
    "routes_intro": "Así reparte han.predict estos registros según los umbrales de "
    "han.plan.",
    "promises": "Exactitud prometida con {confidence} de confianza:",
    "no_promises": "No se promete nada, así que nada se codifica sin una persona.",
    "promise_new": "de textos no vistos en el entrenamiento",
    "promise_seen": "de textos vistos en el entrenamiento",
    "promise_own": "solo de textos frecuentes con suficientes registros de calibración "
    "propios",
    "promise_sizes": "solo de textos con este número de registros entre {records}: "
    "{sizes}",
    "promise_units": "solo de valores de {column} con este número de registros entre "
    "{records}: {sizes}",
    "promise_unknown": "El plan es de antes y no guarda para qué registros vale la "
    "promesa: hágalo de nuevo con han.plan --apply.",
    "frequent_texts": "Los textos frecuentes, de {least} registros o más en todo el "
    "archivo (los vistos en el entrenamiento pueden tener más), van a una persona si "
    "no tienen promesa propia: {records} de estos registros.",
    "frequent_units": "Los registros con un valor de {column} de {least} registros o "
    "más en todo el archivo van a una persona: {records} de estos registros.",
    "route": "Destino",
    "route_share": "Registros",
    "route_right": "Correctos hasta donde llega el código",
    "route_auto": "Automático: código completo, nadie lo revisa",
    "route_partial": "Parcial: código parcial, una persona lo completa",
    "route_review": "Revisión: sin código, una persona lo elige",
    "by_level": "Por nivel del clasificador",
    "level": "Nivel",
    "leaf": "Código completo",
    "num_records": "Registros",
    "num_codes": "Códigos",
    "accuracy": "Exactitud",
    "macro_f1": "F1 macro",
    "auto_share": "Automático con {target}",
    "threshold": "Probabilidad mínima",
    "interval_note": "Entre corchetes, el intervalo de confianza de 95{gap}%.",
    "judged_note": "Junto al número de registros, su proporción: los demás tienen un "
    "código verdadero que termina arriba del nivel, y no dicen nada de él.",
    # Coverage
    "coverage": "Cobertura y exactitud",
    "coverage_intro": "Cuánto se puede codificar sin revisión (eje horizontal) y con "
    "qué exactitud (eje vertical), en cada nivel. La banda es el intervalo de "
    "95{gap}%; la línea discontinua, la meta de exactitud; el punto, la proporción "
    "automática.",
    "coverage_alt": "{level}: con toda la carga automática la exactitud es {accuracy}; "
    "con exactitud de {target} se codifica {coverage} de los registros.",
    "axis_coverage": "Registros codificados sin revisión",
    "axis_accuracy": "Exactitud",
    "axis_confidence": "Probabilidad que da el modelo",
    "axis_risk": "Pérdida media (1 − hF)",
    # Groups
    "groups": "Por grupo del primer nivel",
    "groups_intro": "Cada grupo según su código verdadero. «Automático» es la parte "
    "que supera el umbral general de código completo ({threshold}); un grupo con pocos "
    "registros tiene un intervalo amplio y debe leerse con cautela.",
    "group": "Grupo",
    "group_top": "Correctos en nivel 1",
    "group_full": "Correctos, código completo",
    "group_auto": "Automático",
    "group_auto_right": "Correctos entre lo automático",
    "low": "▼ Aun con el extremo superior del intervalo, lo automático de ese grupo "
    "queda debajo de {target}: conviene revisarlo o darle un umbral propio.",
    "more_groups": "Otros {count} grupos con menos registros",
    # Reliability
    "reliability": "¿Son creíbles las probabilidades?",
    "reliability_intro": "Si el modelo dice 80{gap}%, deben ser correctos 8 de cada 10 "
    "códigos: los puntos deben caer sobre la diagonal. Debajo de ella, el modelo "
    "promete de más; arriba, de menos. Cada punto reúne la misma cantidad de "
    "registros.",
    "not_calibrated": "Este modelo no se ha calibrado: las probabilidades son las del "
    "modelo mismo.",
    "reliability_alt": "{level}: error de calibración {error}.",
    "before": "antes de calibrar",
    "after": "después de calibrar",
    "calibration_error": "Error de calibración",
    "ece": "Error de calibración",
    "brier": "Puntaje de Brier",
    "log_loss": "Pérdida logarítmica",
    "beliefs_note": "Menor es mejor en los tres. Entre corchetes, el intervalo de "
    "confianza de 95{gap}%.",
    "numbers": "Ver las cifras",
    "mean_probability": "Probabilidad media",
    # Risk
    "risk": "Riesgo jerárquico y cobertura",
    "risk_intro": "La pérdida de un registro es 1 − hF: 0 si el código es correcto, 1 "
    "si difiere desde el primer nivel, y un valor intermedio si comparte los primeros "
    "niveles. La curva da la pérdida media de lo que se acepta al avanzar del registro "
    "más seguro al menos seguro.",
    "risk_own": "orden del modelo",
    "risk_best": "mejor orden posible",
    "risk_alt": "Curva de riesgo y cobertura; área {aurc}, exceso {excess}.",
    "aurc": "Área bajo la curva (AURC)",
    "excess": "Exceso sobre el mejor orden",
    "area_note": "Menor es mejor. El exceso es la parte que se debe al orden y no a la "
    "cantidad de errores.",
    # Errors
    "errors": "Tipos de error",
    "errors_intro": "De {rows} registros, {wrong} no tienen exactamente el código "
    "verdadero.",
    "kind_sibling": "Hermano: el código superior es correcto, falla el último nivel",
    "kind_cousin": "Primo: el primer nivel es correcto, falla más abajo",
    "kind_branch": "Otra rama: falla desde el primer nivel",
    "kind_shallow": "Corto: se detiene antes del código verdadero, sin contradecirlo",
    "kind_deep": "Más profundo: sigue debajo de un código verdadero parcial; puede ser "
    "correcto",
    "kind_none": "Sin código: el registro no tiene palabras",
    "first_wrong": "Nivel donde empieza el error",
    "confusion": "Confusiones, nivel por nivel",
    "confusion_intro": "Abra un grupo para ver qué se confunde dentro de él. Solo "
    "aparecen códigos con errores, de más a menos.",
    "whole_list": "Todo el clasificador",
    "within": "errores: {wrong} de {rows} registros",
    "no_pairs": "Los errores están más abajo, dentro de los grupos siguientes.",
    "true_code": "Código verdadero",
    "given_code": "Código asignado",
    "more": "Ver otras {count}",
    "times": "Registros",
    "rest": "Otras confusiones: {count} registros.",
    "hidden": "Otros {count} grupos con menos errores no se muestran.",
    "pairs": "Códigos que más se confunden",
    "pairs_intro": "Las {shown} parejas más frecuentes de {total}. Una pareja "
    "frecuente en ambos sentidos suele señalar descripciones que no distinguen las dos "
    "códigos.",
    "back": "Al revés",
    "of": "de {count}",
    # Rare
    "rare": "Códigos raros y nunca vistos",
    "rare_intro": "Exactitud del código completo según el número de registros de "
    "entrenamiento del código verdadero.",
    "rare_unknown": "No se sabe con cuántos registros de cada código se entrenó este "
    "modelo: no guardó las cuentas y su archivo de entrenamiento ya no está o cambió.",
    "trained": "Registros de entrenamiento",
    "in_list": "Códigos en el clasificador",
    "tested": "Presentes aquí",
    "and_more": "{count} o más",
    "rare_codes": "Códigos con pocos registros de entrenamiento ({shown} de {total})",
    "unseen_codes": "Códigos nunca vistos en el entrenamiento ({shown} de {total})",
    "no_rare": "Ninguno de los códigos presentes.",
    "code": "Código",
    "right": "Correctos",
    # Doubts
    "doubts": "Posibles errores en los códigos dados",
    "doubts_intro": "Registros en los que el modelo contradice con más seguridad el "
    "código que traen: {shown} de {total} desacuerdos. Puede estar mal el código o el "
    "modelo; conviene que una persona los revise.",
    "row": "Fila",
    "given_label": "Código que trae",
    "proposed": "Código propuesto",
    "probability": "Probabilidad",
    "no_errors": "No hay errores en estos registros.",
    # Conventions
    "conventions": "Cómo se calculó",
    "convention_level": "Exactitud de un nivel: entre los registros cuyo código "
    "verdadero llega a ese nivel, proporción con el código correcto hasta ahí. Un "
    "código que termina antes del último nivel cuenta hasta donde llega; si se asigna "
    "donde el verdadero sigue, es un error.",
    "convention_leaf": "Código completo: entre los registros con código completo, los "
    "que lo tienen igual. Un registro sin palabras no recibe código y cuenta como "
    "error.",
    "convention_f1": "F1 jerárquica: promedio micro (se suman todos los registros) de "
    "los códigos y sus códigos superiores; la raíz no cuenta. Kiritchenko y otros "
    "(2006).",
    "convention_to_truth": "Hasta donde llega el código verdadero: si este es parcial, "
    "el código asignado se corta primero a su profundidad, porque lo que sigue debajo "
    "puede ser correcto. Así son también las pérdidas del riesgo jerárquico.",
    "convention_confidence": "Confianza en un nivel: probabilidad que el modelo da a "
    "el código asignado en ese nivel. Los empates se aceptan o se rechazan juntos.",
    "convention_auto": "Proporción automática: mayor cobertura cuya exactitud es al "
    "menos {target}. Umbral elegido en estos mismos registros.",
    "convention_area": "AURC: suma de la pérdida media en cada paso de cobertura. El "
    "exceso le resta el área del mejor orden (Geifman y otros, 2019).",
    "convention_risk": "Riesgo jerárquico: 1 − hF de cada registro, por la confianza "
    "en el código completo.",
    "convention_bootstrap": "Intervalos de exactitud, cobertura y F1: percentiles de "
    "1{gap}000 remuestreos. Lo que se sorteó junto (textos iguales, un hogar) se "
    "remuestrea junto. Los de grupos, destinos, códigos raros y puntos de "
    "confiabilidad: Wilson, válidos también con pocos registros. El número efectivo "
    "de registros, por el que cuenta Wilson, es como si todos los registros de una de "
    "esas unidades fueran correctos o erróneos a la vez (Kish 1965).",
    "convention_ece": "Error de calibración: diferencia media entre confianza y "
    "exactitud, en 15 grupos con igual número de registros. Puntaje de Brier: suma de "
    "los cuadrados de los errores de probabilidad de todos los códigos del nivel (0 a "
    "2). Pérdida logarítmica: −log de la probabilidad del código verdadero.",
    "convention_weights": "Las cifras están ponderadas con los factores de expansión; "
    "las columnas de registros cuentan registros.",
    "convention_no_weights": "Sin ponderación: cada registro cuenta igual.",
    "convention_private": "Esta página no contiene las respuestas de los informantes: "
    "solo números de fila, columnas llave, códigos y títulos.",
    "where": "Todas las cifras provienen de la misma evaluación que metrics.json, bajo "
    "«{name}».",
}
