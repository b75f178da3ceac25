"""Names of persons: behind a title that only persons have, or from a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

# Behind these comes a person, if the next word is written as a name.
_PERSONAL = (
    r"sr|sra|srta|srita|sres|sras|señora?|señorita|senora?|senorita|don|doña|dña|mr|mrs|ms|"
    "miss|madam"
)
# Behind these may come a trade or what was studied, too: a given name is needed.
_ACADEMIC = "dr|dra|ing|lic|licda|arq|prof|profa|mtro|mtra|psic|cp|c\\.p|enf|ab"
TITLE = re.compile(
    rf"(?<![\w.])(?:(?:{_PERSONAL})|(?P<academic>{_ACADEMIC}))\b\.?[ ]{{1,2}}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_PARTICLES = frozenset("de del la las los y da das dos van von mc".split())
_MOST_WORDS = 7  # of a name, particles among them

# Given names that are common in Mexico, Peru and Spain, without accents.
_GIVEN = """
    aaron abel abigail abraham adela adolfo adrian adriana agustin aida alan alberto
    alejandra alejandro alexander alexis alfonso alfredo ali alicia alma alonso
    alvaro amalia amanda amparo ana anabel andrea andres angela angelica anita
    antonia antonio araceli armando arturo asuncion aurora axel baltazar beatriz
    benito benjamin bernardo berta bertha blanca brenda bruno camila caridad carla
    carlos carmen carolina catalina cecilia celia cesar ciro citlali clara claudia
    clementina concepcion conchita consuelo cristian cristina cristobal cynthia
    damian daniel daniela dante dario david debora diana diego dolores domingo dora
    dulce edgar edith edmundo eduardo efrain elena elias elizabeth eloisa elsa elvia
    elvira emilia emilio emma enrique erick ernestina ernesto esmeralda esteban
    estela esther eugenia eugenio eulalia eva evangelina evaristo fabian fabiola
    fatima faustino felipe felix fermin fernanda fernando fidel flavia flor
    florencia francis francisca francisco gabriel gabriela genaro genoveva gerardo
    german gilberto gisela gladys gloria gonzalo graciela gregorio griselda
    guadalupe guillermina guillermo gustavo hector herlinda hernan hilario hilda
    hugo humberto ignacio ilse ines irene irma isabel isabela isaias isidro ismael
    israel itzel ivan ivonne jacinto jaime javier jesica jessica jesus joaquin joel
    jonathan jordan jorge jose josefina josue juan juana juanita judith julia julian
    juliana julio julissa karen karina karla kevin laura lazaro leonardo leonel
    leonor leopoldo leticia lidia lilia liliana linda lisandro lorena lorenzo
    lourdes lucas lucero lucia luciana luciano luis luisa luz magdalena manuel
    manuela marcela marcelino marcelo marco marcos margarita maria mariana maribel
    marina mario marisela marisol maritza marlene marta martha martin mateo matias
    mauricio maximo mayte melissa mercedes micaela miguel milagros minerva mireya
    miriam misael moises monica nancy narciso natalia nayeli nelida nelly nelson
    nestor nicolas noe noelia noemi nora norberto norma norman octavio ofelia olga
    olivia omar orlando oscar oswaldo otilia pablo paola patricia patricio paula
    pedro perla pilar porfirio priscila prudencio quirino rafael ramiro ramon raquel
    raul rebeca reynaldo ricardo rigoberto roberto rocio rodolfo rodrigo rogelio
    roger rolando romulo rosa rosalia rosalinda rosario rosaura rosendo roxana ruben
    ruby rufino ruth sabino salma salvador samuel sandra santiago santos sara
    saturnino saul sebastian selena serafin sergio silverio silvia simon socorro
    sofia soledad sonia susana tania teodoro teresa timoteo tobias tomas trinidad
    ubaldo ulises urbano ursula valentin valentina valeria vanesa vanessa veronica
    vicente victor victoria vilma violeta virginia walter wenceslao wendy wilber
    william wilson ximena xochitl yadira yahir yeni yesenia yolanda yuridia zacarias
    zoe zoila
"""
GIVEN_NAMES = frozenset(_GIVEN.split())
# Family names that are no words, which go on a name in texts without capitals.
_FAMILY = """
    aguilar alvarez arias avila benitez bautista cabrera calderon cardenas
    castro cervantes chavez contreras cordova delgado diaz dominguez escobar espinoza
    estrada fernandez figueroa galvan garcia garza gomez gonzales gonzalez gutierrez
    hernandez huaman ibarra jimenez juarez lopez lozano macias martinez
    mejia mendez mendoza miranda morales munoz murillo nunez ochoa ordonez orozco
    ortiz padilla pacheco perez quispe ramirez rivas rodriguez ruiz
    salazar sanchez sandoval solis suarez trejo trujillo valdez valencia vargas vasquez
    vazquez velasquez velazquez villanueva yupanqui zamora zavala zuniga
