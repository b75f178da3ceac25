"""How far attention can be believed: the measurement, its tables and its verdict."""

from dataclasses import replace

import numpy as np
import pytest
from support import small_networks
from support.small_networks import TREE, text_encoder

from han.errors import InputError
from han.explanation import faithfulness
from han.explanation.attention_weights import attention_maps
from han.explanation.deletion import (
    ShortenedDocuments,
    deletion_effects,
    predicted_paths,
)
from han.explanation.faithfulness import (
    ATTENTION,
    DELETION,
    RANDOM,
    SHARES,
    SHUFFLED,
    Curves,
    Faithfulness,
    correlations,
    mean_interval,
    measure_faithfulness,
    shuffled_attention,
)
from han.explanation.faithfulness_verdict import (
    faithfulness_text,
    level_table,
    main_verdict,
    removal_table,
    verdict,
)

COLUMNS = {
    "name": ["pan dulce con leche", "acero", "", "clavo de acero 9", "vaca"] * 3,
    "tasks": ["leche de vaca. Pan", "", "", "con clavo y pan. de acero", "pan pan"] * 3,
}


class WordModel:
    """Says the more of code 11 the more of its words there are."""

    def __init__(self, weights):
        self.weights = np.array([0.0, 0.0, *weights])

    def log_probabilities(self, texts):
        ids = np.maximum(texts.word_ids, 1)
        rows = np.repeat(texts.sentence_documents, texts.sentence_lengths)
        scores = np.bincount(rows, self.weights[ids], minlength=len(texts))
        p = 1 / (1 + np.exp(-scores))
        table = np.stack([p, 1 - p, p, 0 * p, 1 - p, 0 * p], axis=1)
        return np.log(np.maximum(table, 1e-9))


def shortened_of(model, columns=COLUMNS):
    encoder = text_encoder()
    return ShortenedDocuments(
        model.log_probabilities, encoder, columns, encoder.encode(columns)
    )


def measured(seed=0, kind="gru"):
    network = small_networks.classifier(kind).model
    shortened = shortened_of(network)
    nodes = predicted_paths(shortened.predict, shortened.texts, TREE)
    maps = attention_maps(
        network, shortened.predict, text_encoder(), TREE, COLUMNS, shortened.texts
    )
    effects = deletion_effects(shortened, nodes)
    return measure_faithfulness(
        shortened, maps, effects, nodes, model=network, seed=seed
    )


def test_curves_are_what_the_model_says_without_the_strongest_words():
    model = WordModel([2, 1, 0.5, -1, 0, 0, 0, 0])  # pan, dulce, leche, vaca
    columns = {"tasks": ["pan dulce leche de", "vaca con acero clavo"]}
    shortened = shortened_of(model, columns)
    read = shortened.is_read()
    scores = [np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0])]
    nodes = np.array([[0, 2], [1, 4]])
    asked = faithfulness._Asked(shortened, read, [0, 1], nodes)
    found = asked.curves(scores)

    def p(score):
        return 1 / (1 + np.exp(-score))

    # Of 4 words, 1 goes up to a share of 20 %, and 2 with 50 %.
    without = [1.5, 1.5, 1.5, 1.5, 0.5]
    alone = [2, 2, 2, 2, 3]
    for level in (0, 1):
        np.testing.assert_allclose(
            found.comprehensiveness[0, :, level], p(3.5) - p(np.array(without))
        )
        np.testing.assert_allclose(
            found.sufficiency[0, :, level], p(3.5) - p(np.array(alone))
        )
    # The words of the second order say nothing: without them all is as it was.
    np.testing.assert_allclose(found.comprehensiveness[1], 0, atol=1e-9)


def test_the_right_order_beats_random_words_and_the_wrong_one_does_not():
    model = WordModel([3, 0, 0, 0, 0, 0, 0, 0])
    shortened = shortened_of(model, {"tasks": ["pan de con acero clavo"] * 9})
    read, nodes = shortened.is_read(), np.tile([0, 2], (9, 1))
    asked = faithfulness._Asked(shortened, read, range(9), nodes)
    curves = {
        ATTENTION: asked.curves([np.array([1.0, 0, 0, 0, 0])] * 9),
        DELETION: asked.curves([np.array([0.0, 1, 1, 1, 1])] * 9),
        RANDOM: asked.random_curves(np.random.default_rng(0)),
    }
    nothing = np.zeros((9, 2))
    found = Faithfulness(curves, nothing, nothing, nothing[:, 0], nothing)
    assert (found.gain(ATTENTION) > 0.2).all()
    assert (found.gain(DELETION) <= 1e-9).all()
    assert found.gain(DELETION).mean() < -0.05


def test_documents_with_few_words_are_left_out_and_counted():
    found = measured()
    assert len(found) == 9 and found.skipped == 6
    assert found.kendall.shape == found.encoder_shares.shape == (9, 2)
    assert set(found.curves) == {ATTENTION, DELETION, RANDOM, SHUFFLED}
    for curves in found.curves.values():
        assert curves.comprehensiveness.shape == (9, len(SHARES), 2)
    # Deletion knows what it takes away.
    assert found.gain(DELETION).mean() > found.gain(ATTENTION).mean()


