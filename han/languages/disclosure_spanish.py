"""Texts of `han.disclose`, in Spanish."""

WORDS = {
    "title": "Revisión antes de entregar",
    "run": "corrida",
    "kind": "modelo",
    "records": "registros de entrenamiento",
    "unknown": "no están a la mano",
    "files": "archivos leídos",
    "min_records": "raro es menos de",
    "verdict": "Dictamen",
    "release": "Se puede entregar",
    "office": "Solo dentro de la oficina",
    "withhold": "No entregar",
    "release_means": "No se encontró nada de informantes aislados. Lo que ningún "
    "programa ve está en la lista de control.",
    "office_means": "La corrida guarda algo de pocos informantes. Solo la puede tener "
    "quien puede ver los registros.",
    "withhold_means": "La corrida guarda algo que señala a personas. Corríjala primero "
    "y revise de nuevo.",
    "warning": "Esta página muestra palabras de informantes. Es tan confidencial como "
    "los registros mismos.",
    "hidden": "Las palabras se cuentan y no se muestran; --show-words las muestra.",
    "reasons": "Razones",
    "none_found": "No se encontró ninguna razón contra la entrega.",
    "file": "archivo",
    "found": "qué se encontró",
    "number": "número",
    "leads_to": "lleva a",
    "to_do": "qué hacer",
    "words": "palabras",
    "whole_run": "toda la corrida",
    "notes": "Leído, y por sí solo ninguna razón",
    "attack": "¿Se puede saber quién estuvo en el entrenamiento?",
    "attack_said": "Se distinguieron {members} textos con que se entrenó y {others} "
    "con que no, según la seguridad del modelo en sus códigos. El área bajo la curva "
    "es {auc} (intervalo de 95 % {auc_interval}; 0.5 es azar). Con 1 % de falsas "
    "alarmas se encuentra {found} de los miembros (intervalo {found_interval}).",
    "with_shadows": "{shadows} modelos sombra dijeron qué tan difícil es cada texto.",
    "without_shadows": "No se usaron modelos sombra; --shadows 8 es un ataque más "
    "fuerte.",
    "not_by_chance": "Los textos con que no se entrenó son de otro archivo u otro "
    "tiempo: parte de la diferencia puede ser eso y no memoria.",
    "no_attack": "No se hizo ningún ataque: se necesitan 100 textos de cada lado, con "
    "un código cada uno, y los registros a la mano.",
    "not_checked": "Sin revisar",
    "checklist": "Lista de control",
    "check_purpose": "Está escrito quién recibe la corrida y para qué.",
    "check_files": "Cada archivo de la carpeta hace falta; los demás se quitaron.",
    "check_small": "Se miraron las tablas de report.html y de plan/: ninguna celda de "
    "pocos registros habla de una persona.",
    "check_rare": "Se miraron las palabras raras (--show-words), y ninguna es nombre, "
    "empresa o lugar de una sola persona.",
    "check_scrubbed": "Los datos personales se quitaron de los textos antes del "
    "entrenamiento.",
    "check_law": "La ley y la promesa hecha a los informantes lo permiten.",
    "signature": "Nombre, fecha, firma",
    "frequent_words": "palabras de informantes a la vista, de muchos registros",
    "rare_words": "palabras de pocos registros a la vista",
    "keys": "claves de registros",
    "rare_hashed_words": "palabras de pocos registros, resumidas sin llave: se puede "
    "probar si se adivinan",
    "rare_hashed_pairs": "pares de palabras de pocos registros, resumidos sin llave",
    "rare_short_words": "palabras cortas de pocos registros, enteras entre "
    "las secuencias de letras",
    "rebuilt_texts": "textos de pocos registros que son cadenas de palabras y pares de "
    "la tabla",
    "guessed_texts": "resúmenes con llave de textos de entrenamiento: quien tiene la "
    "corrida puede probar si adivina",
    "small_codes": "códigos con menos registros de entrenamiento",
    "user_paths": "rutas con el nombre de un usuario",
    "unread": "una forma que esta revisión no sabe leer",
    "not_counted": "los registros de entrenamiento no están a la mano: no se pudo "
    "contar palabras raras",
    "not_attacked": "no se pudo hacer el ataque",
    "membership": "se puede saber mejor que al azar quién estuvo en el entrenamiento",
    "strong_membership": "de muchos textos se puede saber que estuvieron en el "
    "entrenamiento",
    "texts": "textos de pocos informantes, enteros y a la vista",
    "names": "palabras que están tras un tratamiento, como nombres",
    "mails": "direcciones de correo",
    "long_numbers": "números de 8 cifras o más",
    "passwords": "una contraseña en una dirección",
    "do_frequent_words": "nada",
    "do_rare_words": "entrenar de nuevo con text.min_count más alto; quitar las "
    "páginas que las muestran",
    "do_keys": "quitar la página, o entrenar sin data.key_columns",
    "do_rare_hashed_words": "entrenar con model.wide: false, o darla solo a quien "
    "puede ver los registros",
    "do_rare_hashed_pairs": "entrenar con model.wide: false, o darla solo a quien "
    "puede ver los registros",
    "do_rare_short_words": "entrenar con model.wide: false, o darla solo a quien "
    "puede ver los registros",
    "do_rebuilt_texts": "darla solo a quien puede ver los registros",
    "do_guessed_texts": "entrenar de nuevo con data.remember_texts: false",
    "do_small_codes": "quitar el archivo: no codifica nada; escribir de nuevo el "
    "manifiesto",
    "do_user_paths": "entrenar de nuevo con rutas relativas",
    "do_unread": "mirar el archivo o quitarlo",
    "do_not_counted": "dar los registros de entrenamiento con --records",
    "do_not_attacked": "dar los registros de entrenamiento con --records; apartar "
    "registros de prueba",
    "do_membership": "darla solo a quien puede ver los registros; suavizar o "
    "regularizar más",
    "do_strong_membership": "entrenar un modelo que memorice menos",
    "do_texts": "buscar de dónde vienen, y entrenar de nuevo o quitar el archivo",
    "do_names": "quitar los datos personales de los textos y entrenar de nuevo",
    "do_mails": "quitar los datos personales de los textos y entrenar de nuevo",
    "do_long_numbers": "quitar los datos personales de los textos, o entrenar con "
    "text.numbers: token",
    "do_passwords": "quitarla del archivo y cambiar la contraseña",
}
