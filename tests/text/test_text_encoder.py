"""Words, sentences, vocabulary and integer arrays."""

import json
import subprocess
import sys
import unicodedata
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from han.config.text_config import Language
from han.errors import InputError
from han.kernels.ragged_ranges import ranges, starts
from han.text.cleaning import (
    ISO_CODES,
    NUMBER,
    PROTECTED,
    Cleaner,
    fold_accents,
    normalise,
)
from han.text.splitting import Splitter
from han.text.text_encoder import (
    EncodedTexts,
    FieldLimits,
    TextEncoder,
    TokenisedTexts,
)
from han.text.vocabulary import PADDING_ID, UNKNOWN_ID, Vocabulary

LANGUAGES = get_args(Language)
WORDS = ["pan", "leche", "niño", "Camión", "no", "2.5", "de", "x."]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def encoder(words: int = 3, sentences: int = 2, **cleaning: object) -> TextEncoder:
    limits = {
        "name": FieldLimits(words, sentences),
        "tasks": FieldLimits(words + 1, sentences),
    }
    vocabulary = Vocabulary(["pan", "leche", "niño", "camión"])
    return TextEncoder(limits, Splitter(), Cleaner(**cleaning), vocabulary)  # type: ignore[arg-type]


def same(first: EncodedTexts, second: EncodedTexts) -> bool:
    if list(first.unknown) != list(second.unknown):
        return False
    names = [f.name for f in fields(EncodedTexts) if f.name != "unknown"]
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        and getattr(first, name).dtype == getattr(second, name).dtype
        for name in names
    )


def _spelt(texts: EncodedTexts) -> EncodedTexts:
    """With the unknown words in use alone, in the order in which they are met."""
    used = list(dict.fromkeys(i for i in texts.word_ids.tolist() if i < 0))
    number = {old: -1 - new for new, old in enumerate(used)}
    ids = [number.get(i, i) for i in texts.word_ids.tolist()]
    words = tuple(texts.unknown[-1 - i] for i in used)
    return replace(texts, word_ids=np.array(ids, np.int32), unknown=words)


def documents(texts: EncodedTexts) -> list[tuple[list[tuple[int, list[int]]], bool]]:
    """Each document as its (field, word ids) sentences and `cut`, by plain loops."""
    result, sentence, word = [], 0, 0
    for count, cut in zip(texts.document_sentences, texts.cut, strict=True):
        own = []
        for _ in range(count):
            length = texts.sentence_lengths[sentence]
            ids = texts.word_ids[word : word + length].tolist()
            own.append((int(texts.sentence_fields[sentence]), ids))
            sentence, word = sentence + 1, word + length
        result.append((own, bool(cut)))
    return result


def sentences(found: TokenisedTexts) -> list[list[tuple[int, list[str]]]]:
    """Each document as its (field, words) sentences."""
    return [
        [(field, [found.words[i] for i in ids]) for field, ids in own]
        for own, _ in documents(found.texts)
    ]


