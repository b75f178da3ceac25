"""A queue with invented answers about trades, filled without a run or a job."""

import hashlib
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from han.reviewing.queue_database import make_queue
from han.reviewing.queue_tables import answer_rows, answers, codes, strata, texts

# code: title, further titles, includes, excludes. A parent is a code's beginning.
CODES = {
    "5": ("Comercio", [], "", ""),
    "51": ("Comercio de alimentos", [], "", ""),
    "511": ("Venta de alimentos preparados", ["taquero"], "Puestos y fondas", ""),
    "512": ("Venta de frutas y verduras", ["frutero"], "", "Mayoreo (513)"),
    "513": ("Venta de abarrotes", ["tendero", "abarrotero"], "", ""),
    "52": ("Comercio de otros productos", [], "", ""),
    "521": ("Venta de ropa", ["tianguista"], "", "Costura (711)"),
    "522": ("Venta de refacciones", [], "Autopartes", "Reparación (721)"),
    "7": ("Oficios", [], "", ""),
    "71": ("Oficios de la confección y la madera", [], "", ""),
    "711": ("Costura", ["costurera", "sastre"], "Arreglos", "Venta (521)"),
    "712": ("Carpintería", ["carpintero", "ebanista"], "", ""),
    "72": ("Oficios del metal y la construcción", [], "", ""),
    "721": ("Mecánica de vehículos", ["mecánico"], "Autos y camiones", ""),
    "722": ("Albañilería", ["albañil", "maestro de obra"], "", ""),
    "723": ("Herrería", ["herrero", "soldador"], "", ""),
    "9": ("Servicios personales", [], "", ""),
    "91": ("Limpieza y cuidado", [], "", ""),
    "911": ("Limpieza de casas", ["trabajadora del hogar"], "", ""),
    "912": ("Cuidado de niños", ["niñera"], "", "Guarderías"),
    "92": ("Belleza", [], "", ""),
    "921": ("Corte de cabello", ["peluquero", "estilista"], "", ""),
    "922": ("Arreglo de uñas", ["manicurista"], "", ""),
}
TRADES = {
    "511": ["vendo tacos", "hago tamales", "cocino comida corrida"],
    "512": ["vendo fruta", "puesto de verduras"],
    "513": ["atiendo una tienda", "despacho abarrotes"],
    "521": ["vendo ropa", "ropa usada en el tianguis"],
    "522": ["vendo autopartes", "mostrador de refacciones"],
    "711": ["coso uniformes", "arreglo pantalones", "sastre"],
    "712": ["hago muebles", "carpintero"],
    "721": ["arreglo carros", "mecánico de camiones"],
    "722": ["albañil", "peón de obra", "pego tabique"],
    "723": ["hago puertas de fierro", "soldador"],
    "911": ["limpio casas", "lavo y plancho ajeno"],
    "912": ["cuido niños", "niñera"],
    "921": ["corto el pelo", "peluquera"],
    "922": ["pongo uñas", "manicurista"],
}
PLACES = [
    "en mi casa",
    "en el mercado",
    "en la calle",
    "con mi tío",
    "por mi cuenta",
    "en un local",
    "en la colonia",
    "los fines de semana",
]
NODES = {code: node for node, code in enumerate(CODES)}
LEAVES = [code for code in CODES if len(code) == 3]
# name: coded, method, level, answers, rows, weight of the frame of up to 60 answers
STRATA = {
    "exact:3": (True, "exact", 3, 100, 900, 900.0),
    "model:3": (True, "model", 3, 400, 520, 520.0),
    "clerk:first": (False, "clerk", None, 0, 0, 0.0),
    "clerk:rest": (False, "clerk", None, 300, 310, 310.0),
}


@dataclass(frozen=True)
class _Drawn:
    part: str
    stratum: str
    inclusion: float


