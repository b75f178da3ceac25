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
    "left": "Estrato {stratum}: decididas {done} de {drawn} en lotes terminados, "
    "{disputed} en desacuerdo. Lo que falta puede ser lo difícil: sin ello la "
    "estimación es demasiado buena.",
    "alone": "De ellos, los que decidió una sola persona, lo que aquí se toma por "
    "cierto: {alone}. han.review stats dice cuánto yerra una sola.",
    "repeated": "Quedan fuera, pues su código está bajo varios padres y un "
    "diccionario lleva códigos solos: {texts}.",
    "text": "{count} texto",
    "texts": "{count} textos",
    "no_sample": "Con --all también entrenan las respuestas elegidas al azar: ya no "
    "juzgan nada.",
    "forgotten": "{place}: olvidado: {rows}, los textos de {answers}, {comments}. "
    "Los códigos y los conteos se quedan.",
    "row": "{count} fila",
    "rows": "{count} filas",
    "answer": "{count} respuesta",
    "answers": "{count} respuestas",
    "comment": "{count} comentario",
    "comments": "{count} comentarios",
    "shared": "Los textos de {answers} se quedan: otros dijeron lo mismo.",
    "ask": "{place}: se borrarán para siempre todos los textos, comentarios y claves. "
    "Escriba sí: ",
    "copies": "No se tocan copias, exportaciones, lecciones ni respaldos. Un servidor "
    "puede guardar estados anteriores en su bitácora.",
}