class TestCleaning:
    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_accents_and_tilde_survive(self, form: str) -> None:
        text = unicodedata.normalize(form, "Camión Ñandú cigüeña coração")
        assert Splitter()(text) == [["Camión", "Ñandú", "cigüeña", "coração"]]
        sentences = [Cleaner()(words) for words in Splitter()(text)]
        assert sentences == [["camión", "ñandú", "cigüeña", "coração"]]

    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_folding_keeps_the_letters_that_are_no_accents(self, form: str) -> None:
        text = unicodedata.normalize(form, "Camión ñandú cigüeña àêï façade")
        assert fold_accents(text) == "Camion ñandu cigueña aei façade"
        words = Splitter()(text)[0]
        assert Cleaner(fold_accents=True)(words)[:2] == ["camion", "ñandu"]

    def test_case_stays_when_asked(self) -> None:
        assert Cleaner(lowercase=False)(["Pan", "IVA"]) == ["Pan", "IVA"]

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("fold", [False, True])
    def test_negations_are_never_stop_words(
        self, language: Language, fold: bool
    ) -> None:
        cleaner = Cleaner(language, remove_stop_words=True, fold_accents=fold)
        negations = sorted(PROTECTED)
        kept = cleaner(negations)
        assert len(kept) == len(negations)
        assert {"no", "sin"} <= set(kept)

    @pytest.mark.parametrize(
        ("language", "words", "kept"),
        [
            ("spanish", "el pan de los niños", ["pan", "niños"]),
            ("english", "the bread of a baker", ["bread", "baker"]),
            ("english", "they don't can’t bake", ["don't", "can’t", "bake"]),
            ("portuguese", "o pão de uma padaria", ["pão", "padaria"]),
            ("french", "le pain de la boulangerie", ["pain", "boulangerie"]),
            ("italian", "il pane della panetteria", ["pane", "panetteria"]),
            ("german", "das Brot und keinen Kuchen", ["brot", "keinen", "kuchen"]),
        ],
    )
    def test_stop_words_go(self, language: Language, words: str, kept: list) -> None:
        assert Cleaner(language, remove_stop_words=True)(words.split()) == kept
        assert Cleaner(language)(["de", "the"]) == ["de", "the"]

    def test_stop_words_keep_a_missing_accent_apart(self) -> None:
        assert Cleaner(remove_stop_words=True)(["sólo", "solo", "más"]) != []

    @pytest.mark.parametrize(
        ("numbers", "expected"),
        [
            ("keep", ["2", "2.5", "1,000.50", "3m", "b2"]),
            ("token", [NUMBER, NUMBER, NUMBER, "3m", "b2"]),
            ("drop", ["3m", "b2"]),
        ],
    )
    def test_numbers(self, numbers: str, expected: list[str]) -> None:
        words = ["2", "2.5", "1,000.50", "3m", "B2"]
        assert Cleaner(numbers=numbers)(words) == expected  # type: ignore[arg-type]

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("form", ["stem", "lemma"])
    def test_every_language_has_stems_and_lemmas(
        self, language: Language, form: str
    ) -> None:
        cleaner = Cleaner(language, word_form=form)  # type: ignore[arg-type]
        cleaned = cleaner(["zapatos", "Häuser", "no"])
        assert len(cleaned) == 3
        assert all(word == word.lower() for word in cleaned)

    def test_stems_and_lemmas_join_word_forms(self) -> None:
        forms = ["zapatero", "zapateros"]
        assert len(set(Cleaner(word_form="stem")(forms))) == 1
        assert Cleaner(word_form="lemma")(["zapatos", "vendía"]) == ["zapato", "vender"]
        assert "ñ" in Cleaner(word_form="stem")(["niños"])[0]
        assert Cleaner("german", word_form="lemma")(["Häuser"]) == ["haus"]

    def test_missing_simplemma_is_explained(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "simplemma", None)
        with pytest.raises(
            InputError, match=r"needs the package simplemma.*or surface"
        ):
            Cleaner(word_form="lemma")(["pan"])

    def test_every_language_has_a_code(self) -> None:
        assert set(ISO_CODES) == set(LANGUAGES)

    @given(st.text(max_size=30), st.sampled_from(["NFC", "NFD"]))
    @settings(deadline=None)
    def test_normalise_is_idempotent_and_blind_to_form(self, text: str, form) -> None:
        key = normalise([text])
        assert normalise([key]) == key
        assert normalise(["¡" + unicodedata.normalize("NFC", text)]) == normalise(
            [unicodedata.normalize("NFD", text) + "  !"]
        )

    def test_normalise_keeps_fields_and_order(self) -> None:
        assert normalise(["a", "b"]) != normalise(["a b", ""])
        assert normalise(["a b"]) != normalise(["b a"])
        assert normalise(["año"]) != normalise(["ano"])


class TestSplitting:
    @pytest.mark.parametrize(
        ("text", "sentences"),
        [
            ("Vende pan. Hace tortas", ["Vende pan", "Hace tortas"]),
            ("¿Vende? ¡Sí! Mucho.", ["Vende", "Sí", "Mucho"]),
            ("El Dr. Ruiz opera", ["El Dr Ruiz opera"]),
            ("Bebidas S.A. de C.V. en Lima", ["Bebidas S A de C V en Lima"]),
            ("Bolsa de 2.5 kg. y 1,000.50 lt", ["Bolsa de 2.5 kg y 1,000.50 lt"]),
            ("una línea\notra\r\ntercera\rcuarta", "una línea,otra,tercera,cuarta"),
            ("salchicha/jamón hot-dog d'or", ["salchicha jamón hot dog d'or"]),
            ("pan_dulce", ["pan dulce"]),
            ("", []),
            (" ... ¡! \n - ", []),
        ],
    )
    def test_rule(self, text: str, sentences: list[str] | str) -> None:
        expected = sentences.split(",") if isinstance(sentences, str) else sentences
        assert [" ".join(words) for words in Splitter()(text)] == expected

    def test_whole_is_one_sentence(self) -> None:
        assert Splitter("whole")("Uno. Dos.\nTres") == [["Uno", "Dos", "Tres"]]
        assert Splitter("whole")("...") == []

    def learnt_texts(self) -> list[str]:
        some = [f"Vive en la urb. primavera {i} y vende pan." for i in range(40)]
        rare = ["Trabaja con el xqz. martínez y el xqz. lópez y el xqz. ruiz."] * 3
        return some + rare

    def test_punkt_learns_abbreviations(self) -> None:
        text = "Vive en la urb. Primavera"
        splitter = Splitter.learn(self.learnt_texts())
        assert "urb" in splitter.learnt["abbreviations"]  # type: ignore[index]
        assert (len(Splitter()(text)), len(splitter(text))) == (2, 1)

    def test_punkt_keeps_the_list_of_abbreviations(self) -> None:
        assert len(Splitter.learn(["nada"])("El Dr. Ruiz opera")) == 1

    def test_punkt_round_trip(self) -> None:
        splitter = Splitter.learn(self.learnt_texts())
        form = json.loads(json.dumps(splitter.to_dict()))
        again = Splitter(**form)
        assert again.to_dict() == splitter.to_dict()
        for text in self.learnt_texts():
            assert again(text) == splitter(text)

    def test_punkt_saves_no_rare_word(self) -> None:
        def saved(texts: list[str], **options: int) -> str:
            return json.dumps(Splitter.learn(texts, **options).to_dict())

        assert "xqz" in saved(self.learnt_texts(), min_count=3)
        assert "xqz" not in saved(self.learnt_texts())  # 9 times, but in 3 texts
        assert "urb" not in saved(self.learnt_texts(), min_count=41)

    @pytest.mark.parametrize("texts", [[], [""], ["..."]])
    def test_punkt_learns_from_nothing(self, texts: list[str]) -> None:
        assert Splitter.learn(texts)("Uno. Dos") == [["Uno"], ["Dos"]]


