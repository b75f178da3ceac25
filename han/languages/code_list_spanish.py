"""Texts about code lists and codes of labels in Spanish."""

WORDS = {
    "and_more": " y {count} más",
    # What was understood of a file
    "summary": "Clasificador {where}: {codes} códigos en {levels} niveles ({counts}), "
    "códigos superiores por {rule}",
    "rule_column": "columna",
    "rule_prefix": "prefijo",
    "rule_order": "orden",
    "rule_levels": "niveles",
    "count": "{count}",
    "first_path": "primera rama: {path}",
    "columns_read": "columnas leídas: {columns}",
    "read_as": "{name} como {role}",
    "role_code": "código",
    "role_parent": "código superior",
    "role_title": "título",
    "left_blank": "quedan fuera, por vacías: filas {rows}",
    "left_header": "quedan fuera, por repetir el encabezado: filas {rows}",
    "left_note": "quedan fuera, por ser notas y no códigos: filas {rows}",
    "left_total": "quedan fuera, por ser un total: filas {rows}",
    "left_mark": "queda fuera la marca T al final de {count} títulos",
    "top": "el código superior {parents} no es un código: significa que no hay otro "
    "más arriba",
    "nearest": "unidos al código superior más cercano: {codes}",
    # What is likely of labels
    "in_column": "columna {name}, {note}",
    "cells": " ({cells})",
    "turned": "las columnas de códigos pueden estar al revés: cada código tiene uno "
    "solo debajo, y ese tiene muchos arriba. Escriba `data.label_columns` desde el "
    "nivel más alto hacia abajo.",
    "case": "códigos que solo difieren en mayúsculas y minúsculas: {pairs}.",
    "padded": "códigos que pueden ser otros más cortos, completados con ceros{cells}. "
    "Escriba los códigos parciales sin esos ceros.",
    "lengths": "códigos de distinto largo, ninguno de los cuales empieza con "
    "cero{cells}. Si se perdieron ceros, guarde los códigos como texto; si los "
    "primeros dígitos indican niveles, escriba `taxonomy.digits`.",
    "bare": "{count} códigos de {width} dígitos no tienen ninguno debajo, y ningún "
    "código empieza con cero. ¿Eran de {full} dígitos, {first} era {filled}? Entonces "
    "guarde los códigos como texto.",
    "pointed": "códigos que parecen números con punto{cells}: ninguno tiene un cero al "
    "principio o al final, y su largo varía. Si se perdieron ceros (01.10 y 1.1), "
    "guarde los códigos como texto.",
    "one_number": "códigos que son un mismo número{cells}. Si se perdieron ceros, "
    "guarde los códigos como texto.",
    "marks": "códigos con y sin signos{cells}.",
    "serials": "códigos que pueden ser fechas de una hoja de cálculo{cells}.",
    "no_zeros": "ningún código de los datos empieza con cero, pero sí {share} de los "
    "del clasificador. ¿Se perdieron los ceros a la izquierda? Guarde los códigos como "
    "texto.",
    # Damaged label cells
    "damage": "filas {rows}: las celdas son {words}{cells}. {advice}.",
    "likely_damage": "filas {rows}: las celdas pueden ser {words}{cells}. {advice}.",
    "errors": "errores de una hoja de cálculo",
    "missing": "valores faltantes escritos con palabras o signos",
    "footers": "notas o totales debajo de una tabla",
    "scientific": "números en notación científica",
    "booleans": "verdadero y falso",
    "amounts": "cantidades o porcentajes",
    "quoted": "códigos entre comillas",
    "thousands": "números con separador de miles, o varios códigos",
    "dates": "fechas que una hoja de cálculo hizo de códigos",
    "several": "varios códigos",
    "titled": "un código con su título",
    "marked": "un código con un signo",
    "other_form": "de otra forma que todos los demás códigos",
    # What to do with them
    "as_text": "Dé a la columna formato de texto antes de escribir los códigos, y "
    "escríbalos de nuevo",
    "code_alone": "Deje en la celda solo el código",
    "no_code": "Deje vacías las celdas, o escriba su contenido en `data.no_code`",
    "correct_formulas": "Corrija las fórmulas",
    "remove_rows": "Quite esas filas",
    "write_codes": "Escriba códigos",
    "text_column": "Dé a la columna formato de texto",
    "remove_quotes": "Quite las comillas, y el signo que las precede",
    "one_code_as_text": "Dé a la columna formato de texto; en una celda va un solo "
    "código",
    "one_code": "Escriba un solo código en cada celda, o nombre en `data.label_sets` "
    "el separador de los códigos, el mismo en todas",
    "remove_mark": "Quite el signo del final",
    "correct_them": "Corríjalas si no son códigos",
}