def make_example_queue(place, answers=60, seed=0):
    """A queue of invented answers: two fields, three levels, all parts, no people.

    A tenth is coded by two, of these a fifth (at least one) is gold, a tenth has no
    suggestions; the machine is right in about three of four.

    Returns:
        QueueDatabase: Of `place`; `true_nodes` has what is right.
    """
    chance, drawn = np.random.default_rng(seed), _parts(answers)
    queue = make_queue(place, _settings(answers, seed))
    rows = [_answer(k, drawn[k], chance) for k in chance.permutation(answers)]
    size = max(1, answers // 6)
    for number in range(answers):
        rows[number]["batch"] = number // size + 1
    rows.sort(key=lambda row: (row["batch"], row["machine_node"], row["digest"]))
    for number, row in enumerate(rows, 1):
        row |= {"id": number, "place": number, **_roles(number, answers)}
    with queue.writing() as connection:
        _fill(connection, rows)
    return queue


def true_nodes(queue):
    """The right node of each answer, by its id: told from its first field."""
    words = {text: NODES[code] for code, some in TRADES.items() for text in some}
    first = sa.select(texts.c.answer, texts.c.text).where(texts.c.place == 0)
    with queue.reading() as connection:
        return {row.answer: words[row.text] for row in connection.execute(first)}


def _settings(count, seed):
    return {
        "name": "oficios",
        "language": "es",
        "task": "oficio",
        "fields": ["oficio", "detalle"],
        "keys": ["folio"],
        "batch": max(1, count // 6),
        "seed": seed,
        "digest_key": "0" * 64,
    }


def _parts(count):
    """Part, stratum and inclusion of each: 7 of 10 work, 1 sample, 2 check."""
    random = [
        ("sample", "clerk:rest", count // 10),
        ("check", "model:3", count // 8),
        ("check", "exact:3", count // 15),
    ]
    drawn = []
    for part, stratum, number in random:
        inclusion = number / (STRATA[stratum][3] * _times(count))
        drawn += [_Drawn(part, stratum, inclusion)] * number
    return drawn + [_Drawn("work", "clerk:first", 1.0)] * (count - len(drawn))


def _times(count):
    """How many times larger the frame of a larger queue is."""
    return -(-count // 60)


def _roles(number, count):
    """Seats, gold and suggestions: by place, as it is random what stands there."""
    double = number % 10 == 3
    gold = double and (number % 50 == 3 or count < 50)
    return {
        "seats": 1 + double,
        "gold": gold,
        "suggestions": number % 10 != 7,
    }


def _answer(number, drawn, chance):
    leaf = LEAVES[chance.integers(len(LEAVES))]
    trades = TRADES[leaf]
    told = (trades[number % len(trades)], _detail(number, chance))
    shares = np.sort(chance.dirichlet(np.full(9, 0.4)))[::-1].round(4)
    order = [leaf, *chance.permutation([code for code in LEAVES if code != leaf])[:8]]
    if chance.random() < 0.25:
        order[:2] = order[1::-1]
    candidates = [[NODES[str(c)], float(p)] for c, p in zip(order, shares, strict=True)]
    doubt, rows = float(1 - shares[0]), int(chance.integers(1, 9))
    return {
        "stratum": drawn.stratum,
        "part": drawn.part,
        "inclusion": drawn.inclusion,
        "rows": rows,
        "weight": float(rows),
        "doubt": doubt,
        "priority": doubt * rows * rows,
        "machine_node": candidates[0][0],
        "machine_probability": candidates[0][1],
        "machine_method": "exact" if drawn.stratum == "exact:3" else "model",
        "candidates": candidates,
        "digest": hashlib.sha256("\t".join(told).encode()).hexdigest(),
        "told": told,
    }


def _detail(number, chance):
    """Words about the place; with the number they are of this answer alone."""
    return f"{PLACES[chance.integers(len(PLACES))]}, local {number + 1}"


def _fill(connection, rows):
    connection.execute(sa.insert(codes), [_code(code) for code in CODES])
    connection.execute(sa.insert(strata), _strata(rows))
    told = [row.pop("told") for row in rows]
    connection.execute(sa.insert(answers), rows)
    pairs = [
        {
            "answer": row["id"],
            "field": field,
            "place": place,
            "text": text[place],
            "evidence": [] if place else [[0, len(text[0].split()[0]), 1.0]],
        }
        for row, text in zip(rows, told, strict=True)
        for place, field in enumerate(("oficio", "detalle"))
    ]
    connection.execute(sa.insert(texts), pairs)
    keys = [(row["id"], number) for row in rows for number in range(row["rows"])]
    connection.execute(
        sa.insert(answer_rows),
        [
            {"answer": answer, "number": number, "keys": {"folio": f"{k:05d}"}}
            for k, (answer, number) in enumerate(keys)
        ],
    )


def _code(code):
    title, titles, includes, excludes = CODES[code]
    return {
        "node": NODES[code],
        "code": code,
        "parent": NODES.get(code[:-1]),
        "level": len(code),
        "title": title,
        "titles": titles,
        "description": "",
        "includes": includes,
        "excludes": excludes,
    }


def _strata(rows):
    names = ("coded", "method", "level", "answers", "rows", "weight")
    times = _times(len(rows))
    found = [
        {"name": name, **dict(zip(names, values, strict=True))}
        for name, values in STRATA.items()
    ]
    for stratum in found:
        stratum |= {name: stratum[name] * times for name in names[3:]}
    first = [row for row in rows if row["stratum"] == "clerk:first"]
    for stratum in found:
        if stratum["name"] == "clerk:first":
            total = sum(row["rows"] for row in first)
            stratum |= {"answers": len(first), "rows": total, "weight": float(total)}
    return found
