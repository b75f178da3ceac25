"""Texts of what commands print at their end, in Spanish."""

WORDS = {
    "compiling": "Compilando rutinas para esta máquina, hasta medio minuto; se hace "
    "una sola vez.",
    "compiling_always": "Compilando rutinas, hasta medio minuto, como cada vez: no "
    "hay carpeta donde guardarlas. Indique en NUMBA_CACHE_DIR una donde se pueda "
    "escribir.",
    "and_more": " y {count} más",
    "record": "{count} registro",
    "records": "{count} registros",
    # Scores
    "score": "medida",
    "rows": "registros: {splits}",
    "rows_of": "{split} {count} ({skipped} fuera, sin código)",
    "effective_rows": "número efectivo de registros: {splits} (como si todos los "
    "registros de una unidad de muestreo fueran correctos o erróneos a la vez)",
    "level_rows": "medidas por nivel: sobre los registros cuyo código llega al nivel: "
    "{splits}",
    "lower": "menor es mejor: tree_distance, h_loss",
    "weighted": "factores de expansión: ponderan todas las medidas ({splits})",
    "unweighted": "factores de expansión: todos 1",
    "hierarchical": "hierarchical.f1 (F1 jerárquica, hF): cuentan los niveles "
    "correctos de cada código; {averages}",
    "root_in": "promedio {average}, con la raíz",
    "root_out": "promedio {average}, sin la raíz",
    "brackets": "entre corchetes: intervalo bootstrap de 95{gap}%; lo que se sorteó "
    "junto (textos iguales, un hogar) se remuestrea junto (ece: reflejado)",
    "set_averages": "instance: media de los registros; micro: nodos de todos los "
    "registros juntos; un nivel: sus nodos, micro",
    "set_scores": "subset_accuracy: exactamente los códigos verdaderos; true_codes, "
    "given_codes: códigos de un registro",
    "calibration": "calibración",
    "level": "nivel",
    "rows_head": "registros",
    "before": "{split} antes",
    "after": "{split} después",
    "several_codes": "varios códigos, cualquiera es correcto: {split} {count}",
    "outside_codes": "fuera del clasificador de la corrida, cuentan como errores: "
    "{split} {count} de {rows}",
    "without_outside": "; sin ellos leaf_accuracy {leaf}, {name} {f1}",
    "full_codes": "códigos completos {count}",
    "full_truth": "* para leer primero: {split} {name}, porque todos los códigos "
    "verdaderos son completos",
    "partial_truth": "* para leer primero: {split} {name}, porque {count} de {rows} "
    "códigos verdaderos son parciales: un código más profundo puede ser correcto, y se "
    "juzga hasta donde llega el verdadero",
    # Train
    "task": "Tarea {name}",
    "checked": "{file}: todo está bien. No se entrenó nada (--check).",
    "finished": "{run}: esta corrida está terminada; no se hizo nada. Use --overwrite "
    "para entrenarla de nuevo.",
    "stopped": "Detenido. Los mejores pesos hasta ahora están en {run}; dé la misma "
    "orden otra vez para continuar.",
    "stopped_early": "Detenido antes de que terminara la primera época: aún no hay "
    "modelo; dé la misma orden otra vez para empezar de nuevo.",
    "signalled": "Detenido por una señal. {run} está guardada; la misma orden "
    "continúa.",
    "run_is_in": "La corrida está en {run}:",
    "metrics": "medidas",
    "data_report": "informe de datos",
    "history": "épocas",
    "tensorboard": "TensorBoard",
    "report": "leer",
    "writes": "{command}  escribe {file}",
    "read_report": "La página para leer es {page}.",
    "make_plan": "planear",
    "code_records": "codificar",
    "test_it": "probarla",
    # Cuánto tardaron las etapas de un entrenamiento
    "time": "Tiempo: {time}; {stages}; memoria máxima {memory} GB.",
    "time_parts": "{time} en {parts} partes",
    "time_rest": "lo demás {share}",
    "time_total": "total",
    "time_unknown": "{run}: esta corrida no dice cuánto tardaron sus etapas: se "
    "entrenó antes de que eso se midiera.",
    "stage": "etapa",
    "wall_seconds": "segundos",
    "time_share": "parte",
    "cpu_seconds": "segundos de CPU",
    "peak_memory": "GB máximos al final",
    "stage_start": "arranque",
    "stage_reading": "lectura",
    "stage_tokenising": "división en palabras",
    "stage_vectors": "vectores y temas",
    "stage_linear": "modelo lineal",
    "stage_network": "construcción de la red",
    "stage_steps": "pasos",
    "stage_validation": "validación",
    "stage_saving": "guardado",
    "stage_baseline": "ajuste del modelo de comparación",
    "stage_calibration": "calibración",
    "stage_evaluation": "evaluación",
    "stage_other": "otros",
    # Evaluate
    "trained_on": "{file}: una corrida de la mezcla se entrenó con {records} de este "
    "archivo: los resultados son demasiado buenos. Dé registros con los que no se "
    "entrenó ninguna.",
    "left_out": "{file}: quedan fuera, sin código: {records}.",
    "pair_scores": "pares de códigos: {records}; códigos dados: {given}; etiquetas: "
    "{true}; de {judged} con veredicto y todas las etiquetas, {given_right} de los "
    "pares dados y {offered_right} de los ofrecidos son correctos",
    "pair_verdicts": "{impossible} imposibles, {suspicious} sospechosos",
    "task_unlabelled": "Ningún registro de {file} tiene una etiqueta de esta tarea: no "
    "se evaluó.",
    "added": "Agregado a {file} bajo {name}.",
    # Predict
    "repeated_keys": "han: nota: {records} con claves que ya tiene uno anterior "
    "(`data.key_columns`: {columns}). Las filas codificadas están en el orden de la "
    "entrada; estas claves solas no bastan para unirlas.",
    "flag_blank": "{count} vacíos (sin código)",
    "flag_non_answer": "{count} no respuestas (sin código)",
    "flag_bare_code": "{count} con solo un código suelto (no se da código)",
    "flag_odd_characters": "{count} con caracteres extraños o dañados",
    "flag_other_language": "{count} en otro idioma",
    "flag_unknown_words": "{count} con solo palabras desconocidas",
    "flag_cut": "{count} cortados (no se leyeron las palabras más allá del límite)",
    "flag_long": "{count} mucho más largos que los de entrenamiento",
    "none_flagged": "ninguno señalado",
    "pairs": "pares de códigos: {impossible} imposibles, {suspicious} sospechosos "
    "(columna pair).",
    "coded": "{records} procesados en {file}: {flags}.",
    "routes": " Destinos: {routes}.",
    "decision": "{count} decisión",
    "decisions": "{count} decisiones",
    "frequent_texts": " Textos frecuentes ({least} registros o más cada uno): "
    "{records}; una persona responde {answered} de ellos con {decisions}, que numera "
    "la columna `decision`.",
    "frequent_units": " Quedan para una persona, porque más de {most} registros tienen "
    "el mismo valor de `{column}`: {records}.",
    "no_units": "han: nota: los datos no tienen la columna `{column}`, así que nadie "
    "contó cuántos registros tiene cada uno de sus valores. La promesa supone: a lo "
    "más {most}.",
    "not_routed": "han: nota: --decoding y --allow-empty dan otros códigos que los que "
    "se probaron para el plan de esta ejecución, así que nada se asigna ni se promete. "
    "Omítalas para asignar según el plan.",
    "speed": "han: {rate} registros por segundo, {by}, una vez iniciado; {seconds} s "
    "en total.",
    "process": "{count} proceso",
    "processes": "{count} procesos",
    # Combine
    "weight": "peso",
    "log_loss": "pérdida log",
    "leaf_accuracy": "código completo",
    "mixture": "mezcla",
    "mixture_is_in": "La mezcla está en {run}:",
    # Compare
    "compared": "{records} de {file}{part}, sorteados juntos en {groups} grupos.",
    "effective_number": "Número efectivo de registros: {count}, como si todos los "
    "registros de un grupo fueran correctos o erróneos a la vez.",
    "points": "Entre paréntesis: puntos de diferencia con {run}, con el intervalo "
    "bootstrap pareado de 95{gap}%.",
    "coverage": "cobertura con {target}{gap}% de códigos completos correctos",
    "leaf": "exactitud, código completo",
    "level_accuracy": "exactitud, nivel {level}",
    "hf": "hF (F1 jerárquica)",
    "set_instance": "hF, media de los registros",
    "set_micro": "hF, todos los códigos juntos",
    "set_exact": "exactamente los códigos correctos",
    "set_level": "F1 de los códigos, nivel {level}",
    "hf_to_truth": "hF hasta donde llega el código verdadero",
    "hf_first": "Para leer primero: hF hasta donde llega el código verdadero, porque "
    "algunos códigos verdaderos son parciales. Un código más profundo que puede ser "
    "correcto no cuenta en contra de un código protegido.",
    "kind": "tipo",
    "speed_head": "registros por segundo",
    "megabytes": "megabytes",
    "protected": "no debe empeorar",
    "recall": "exhaustividad",
    "worse": "PEOR",
    "warning": "Aviso: {text}",
    "by_parts": "partes",
    "by_attention": "atención",
    "by_deletion": "supresión",
    "by_gradients": "gradientes",
    "evidence": "Evidencia por {by} en {records}: {file}. Muestra respuestas de "
    "informantes: guárdela donde se guardan los datos.",
    "code_words": "Palabras detrás de los códigos ({codes}): {files}.",
    "no_siblings": "Los registros no tienen códigos: no se dice nada de hermanos.",
    "sibling_words": "Palabras que distinguen {pairs} parejas de hermanos: {file}.",
    "written_to": "Escrito en {file}.",
    # Para qué registros vale una promesa
    "population_texts": "La promesa vale para registros como estos cuyo texto no se "
    "vio en el entrenamiento: {tested}.",
    "population_rows": "La promesa vale para registros como los de calibración: "
    "{tested}.",
    "population_column": "La promesa vale para registros como estos con un valor de "
    "{column} que no se vio en el entrenamiento: {tested}.",
    "population_file": "La promesa vale para registros como los de {file}: {tested}.",
    "tested_texts": "la probaron {records} registros de calibración de {units} textos",
    "tested_rows": "la probaron {records} registros de calibración, tomados uno por "
    "uno",
    "tested_column": "la probaron {records} registros de calibración de {units} "
    "valores de {column}",
    "population_sample": "La promesa vale para registros como los de {file}, una "
    "muestra aleatoria: la probaron {records} de sus registros.",
    "population_sample_seen": "Para los textos vistos en el entrenamiento vale una "
    "promesa propia, para registros como los de {file}, una muestra aleatoria: la "
    "probaron {records} de sus registros.",
    "population_weighted": " Los registros cuentan según sus factores de expansión.",
    "population_design": " Los registros cuentan según sus pesos de diseño.",
    "seen_left_out": "Registros de aquí con un texto que se vio en el entrenamiento: "
    "{count}. Los mismos umbrales los codifican, pero de ellos no se promete nada.",
    "small_input": "han: nota: la promesa se probó para archivos de unos {records} "
    "registros. En uno de {here} un texto puede aparecer una vez y ser frecuente en "
    "otros, así que la promesa puede no valer. Planee para este archivo: python -m "
    "han.plan RUN ARCHIVO --apply.",
}
