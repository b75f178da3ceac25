"""Texts of explanation pages in Spanish."""

WORDS = {
    "title": "Por qué estos códigos",
    "confidential": "Confidencial: esta página muestra respuestas de informantes. "
    "Guárdela donde se guardan los datos.",
    "about": "Corrida {run}, {rows} registros de {data}.",
    "legend": "Cómo leer",
    "legend_attention": "Cuanto más oscura la palabra y más gruesa la línea debajo,"
    " más la atiende el codificador de la red; la más oscura de cada registro es la"
    " más fuerte. El número junto a una oración o un campo es su parte de la "
    "atención.",
    "legend_deletion": "Cuanto más oscura la palabra y más gruesa la línea debajo, "
    "más depende de ella el código: el número dice cuánto menos probable es el "
    "código sin la palabra (diferencia de logaritmos). Naranja con línea punteada: "
    "la palabra habla en contra del código. La más oscura de cada registro es la "
    "más fuerte.",
    "legend_parts": "Cuanto más oscura la palabra y más gruesa la línea debajo, más le "
    "debe el código, en todo lo que decide: el codificador, el modelo lineal y los "
    "n-gramas. El número es su parte del logaritmo de la probabilidad del código; los "
    "de todas las palabras, y lo que ninguna lleva, suman ese logaritmo. Naranja con "
    "línea punteada: la palabra habla en contra del código. La más oscura de cada "
    "registro es la más fuerte.",
    "legend_for": "a favor",
    "legend_strong": "fuerte",
    "legend_levels": "Cada nivel del clasificador tiene su propia atención: el texto "
    "aparece una vez por cada código del camino al asignado, sombreado según lo que "
    "mira la elección de ese código.",
    "legend_levels_parts": "El texto aparece primero para el código entero. Debajo, "
    "cada código del camino abre el mismo texto, sombreado según lo que lo eligió "
    "entre "
    "sus hermanos.",
    "legend_weak": "débil",
    "legend_against": "en contra",
    "legend_unknown": "fuera del vocabulario",
    "legend_dropped": "no se lee",
    "legend_cut": "más allá del límite, no se lee",
    "caution": "Hasta dónde creerlo",
    "encoder_alone": "La atención muestra dónde mira el codificador de la red. No "
    "es la razón del código: junto al codificador hablan también un modelo lineal "
    "de palabras y letras y una bolsa de n-gramas. De lo que habla a favor o en "
    "contra de un código, el codificador tiene en promedio {shares}.",
    "encoder_only": "La atención muestra dónde mira el codificador de la red. No es"
    " la razón del código: lo que la red hace con las palabras que mira no se "
    "muestra.",
    "encoder_little": "Nivel {levels}: es tan poco que la atención sola no puede "
    "explicar la decisión: use --by deletion.",
    "caution_deletion": "La supresión pregunta al modelo completo: se quita cada "
    "palabra por sí sola y se codifica otra vez. Las palabras que dicen lo mismo se"
    " tapan: sin una, queda la otra.",
    "caution_parts": "Lo que el modelo lineal y los n-gramas deben a una palabra es "
    "exacto, porque son sumas; lo que le debe el codificador se reparte, y la "
    "anotación "
    "de una palabra conoce a sus vecinas. Una palabra que otras repiten tiene su parte "
    "de lo que dicen todas: sin ella el código puede seguir igual. --faithfulness mide "
    "hasta dónde creerlo.",
    "not_measured": "En esta página no se ha medido si la atención dice algo de las"
    " decisiones de esta corrida: agregue --faithfulness.",
    "level_share": "nivel {level}: {share}",
    "filter_code": "El código empieza con",
    "filter_right": "Resultado",
    "all": "todos",
    "right": "correcto",
    "wrong": "incorrecto",
    "uncoded": "sin código para comparar",
    "filter_from": "Confianza desde",
    "filter_to": "hasta",
    "shown": "a la vista",
    "record": "Registro",
    "true_code": "codificado por personas:",
    "no_text": "Sin palabras: no se da código.",
    "level": "Nivel",
    "code": "Código",
    "probability": "Probabilidad",
    "encoder": "Parte del codificador",
    "runners_up": "Otros candidatos",
    "faithfulness": "Fidelidad, medida",
    "verdict_documents": "Medido en {n} registros, con intervalos bootstrap de 95 %"
    " sobre registros (semilla {seed}).",
    "verdict_skipped": "Se dejaron fuera por tener menos de {least} palabras: "
    "{skipped}.",
    "verdict_nothing": "Aquí la atención no es una explicación: sin las palabras "
    "que marca, el código no pierde más probabilidad que sin palabras al azar "
    "(diferencia {gain}).",
    "verdict_unsure": "Estos registros son muy pocos para saber si la atención vale "
    "algo: sin las palabras que marca, el código pierde {gain} más de probabilidad que "
    "sin palabras al azar. Tome más registros (--rows), o no confíe en ella.",
    "verdict_weak": "La atención señala palabras que cuentan, pero se le escapa la "
    "mayor parte: sin las palabras que marca, el código pierde {gain} más de "
    "probabilidad que sin palabras al azar, {part} de lo que encuentra la "
    "supresión. Tómela como pista, no como la razón.",
    "verdict_good": "La atención señala palabras que cuentan: sin las palabras que "
    "marca, el código pierde {gain} más de probabilidad que sin palabras al azar, "
    "{part} de lo que encuentra la supresión.",
    "verdict_parts": "Evidencia por partes: sin las palabras que marca, el código "
    "pierde"
    " {gain} más de probabilidad que sin palabras al azar, {part} de lo que "
    "encuentra la "
    "supresión.",
    "verdict_rank": "Su orden de las palabras concuerda con el de la supresión con "
    "tau de Kendall {tau} (1 es el mismo orden, 0 es azar; las muchas palabras que "
    "casi no cuentan también tienen un orden, que es sobre todo ruido).",
    "verdict_shuffled": "Con la atención de redes de pesos barajados concuerda "
    "con {tau}.",
    "verdict_agree": "Dos entrenamientos concuerdan en el orden de las palabras con"
    " {attention}; la evidencia por supresión concuerda con {deletion}.",
    "verdict_encoder": "Nivel {levels}: ahí el codificador tiene menos de un cuarto"
    " del puntaje: la atención muestra a lo más una parte de las razones.",
    "table_evidence": "Probabilidad que se pierde",
    "table_without": "sin las más fuertes",
    "table_with": "con solo ellas",
    "table_mean": "media",
    "table_level": "Tau de Kendall con la supresión",
    "table_spearman": "Rho de Spearman con la supresión",
    "table_share": "Parte del codificador en el puntaje",
    "attention": "atención",
    "deletion": "supresión",
    "random": "azar (atención repartida de nuevo)",
    "shuffled": "atención de redes barajadas",
    "table_note": "Probabilidad del código (último nivel) que se pierde; primero "
    "sin las palabras que van primero en el orden, grande es bueno; luego con solo "
    "esas palabras, pequeño es bueno.",
    "legend_gradients": "Cuanto más oscura la palabra y más gruesa la línea debajo,"
    " más debe el código al vector de la palabra en el codificador: el número es su"
    " parte del logaritmo de la probabilidad. Naranja con línea punteada: la "
    "palabra habla en contra del código. La más oscura de cada registro es la más "
    "fuerte.",
    "caution_gradients": "Los gradientes integrados hablan solo del codificador. Lo"
    " que dicen a su lado un modelo lineal de palabras y letras y una bolsa de "
    "n-gramas no se muestra: use --by deletion para el modelo completo.",
    "gradients": "gradientes integrados",
    "parts": "partes",
    "faint": "Ninguna palabra por sí sola cambia el resultado.",
}