class TestVocabulary:
    def test_counts_documents_not_occurrences(self) -> None:
        texts = [["eco"] * 9, ["pan"], ["pan"]]
        assert Vocabulary.of_documents(texts, min_count=2).words == ("pan",)

    def test_min_count_size_and_ties(self) -> None:
        texts = [["b", "a", "c"], ["c", "b", "a"], ["c", "d"]]
        assert Vocabulary.of_documents(texts, min_count=1).words == ("c", "a", "b", "d")
        assert Vocabulary.of_documents(texts, min_count=3).words == ("c",)
        assert Vocabulary.of_documents(texts, min_count=1, size=2).words == ("c", "a")

    @given(st.lists(st.lists(st.sampled_from("abcdef"))), st.randoms())
    @settings(deadline=None)
    def test_order_of_documents_does_not_matter(self, texts, random) -> None:
        before = Vocabulary.of_documents(texts, min_count=2, size=3).words
        shuffled = [random.sample(words, len(words)) for words in texts]
        random.shuffle(shuffled)
        assert Vocabulary.of_documents(shuffled, min_count=2, size=3).words == before

    def test_ids(self) -> None:
        vocabulary = Vocabulary(["pan", "leche"])
        assert vocabulary.ids(["leche", "pan", "otro"]) == [3, 2, UNKNOWN_ID]
        assert len(vocabulary) == 4
        assert PADDING_ID not in vocabulary.ids(["", "pan"])
        assert len(Vocabulary([])) == 2


