"""Texts of the data report in Spanish."""

WORDS = {
    "title": "Informe de los datos (la fila 1 es la primera después del encabezado)",
    "file": "{source}: {rows} filas ({roles})",
    "in_role_train": "{count} de entrenamiento",
    "in_role_validation": "{count} de validación",
    "in_role_calibration": "{count} de calibración",
    "in_role_test": "{count} de prueba",
    "rows": "{count}",
    "rows_listed": "{count} (filas {rows})",
    "and_more": " y {count} más",
    "of_these": ", de ellas {roles}",
    "blank": "filas sin ninguna palabra: {rows}",
    "unlabelled": "filas sin código: {rows}",
    "blank_fields": "campos vacíos: {shares}",
    "partial": "códigos parciales, que terminan antes del último nivel: {count}",
    "repeated": "textos repetidos: {count}",
    "contradictory": "textos codificados de dos maneras: {count}",
    "contradictory_rows": " textos en {count} filas (filas {rows})",
    "words": "palabras de un registro: {quantiles}",
    "up_to_50%": "la mitad tiene hasta {words}",
    "up_to_90%": "90{gap}% hasta {words}",
    "up_to_99%": "99{gap}% hasta {words}",
    "up_to_100%": "todos hasta {words}",
    "cut": "filas cortadas por max_words y max_sentences: {rows} ({share})",
    "label_note": "códigos: {note}",
    "respelled": "códigos sin sus caracteres invisibles o repetidos: {rows}",
    "not_coded": "filas con un código de `data.no_code`, leídas como sin código: "
    "{rows}",
    "non_answer_fields": "no respuestas y códigos sueltos, leídos como campos vacíos: "
    "{shares}",
    "flag_non_answer": "filas con solo una no respuesta (`data.non_answers`)",
    "flag_bare_code": "filas con solo un código suelto (`data.bare_codes`)",
    "flag_odd_characters": "filas con caracteres extraños o dañados",
    "flag_other_language": "filas en otro idioma",
    "flag_long": "filas mucho más largas que las de entrenamiento, aunque sin cortar",
    "repeated_keys": "claves que también tienen otras filas: {rows}",
    "unlikely_weights": "factores de expansión muy lejos de todos los demás: {rows}",
    "dropped": "filas que no entrenan, por falta de {name}: {rows}",
    "code_list": "Clasificador (filas que entrenan)",
    "level": "nivel {level}: {codes} códigos, {seen} con filas, {few} de ellos con "
    "menos de {limit}{few_codes}, {unseen} sin ninguna{unseen_codes}",
    "two_parents": "códigos bajo dos códigos superiores: {count}{codes}",
    "shared": "Textos de otras partes que también entrenan: {roles}",
    "shared_role": "{count} de {role}",
    "none": "ninguno",
    # Periods
    "periods": "Periodos de {column}, del más antiguo al más nuevo",
    "period": "{period}: {roles}",
    "no_period": "filas sin periodo: {roles}",
    "role_periods": "{roles}: de {first} a {last}",
    # Coders, texts of the code list, clerks, refit
    "sets": "Conjuntos de códigos: {count} registros con varios códigos aceptables, "
    "{most} como máximo",
    "sets_one": "Conjuntos de códigos: 1 registro con varios códigos aceptables, "
    "{most} como máximo",
    "code_sets": "Códigos de un registro, todos correctos a la vez: {mean} en "
    "promedio, {most} como máximo",
    "code_sets_of": "registros con {codes}: {count}",
    "code_sets_more": "registros con {codes} o más: {count}",
    "code_sets_implied": "códigos que se omiten porque el mismo registro tiene uno "
    "debajo de ellos: {count}",
    "code_sets_strays": "filas de `data.codes_file` que no son de ningún registro: "
    "{count}",
    "coders": "Personas que codificaron: {count}; cuánto coinciden, nivel por nivel",
    "coders_level": "nivel {level}: {count} registros con varios códigos",
    "coders_level_one": "nivel {level}: 1 registro con varios códigos",
    "coders_pairs": ", {share} de las parejas coinciden",
    "coders_alpha": ", alfa de Krippendorff {alpha}",
    "list_texts": "Textos del clasificador que entrenan junto a las filas: {kinds}",
    "kind_title": "{count} títulos",
    "kind_description": "{count} de descripciones",
    "kind_includes": "{count} de inclusiones",
    "kind_excludes": "{count} de exclusiones de otros códigos",
    "list_left_out": "quedan fuera: {known} que son textos de validación, calibración "
    "o prueba, {unclear} que valen para varios códigos",
    "reviewed": "Decisiones de {source}: {train} entrenan, {judges} se eligieron al "
    "azar y se guardan para juzgar, {held_out} tienen textos de validación, "
    "calibración o prueba",
    "refit": "Reentrenamiento de {run}: sus registros de validación entrenan",
    # What was reached on data like these
    "alike": "De los conjuntos medidos, el más parecido es {name} ({there})",
    "unlike": "Ningún conjunto medido se parece a estos datos; el más cercano es "
    "{name} ({there})",
    "here": "estos datos: {here}",
    "shape": "idioma {language}, {rows} filas que entrenan, {per_code} por código, la "
    "mitad con hasta {words} palabras",
    "alike_scores": "códigos completos correctos ahí: {leaf}, hF {hf}; base lineal "
    "{baseline}, hF {baseline_hf} ({date}, {command})",
    # Advice
    "time": "El entrenamiento tarda unos {time} ({cores}, sin GPU, {epochs} épocas), "
    "quizá la mitad o el doble; el ejemplo incluido tarda {seconds} s ({command})",
    "minute": "{count} minutos",
    "minutes": "{count} minutos",
    "hours": "{count} horas",
    "core": "{count} núcleo",
    "cores": "{count} núcleos",
    "advice": "Vale la pena probar",
    "advice_calibration": "{count} registros de calibración no bastan para un plan (lo "
    "que se sorteó junto, como los textos iguales, cuenta una vez); una promesa de "
    "95{gap}% necesita al menos {least}",
    "advice_code_list": "los títulos del clasificador entrenan junto a los registros",
    "advice_notes": "ninguna nota entrena junto a los títulos del clasificador",
    "advice_cut": "{share} de las filas son más largas de lo que se lee (abajo: lo que "
    "vale la segunda mitad de las palabras)",
    "advice_pretrained": "un codificador preentrenado conoce palabras que faltan en "
    "estos registros",
    "advice_stem": "la mitad de los textos tiene {words} palabras o menos; no con un "
    "codificador preentrenado",
    "advice_rare": "{few} de {seen} códigos tienen menos de {limit} filas que entrenan",
    "advice_noisy": "{count} textos están codificados de dos maneras, con {repeated} "
    "repetidos",
    "advice_refit": "para el final: los registros de validación también entrenan",
    "measured": "{points} puntos de códigos completos correctos en {name} ({date}, "
    "{command})",
    "measured_unlike": "{points} puntos de códigos completos correctos en {name}, que "
    "no se parece a estos datos ({date}, {command})",
    "unsure": "quizá nada:",
    "not_measured": "aún no se ha medido",
}
