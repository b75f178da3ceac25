"""Texts of `han.scrub`, in English."""

WORDS = {
    "column": "column",
    "kind": "kind",
    "count": "found",
    "email": "mail address",
    "curp": "CURP",
    "rfc": "RFC",
    "iban": "IBAN",
    "clabe": "CLABE",
    "card": "card number",
    "cuit": "CUIT",
    "ruc": "RUC",
    "nif": "NIF or NIE",
    "dni": "DNI",
    "coordinates": "coordinates",
    "plate": "plate",
    "phone": "telephone number",
    "number": "long number",
    "name": "name",
    "nothing": "Nothing was found in {rows} rows; they are in {file}.",
    "done": "{touched} of {rows} rows had something; without it they are in {file}.",
    "not_all": "Not everything is found that leads to a person: let somebody read a "
    "sample.",
    "scrubbing": "scrubbing",
}
