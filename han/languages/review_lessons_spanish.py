"""Texts of `han.review lessons` and `han.review forget`, in Spanish."""

WORDS = {
    "and_more": " y {count} más",
    "record": "{count} registro que entrena",
    "records": "{count} registros que entrenan",
    "entry": "{count} texto con código",
    "entrys": "{count} textos con código",
    "sampled": "{count} registro que juzga",
    "sampleds": "{count} registros que juzgan",
    "train": "En un experimento, junto a sus propios registros: {setting}",
    "use_dictionary": "En un trabajo, como respuestas ya codificadas: {setting}",
    "support": "support cuenta personas: con min_count: 2 nadie decide un texto por sí "
    "solo",
    "use_sample": "Para una corrida que no se entrenó con estos registros: {command}",
    "no_run": "Sus columnas llevan los nombres de la cola; con --run RUN, los de la "
    "corrida.",
    "left": "Estrato {stratum}: {done} de {drawn} decididas en lotes terminados, "
    "{disputed} en desacuerdo. Lo que falta puede ser lo difícil: sin ello la "
    "estimación es demasiado buena.",
    "alone": "{alone} de ellos los decidió una sola persona, y aquí se toma por "
    "cierto: han.review stats dice cuánto yerra una sola.",
    "repeated": "{repeated} textos se dejan fuera: su código está bajo varios padres, "
    "y un diccionario lleva códigos solos.",
    "no_sample": "Con --all también entrenan las respuestas elegidas al azar: ya no "
    "juzgan nada.",
    "forgotten": "{place}: se olvidaron {rows} filas, los textos de {answers} "
    "respuestas y {comments} comentarios. Los códigos y los conteos se quedan.",
    "shared": "Los textos de {shared} respuestas se quedan: otros dijeron lo mismo.",
    "copies": "No se tocan copias, exportaciones, lecciones ni respaldos. Un servidor "
    "puede guardar estados anteriores en su bitácora.",
}
