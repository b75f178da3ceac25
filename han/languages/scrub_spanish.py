"""Texts of `han.scrub`, in Spanish."""

WORDS = {
    "column": "columna",
    "kind": "clase",
    "count": "encontrados",
    "email": "correo electrónico",
    "curp": "CURP",
    "rfc": "RFC",
    "iban": "IBAN",
    "clabe": "CLABE",
    "card": "número de tarjeta",
    "cuit": "CUIT",
    "ruc": "RUC",
    "nif": "NIF o NIE",
    "dni": "DNI",
    "coordinates": "coordenadas",
    "plate": "placa",
    "phone": "teléfono",
    "number": "número largo",
    "name": "nombre",
    "nothing": "No se encontró nada en {rows} filas; están en {file}.",
    "done": "{touched} de {rows} filas tenían algo; sin ello están en {file}.",
    "not_all": "No se encuentra todo lo que lleva a una persona: que alguien lea una "
    "muestra.",
    "scrubbing": "anonimizando",
}