def test_equal_seeds_give_equal_numbers():
    one, two, other = measured(), measured(), measured(seed=1)
    np.testing.assert_array_equal(one.shuffled_kendall, two.shuffled_kendall)
    for name in one.curves:
        np.testing.assert_allclose(one.gain(name), two.gain(name), atol=1e-6)
    assert not np.allclose(one.gain(RANDOM), other.gain(ATTENTION))
    assert not np.allclose(one.shuffled_kendall, other.shuffled_kendall)


def test_a_shuffled_network_attends_to_other_words_and_leaves_the_network_alone():
    network = small_networks.classifier().model
    shortened = shortened_of(network)
    before = network.attention(shortened.texts)
    generator = np.random.default_rng(0)
    shares = shuffled_attention(network, shortened, generator)
    for found, read in zip(shares, shortened.is_read(), strict=True):
        assert found.sum() == pytest.approx(float(read.any()), abs=1e-5)
        assert not found[~read].any()
    after = network.attention(shortened.texts)
    np.testing.assert_array_equal(before[0], after[0])
    plain = before[0] * np.repeat(before[1], shortened.texts.sentence_lengths)
    read_shares = np.concatenate(
        [s[r] for s, r in zip(shares, shortened.is_read(), strict=True)]
    )
    assert not np.allclose(plain, read_shares, atol=1e-3)


def test_correlations_look_at_words_that_are_read_alone():
    one = [np.array([0.1, 0.2, 0.3, 0.0]), np.ones(3), np.ones(2)]
    two = [np.array([3.0, 2.0, 1.0, 9.0]), np.arange(3.0), np.ones(2)]
    read = [np.array([True, True, True, False]), np.ones(3, bool), np.ones(2, bool)]
    kendall, spearman = correlations(one, two, read)
    assert kendall[0] == spearman[0] == pytest.approx(-1)
    assert np.isnan(kendall[1:]).all()  # all the same, or too few


def made(attention, deletion, random=0.1, share=0.9, n=40):
    """A measurement in which each order takes so much."""
    noise = np.linspace(-0.01, 0.01, n)[:, None, None]

    def curves(value):
        lost = np.full((n, len(SHARES), 2), value) + noise
        return Curves(lost, lost)

    flat = np.full((n, 2), 0.2)
    return Faithfulness(
        {
            ATTENTION: curves(attention),
            DELETION: curves(deletion),
            RANDOM: Curves(np.full((n, 5, 2), random), np.full((n, 5, 2), random)),
        },
        flat,
        flat,
        np.full(n, np.nan),
        np.full((n, 2), share),
    )


@pytest.mark.parametrize(
    ("attention", "said"),
    [
        (0.1, "no explanation here"),
        (0.05, "no explanation here"),
        (0.2, "misses most of what matters"),
        (0.4, "Attention points at words that count:"),
    ],
)
def test_the_verdict_follows_its_rule(attention, said):
    text = " ".join(verdict(made(attention, 0.5)))
    assert said in text
    assert "40 records" in text


def test_too_few_records_say_nothing_either_way():
    gains = np.array([0.9, -0.3, 0.4, -0.2])
    found = made(0.0, 0.5)
    lost = np.broadcast_to(gains[:, None, None], (4, len(SHARES), TREE.num_levels))
    base = np.zeros_like(lost)
    curves = {
        ATTENTION: Curves(lost, base),
        DELETION: Curves(base + 0.9, base),
        RANDOM: Curves(base, base),
    }
    few = replace(found, curves=curves, kendall=found.kendall[:4])
    assert main_verdict(few).startswith("These records are too few")
    sure = replace(few, curves={**curves, ATTENTION: Curves(0.1 * lost, base)})
    assert main_verdict(sure).startswith("Attention is no explanation")


def test_the_verdict_says_where_the_encoder_does_not_decide():
    assert "less than a quarter" not in " ".join(verdict(made(0.4, 0.5)))
    assert "Level 1, 2:" in " ".join(verdict(made(0.4, 0.5, share=0.1)))


def test_the_verdict_tells_what_was_left_out_and_what_another_run_says():
    found = made(0.4, 0.5)
    assert "Left out" not in " ".join(verdict(found))
    agreement = {ATTENTION: np.full(40, 0.5), DELETION: np.full(40, 0.75)}
    text = " ".join(verdict(replace(found, skipped=7, agreement=agreement)))
    assert "3 words: 7." in text and "0.50 [0.50, 0.50]" in text and "0.75" in text


@pytest.mark.parametrize("language", ["es", "en"])
def test_tables_hold_the_numbers(language):
    found = measured()
    table = removal_table(found, language)
    assert table.shape == (2 * (len(SHARES) + 1), 1 + len(found.curves))
    lost = found.curves[ATTENTION].comprehensiveness[:, 0, -1].mean()
    assert table.iloc[0, 1] == f"{lost:.2f}"
    assert len(level_table(found, language)) == TREE.num_levels
    text = faithfulness_text(found, language)
    assert table.iloc[5, 1] in text and verdict(found, language)[-1] in text


def test_intervals_leave_nothing_out_but_nan():
    mean, interval = mean_interval(np.array([1.0, np.nan, 1.0]), 0)
    assert mean == 1 and interval == [1.0, 1.0]
    assert mean_interval(np.array([1.0, np.nan]), 0) == (1.0, None)  # one says nothing
    assert mean_interval(np.array([np.nan]), 0)[1] is None


def test_uniform_attention_has_no_order_to_measure():
    with pytest.raises(InputError, match="weighs all words alike"):
        measured(kind="mean")