"""
FAMILY_NAMES = frozenset(_FAMILY.split())
# Words that are trades, products or places more often than names, without accents.
_PROTECTED = """
    abril alba alegria amaya angel arena arenas arroyo asuncion aurora azucena banda
    barbero barrera bello blanca blanco bosque bravo cabello cabeza calle camino
    campo campos cano cantero carpintero carretero casa casas castillo cazador
    celeste cerda cerrajero clara cordero corona corral correa cortes cruz cuellar
    cuesta dolores domingo dorado encarnacion escudero esmeralda esperanza espino
    estrella fe flor flores franco fuente fuentes gallardo gallo gloria granada
    guerra guerrero guzman herrera herrero hidalgo hierro huerta iglesias jara
    jazmin ladrillero lago lechuga leon lima linares lirio llano llanos lobo luna
    luz maestre maldonado mar margarita marin marques mata mayo mercado mercedes
    merino mesa milagros molina molinero molino monte montes moreno navarro nieves
    nino oliva olivares oro ortega pala palma palmas palomo panadero pardo paredes
    pastor paz pena perla pilar pino pintor plata plaza ponce prado puente puerta
    puerto quesada quintero ramos real remedios rey reyes ribera rico rincon rio
    rios rivera roble robles roca rocio rojas rojo romero rosa rosales rosario rosas
    rubi rubio sal salado salas salinas salvador santa santos sastre sauce seda
    serrano sierra silva sol soldado soria soto tapia tejada tejedor tierra toro
    torre torres trigo valle vaquero vega vela verde verdugo vidal villa vina
    violeta yegua zapata zapatero
"""
PROTECTED = frozenset(_PROTECTED.split())


# What stands behind an academic title when it is none of a person.
_STUDIES = frozenset(
    """
    administracion agronomia agronomo agricola alimentos ambiental arquitectura biologia
    bioquimica civil comercial comunicacion computacion contabilidad derecho diseno
    economia educacion electrico electricista electronica electronico enfermeria
    estadistica farmacia fisica forestal geologo geologia historia industrial
    informatica letras matematicas mecanica mecanico mecatronica medicina metalurgia
    minas naval nutricion pedagogia petrolero psicologia quimica quimico sistemas social
    sociologia textil topografo topografia turismo veterinaria veterinario zootecnia
    zootecnista
    """.split()
)


def plain(word: str) -> str:
    """A word without case and accents; ñ becomes n, too.

    Example:
        >>> plain("Núñez")
        'nunez'
    """
    return word.casefold().translate(_ACCENTS)


_ACCENTS = str.maketrans("áéíóúüàèìòùâêîôûäëïöñç", "aeiouuaeiouaeiouaeionc")


def name_spans(
    text: str, names: Collection[str], protected: Collection[str]
) -> Iterator[tuple[int, int]]:
    """Where names of persons stand.

    Args:
        text: The text.
        names: Names that are taken out wherever they stand, as `plain` has them.
        protected: Words that are no names unless a title and a way of writing say so.

    Example:
        >>> text = "Ayudo al Sr. Juan Pérez, ing. civil"
        >>> [text[slice(*span)] for span in name_spans(text, (), PROTECTED)]
        ['Juan Pérez']
    """
    words = _NameWords(frozenset(names), protected, _is_mixed(text))
    end = 0
    for title in TITLE.finditer(text):
        if title.end() <= end:
            continue
        end = start = _behind_titles(text, title.end())
        following = list(_following(text, start))
        if found := _end_of_name(words, following, bool(title["academic"])):
            yield start, found
            end = found
    if names:
        yield from _listed(text, names, protected)


def _is_mixed(text: str) -> bool:
    """Whether capitals say anything in a text."""
    return not (text.isupper() or text.islower())


def _behind_titles(text: str, at: int) -> int:
    """Where the word stands behind all of several titles: `Sra. Lic. Ana`."""
    while more := TITLE.match(text, at):
        at = more.end()
    return at


def _following(text: str, at: int) -> Iterator[re.Match[str]]:
    """The words from a place on that nothing but one space parts."""
    for _ in range(_MOST_WORDS):
        word = _WORD.match(text, at)
        if word is None:
            return
        yield word
        at = word.end()
        if text[at : at + 1] != " ":
            return
        at += 1


@dataclass(frozen=True)
class _NameWords:
    """Which words are those of a name.

    Attributes:
        names: Names that are given.
        protected: Words that are none.
        is_mixed: Whether capitals say anything.
    """

    names: frozenset[str]
    protected: Collection[str]
    is_mixed: bool

    def begins(self, words: Sequence[str], is_academic: bool) -> bool:
        """Whether the words behind a title are a name."""
        known = plain(words[0])
        if known in self.names or known in GIVEN_NAMES:
            return True
        if not self._is_written_so(words[0]) or known in _STUDIES:
            return False
        # Two in a row: no trade is written so behind a title.
        if len(words) > 1 and self._is_written_so(words[1]):
            return plain(words[1]) not in _STUDIES
        return not is_academic and known not in self.protected

    def goes_on(self, word: str) -> bool:
        """Whether a word behind a name belongs to it."""
        if self.is_mixed:
            return word[0].isupper()
        known = plain(word)
        is_name = known in GIVEN_NAMES or known in FAMILY_NAMES
        return known in self.names or (is_name and known not in self.protected)

    def _is_written_so(self, word: str) -> bool:
        return self.is_mixed and word[0].isupper() and not word.isupper()


def _end_of_name(
    words: _NameWords, found: Sequence[re.Match[str]], is_academic: bool
) -> int:
    """Where a name ends; 0 if there is none."""
    if not found or not words.begins([one[0] for one in found], is_academic):
        return 0
    end = found[0].end()
    for word in found[1:]:
        if words.goes_on(word[0]):
            end = word.end()
        elif plain(word[0]) not in _PARTICLES:
            break
    return end


def _listed(
    text: str, names: Collection[str], protected: Collection[str]
) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        known = plain(word[0])
        if known in names and known not in protected:
            yield word.span()
