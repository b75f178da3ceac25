"""Texts of the evaluation page of sets of codes in Spanish."""

WORDS = {
    "set_intro": "Un registro tiene un conjunto de códigos, todos correctos a la vez, "
    "y recibe un conjunto.",
    "set_instance": "F1 jerárquica, media de los registros",
    "set_micro": "F1 jerárquica, todos los códigos juntos",
    "set_right_given": "de los códigos dados son correctos (con los que están arriba)",
    "set_true_given": "de los códigos verdaderos se dan (con los que están arriba)",
    "set_exact": "de los registros reciben exactamente sus códigos",
    "set_levels": "Por nivel",
    "set_levels_intro": "Los códigos de un nivel por sí solos, en los registros que "
    "tienen ahí un código verdadero.",
    "set_codes": "{count} códigos",
    "set_precision": "Códigos dados que son correctos",
    "set_recall": "Códigos verdaderos que se dan",
    "set_f1": "F1",
    "set_subset_accuracy": "Registros del todo correctos",
    "set_average_precision": "Precisión media",
    "set_coverage_error": "Cuánto bajar en la lista para tener todos",
    "set_numbers": "Códigos por registro",
    "set_numbers_intro": "Un registro tiene {true} códigos en promedio y recibe "
    "{given}. Filas: registros por sus códigos verdaderos; columnas: por los códigos "
    "dados.",
    "set_true_number": "Códigos verdaderos",
    "set_or_more": "o más",
    "set_missed": "Códigos que más se omiten",
    "set_missed_intro": "Verdaderos y no dados, en todos los niveles; donde se omite "
    "un código, también los que están debajo.",
    "set_wrong": "Códigos que más se dan por error",
    "set_wrong_intro": "Dados y no verdaderos, en todos los niveles; donde un código "
    "es erróneo, también los que están debajo.",
    "set_with_code": "Registros con el código",
    "set_times_missed": "Omitido",
    "set_times_given": "Veces dado",
    "set_times_wrong": "Erróneo",
    "set_share": "Proporción",
    "set_no_mistakes": "Ninguno.",
    "set_reliability_intro": "Qué quiere decir una probabilidad: de todos los pares "
    "de un registro y un código con más o menos esta probabilidad, otros tantos "
    "deberían ser verdaderos.",
    "set_expected": "Las probabilidades dicen {expected} códigos de este nivel por "
    "registro, y hay {true}.",
    "set_error": "Error de calibración, en códigos por registro:",
    "set_bin": "Probabilidad",
    "set_is_true": "Verdaderos",
    "set_pairs": "Pares",
    "set_convention_closure": "Un código dice todos los que están arriba, de modo que "
    "los verdaderos y los dados cuentan con ellos. El número de códigos por registro "
    "no cuenta los que otro código del registro ya dice.",
    "set_convention_unknown": "Debajo de un código verdadero parcial nadie sabe qué "
    "es correcto. En la F1 jerárquica un código así cuenta como error; por nivel, "
    "entre los errores y en la confiabilidad no cuenta.",
    "set_convention_averages": "Media de los registros: la F1 de cada uno. Juntos: la "
    "de todos los códigos de todos los registros, donde pesa más un registro con más "
    "códigos.",
    "set_convention_ranking": "Precisión media: de cada código verdadero, la "
    "proporción de verdaderos entre todos los que son igual de probables o más. Bajar "
    "en la lista: cuántos códigos del nivel, del más probable en adelante, hay que "
    "leer para tener todos los verdaderos.",
    "set_convention_reliability": "Error de calibración: suma, sobre los intervalos "
    "de probabilidad, de la diferencia entre códigos esperados y verdaderos, por "
    "registro.",
    "set_convention_intervals": "Intervalos: bootstrap de 95{gap}%; lo que se sorteó "
    "junto (textos iguales, un hogar) se remuestrea junto.",
}