class TestEncoding:
    def test_long_sentences_go_on_and_the_rest_is_cut(self) -> None:
        found = encoder(3, 2).tokenise(
            {"name": ["a b c d e", "a b c d e f g", "Uno. Dos. Tres"]}
        )
        assert sentences(found)[0] == [(0, ["a", "b", "c"]), (0, ["d", "e"])]
        assert found.texts.cut.tolist() == [False, True, True]
        assert found.num_words.tolist() == [5, 7, 3]
        assert sentences(found)[2] == [(0, ["uno"]), (0, ["dos"])]

    def test_limits_and_numbers_belong_to_a_field(self) -> None:
        found = encoder(1, 2).tokenise({"tasks": ["a b c d e"], "name": ["x y"]})
        expected = [(0, ["x"]), (0, ["y"]), (1, ["a", "b"]), (1, ["c", "d"])]
        assert sentences(found) == [expected]
        assert found.texts.cut.tolist() == [True]

    def test_words_taken_away_are_not_cut(self) -> None:
        found = encoder(2, 1, remove_stop_words=True).tokenise(
            {"name": ["el pan de la"]}
        )
        assert (found.num_words.tolist(), found.texts.cut.tolist()) == ([1], [False])

    def test_a_huge_document_is_cut(self) -> None:
        text = "palabra " * 49_000 + "fin. " * 1_000
        found = encoder(40, 15).encode({"name": [text]})
        assert found.cut.tolist() == [True]
        assert found.document_words.tolist() == [600]
        assert found.sentence_lengths.tolist() == [40] * 15

    def test_a_field_may_be_missing_but_not_be_short(self) -> None:
        alone = encoder().encode({"tasks": ["pan", "leche"]})
        assert same(
            alone, encoder().encode({"name": ["", ""], "tasks": ["pan", "leche"]})
        )
        with pytest.raises(ValueError, match=r"longer|shorter"):
            encoder().encode({"name": ["pan"], "tasks": ["pan", "leche"]})

    def test_blank_documents(self) -> None:
        texts = encoder().encode(
            {"name": ["", " . ", "pan raro"], "tasks": ["", "\n", ""]}
        )
        assert texts.document_words.tolist() == [0, 0, 2]
        assert texts.known_words.tolist() == [0, 0, 1]
        assert texts.document_sentences.tolist() == [0, 0, 1]
        assert not texts.cut.any()
        blank = encoder().encode({"name": [""]})
        assert (len(blank), blank.word_ids.shape, blank.word_ids.dtype) == (
            1,
            (0,),
            "i4",
        )
        assert blank.document_words.tolist() == [0]
        assert len(encoder().encode({"name": []})) == 0

    @given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6), st.data())
    @settings(deadline=None, max_examples=50)
    def test_take_and_counts_follow_the_loops(self, rows, data) -> None:
        columns = {"name": [a for a, _ in rows], "tasks": [b for _, b in rows]}
        texts = encoder().encode(columns)
        plain = documents(texts)
        sizes = [sum(len(ids) for _, ids in own) for own, _ in plain]
        known = [sum(i > UNKNOWN_ID for _, d in own for i in d) for own, _ in plain]
        assert texts.document_words.tolist() == sizes
        assert texts.known_words.tolist() == known
        chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8))
        assert documents(texts.take(chosen)) == [plain[i] for i in chosen]
        for i, (name, tasks) in enumerate(rows):
            alone = encoder().encode({"name": [name], "tasks": [tasks]})
            taken = texts.take([i])
            # Unknown words are numbered in the order of their own documents.
            assert same(_spelt(alone), _spelt(taken))

    def test_take_accepts_masks_and_nothing(self) -> None:
        texts = encoder().encode({"name": ["pan", "leche", ""]})
        assert documents(texts.take([True, False, True])) == documents(
            texts.take([0, 2])
        )
        assert len(texts.take([])) == 0

    @given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=8))
    @settings(deadline=None)
    def test_ranges_and_starts_follow_the_loops(self, runs) -> None:
        first, lengths = [a for a, _ in runs], [n for _, n in runs]
        assert ranges(first, lengths).tolist() == [
            i for a, n in runs for i in range(a, a + n)
        ]
        found = starts(np.array(lengths, np.int32))
        assert found.tolist() == [sum(lengths[:i]) for i in range(len(lengths))]
        assert found.dtype == np.int64

    def test_learns_its_vocabulary(self) -> None:
        blank = encoder()
        found = blank.tokenise({"name": ["pan pan sal", "pan ajo", "ajo"]})
        learnt = blank.with_vocabulary(found, min_count=2, size=9)
        assert learnt.vocabulary.words == ("ajo", "pan")
        assert learnt.look_up(found).word_ids.tolist() == [3, 3, -1, 3, 2, 2]
        assert learnt.look_up(found).vocabulary_ids.tolist() == [3, 3, 1, 3, 2, 2]
        assert learnt.look_up(found).unknown == ("sal",)

    def test_reloads_alike_in_a_fresh_process(self, tmp_path: Path) -> None:
        texts = ["Camión de niños. Sin pan 2.5", "", "Vive en la urb. Sur"]
        columns = {"name": texts, "tasks": texts[::-1]}
        learnt = Splitter.learn(["La urb. sur vende."] * 40)
        saved = TextEncoder(
            {"name": FieldLimits(3, 2), "tasks": FieldLimits(4, 5)},
            learnt,
            Cleaner(fold_accents=True, numbers="token", word_form="stem"),
            Vocabulary([]),
        )
        saved = saved.with_vocabulary(saved.tokenise(columns), min_count=1, size=99)
        saved.save(tmp_path / "text.json")
        (tmp_path / "columns.json").write_text(json.dumps(columns), encoding="utf-8")
        code = (
            "import json, sys, numpy as np; from pathlib import Path;"
            "from han.text.text_encoder import TextEncoder; folder = Path(sys.argv[1]);"
            "columns = json.loads((folder / 'columns.json').read_text('utf-8'));"
            "texts = TextEncoder.load(folder / 'text.json').encode(columns);"
            "np.savez(folder / 'texts.npz', **vars(texts));"
            "assert 'tensorflow' not in sys.modules"
        )
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            check=True,
            cwd=Path(__file__).parents[2],
        )
        with np.load(tmp_path / "texts.npz") as arrays:
            assert same(EncodedTexts(**arrays), saved.encode(columns))
        assert "<number>" in saved.vocabulary.words
