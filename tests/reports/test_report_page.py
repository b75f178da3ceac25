"""The page of an evaluation: its numbers, its words, what it must never hold."""

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from support.coded_records import EVEN, UNEVEN, coded_records
from support.experiments import write_experiment

from han import evaluate, train
from han.code_list.taxonomy import Taxonomy
from han.decisions.guarantee import Promise
from han.decisions.path_probabilities import coded_paths
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.routing import route
from han.decisions.threshold_bands import POOL, Thresholds
from han.errors import InputError
from han.evaluation.coded_scores import path_losses, scores
from han.evaluation.training_counts import training_counts
from han.languages.number_format import NOTHING, THIN, Numbers
from han.metrics.selective_scores import coverage_at_accuracy
from han.reports import report_english, report_spanish
from han.reports.confusion import confusion
from han.reports.curves import accuracy_band, reliability_bins
from han.reports.group_scores import group_rows
from han.reports.mistakes import (
    confused_pairs,
    doubtful_codes,
    first_wrong_levels,
    kinds_of_error,
)
from han.reports.rarity import rarity
from han.reports.report_page import About, report_page, shown_levels
from han.reports.routed_records import AppliedPlan, route_rows
from han.runs.replaced_run import clear
from han.runs.run_files import COUNTS_FILE
from han.runs.run_folder import RunFolder

FLAT = Taxonomy(["1", "2", "3"], [-1, -1, -1])


def about(**more):
    known = {"run": "demo", "kind": "han", "data": "x.csv", "part": "test"}
    return About(**{**known, "name": "test", **more})


def page_of(coded, language="en", **more):
    result = scores(coded)
    losses = path_losses(coded, to_truth=True)
    page = report_page(coded, result, losses, about(**more), language)
    return page, result


@pytest.fixture(scope="module")
def shown():
    """A page with everything on it, and the scores behind it."""
    coded = coded_records(calibrated=True, keys={"id": [f"k{i}" for i in range(300)]})
    counts = np.zeros(EVEN.num_nodes, np.int32)
    counts[EVEN.leaves] = np.arange(len(EVEN.leaves)) * 3
    return (*page_of(coded, training_counts=counts), coded)


# Routes


def test_routes_of_an_applied_plan_stand_on_the_page():
    coded = coded_records(partial=0.2)
    limits = Promise(0.9, 0.8, 200, 190, 30), Promise(0.75, 0.6, 150, 120, 30)
    last = EVEN.num_levels
    thresholds = Thresholds((1, last), 0.95, {POOL: limits})
    plan = AppliedPlan(route(coded.paths, thresholds, EVEN), thresholds)
    page, _ = page_of(coded, plan=plan)
    found = route_rows(coded, plan.routed)
    sure = coded.paths.probabilities
    auto = (sure[:, 0] >= 0.8) & (sure[:, -1] >= 0.6)
    assert found[0].all.share == pytest.approx(auto.mean())
    full = EVEN.child_counts[coded.true] == 0  # a partial code says nothing of a leaf
    right = (coded.nodes == coded.true)[auto & full]
    assert found[0].right.rows == len(right)
    assert found[0].right.share == pytest.approx(right.mean())
    partial = (sure[:, 0] >= 0.8) & (sure[:, -1] < 0.6)
    assert found[1].all.share == pytest.approx(partial.mean())
    assert found[2].right.rows == 0
    assert f"<li>level 1: 90.0%</li>\n<li>level {last}: 75.0%</li>" in page.lower()
    assert report_english.WORDS["promise_unknown"] in page
    assert Numbers("en").percent(auto.mean()) in page
    assert "With the plan applied" not in page_of(coded)[0]


def test_a_promise_that_some_texts_have_is_not_shown_as_one_of_all():
    kept, never = (Promise(0.9, limit, 99, 95, 30) for limit in (0.5, np.inf))
    bands = [(1, 1, kept, kept), (2, 3, kept, never), (4, 7, never, never)]
    once, *often = (
        Thresholds((1, 2), 0.95, {POOL: tuple(promises)}, None, most, (), least)
        for least, most, *promises in bands
    )
    once = replace(once, repeated=tuple(often))
    seen = Thresholds((1, 2), 0.95, {POOL: (never, kept)})
    coded = coded_records(rows=50)
    routed = route(coded.paths, once, EVEN)
    limit = RepeatLimit(3, 10_000)
    plan = AppliedPlan(routed, once, seen, limit, 0, ["Of <these>."], 7, 4)
    text = re.sub(r"<[^>]+>", "", page_of(coded, plan=plan)[0])
    new = "of texts not seen in training, only of texts with so many records among"
    assert f"Level 1: 90.0%, {new} 10,000: 1–3\n" in text
    assert f"Level 2: 90.0%, {new} 10,000: 1\n" in text
    assert "Level 2: 90.0%, of texts seen in training\n" in text
    assert text.count("90.0%") == 3 and "Of &lt;these&gt;." in text
    assert "texts, of 5 records or more" in text and "own: 7 of these" in text
    homes = replace(plan, limit=RepeatLimit(3, 10_000, "home"), seen_thresholds=None)
    text = re.sub(r"<[^>]+>", "", page_of(coded, plan=homes)[0])
    assert "90.0%, only of values of home with so many records among" in text
    own = replace(plan, thresholds=often[1], own_level=1, seen_thresholds=None)
    text = re.sub(r"<[^>]+>", "", page_of(coded, plan=own)[0])
    assert "Level 1: 90.0%, only of frequent texts with" in text
    none = replace(own, own_level=0)
    assert report_english.WORDS["no_promises"] in page_of(coded, plan=none)[0]
    assert "Of &lt;these&gt;" not in page_of(coded, plan=none)[0]


# Numbers


def in_json(result, name):
    value = result
    parts = name.split(".")
    while parts:
        value = value[parts.pop(0)]
    return value


def test_every_marked_number_is_that_of_metrics_json(shown):
    page, result, _ = shown
    result = json.loads(json.dumps(result, allow_nan=False))
    marked = re.findall(r'data-metric="([\w.]+)">([^<]+)<', page)
    assert len(marked) > 40
    numbers = Numbers("en")
    for name, written in marked:
        value = in_json(result, name)
        if isinstance(value, int):
            expected = numbers.count(value)
        elif written.endswith("%"):
            expected = numbers.percent(value)
        else:
            expected = numbers.decimal(value)
        assert unescape(written) == expected, name
    names = {name.split(".")[0] for name, _ in marked}
    assert {"rows", "leaf_accuracy", "level_accuracy", "selective"} <= names


def test_the_f1_to_be_read_first_stands_first():
    page, result = page_of(coded_records(partial=0.4))
    assert result["headline"] == "hierarchical_to_truth.f1"
    first, second = (
        page.index(f'"{name}.f1"') for name in ("hierarchical_to_truth", "hierarchical")
    )
    assert first < second and f"{300 - result['leaf_rows']} of 300 true codes" in page
    share = Numbers("en").percent(result["level_rows"]["3"] / 300)
    assert f"<small>({share})</small>" in page
    full, _ = page_of(coded_records(partial=0.0))
    assert "hierarchical_to_truth.f1" not in full
    assert report_english.WORDS["convention_to_truth"] not in full


@pytest.mark.parametrize("tree", [EVEN, UNEVEN, FLAT])
def test_scores_of_all_records_are_the_ends_of_the_curves(tree):
    coded = coded_records(tree, partial=0.2 if tree is not FLAT else 0.0)
    result = scores(coded)
    for level in coded.levels:
        judged = coded.at(level)
        is_leaf = level == "leaf"
        accuracy = (
            result["leaf_accuracy"] if is_leaf else result["level_accuracy"][level]
        )
        assert judged.correct.mean() == pytest.approx(accuracy)
        band = accuracy_band(judged)
        assert band.value[-1] == pytest.approx(accuracy)
        assert band.coverage[-1] == pytest.approx(1)
        share, _ = coverage_at_accuracy(judged.correct, judged.confidence, 0.95)
        assert result["selective"]["coverage"][level] == share
    losses = path_losses(coded)
    assert ((losses == 0) == (coded.true == coded.nodes)).all()


def test_a_record_without_a_code_is_the_last_to_be_coded():
    coded = coded_records(rows=50, partial=0.0)
    blank = np.arange(50) < 5
    paths = coded.paths
    paths.nodes[blank], paths.probabilities[blank] = -1, 0.0
    nodes = np.where(blank, -1, coded.nodes).astype(np.int32)
    coded = coded_records(rows=50, partial=0.0, paths=paths, nodes=nodes)
    assert kinds_of_error(coded)["none"] == 5
    assert not coded.at("leaf").correct[:5].any()
    assert path_losses(coded)[:5].tolist() == [1.0] * 5
    page, result = page_of(coded)
    assert result["selective"]["coverage"]["leaf"] <= 0.9
    assert report_english.WORDS["kind_none"] in page


def test_groups_add_up(shown):
    _, result, coded = shown
    rows = group_rows(coded, result["selective"])
    leaf = coded.at("leaf")
    assert sum(row.full.rows for row in rows) == len(leaf.records)
    right = sum(row.full.rows * row.full.share for row in rows)
    assert right / len(leaf.records) == pytest.approx(result["leaf_accuracy"])
    auto = sum(row.auto.rows * row.auto.share for row in rows)
    coverage = result["selective"]["coverage"]["leaf"]
    assert auto / len(leaf.records) == pytest.approx(coverage)
    for row in rows:
        assert row.full.interval[0] <= row.full.share <= row.full.interval[1]


def test_a_group_far_below_the_target_is_marked():
    """All records get the same code, as sure: right for all but one small group."""
    true = np.where(np.arange(200) < 8, 2, 0).astype(np.int32)
    coded = coded_records(
        FLAT,
        rows=200,
        partial=0.0,
        true=true,
        paths=coded_paths(np.log(np.tile([0.8, 0.1, 0.1], (200, 1))), FLAT),
        nodes=np.zeros(200, np.int32),
    )
    assert "▼ 0.0%" in page_of(coded)[0]
    assert "▼" not in page_of(coded_records(noise=0.0, partial=0.0))[0]


def test_repeated_answers_do_not_mark_a_group():
    """Of 100 records 12 are wrong; as five texts of 20 records that may be chance."""
    true = np.where(np.arange(600) < 100, 2, 0).astype(np.int32)
    given = np.where(np.arange(600) % 25 < 3, 0, true).astype(np.int32)
    chances = np.full((600, 3), 0.1)
    chances[np.arange(600), given] = 0.8
    options = {
        "true": true,
        "paths": coded_paths(np.log(chances), FLAT),
        "nodes": given,
    }
    alone = coded_records(FLAT, rows=600, partial=0.0, **options)
    texts = coded_records(
        FLAT, rows=600, partial=0.0, **options, units=np.arange(600) // 20
    )
    page, _ = page_of(alone)
    assert "▼ 88.0%" in page and "effective number:" not in page
    page, _ = page_of(texts)
    assert "▼" not in page and "600</span>; effective number: 30" in page
    for level in ("1", "leaf"):
        wide, narrow = (accuracy_band(coded.at(level)) for coded in (texts, alone))
        assert wide.value.tolist() == narrow.value.tolist()
        assert (wide.high - wide.low)[-1] > 1.3 * (narrow.high - narrow.low)[-1]
    bins = [reliability_bins(coded.at("1")).shares for coded in (texts, alone)]
    assert bins[0].low < bins[1].low and bins[0].rows == bins[1].rows
    counts = np.array([9, 9, 9], np.int32)
    bands = [rarity(coded, counts).bands[2].full for coded in (texts, alone)]
    assert bands[0].interval[0] < bands[1].interval[0]
    limits = Thresholds((1,), 0.95, {POOL: (Promise(0.9, 0.5, 200, 190, 30),)})
    routed = route(texts.paths, limits, texts.tree)
    auto = [route_rows(coded, routed)[0].right for coded in (texts, alone)]
    assert auto[0].interval[0] < auto[1].interval[0]


def test_bins_hold_equal_mass_and_all_records(shown):
    judged = shown[2].at("2")
    bins = reliability_bins(judged, bins=10)
    assert bins.shares.rows.sum() == len(judged.records)
    assert bins.shares.rows.max() - bins.shares.rows.min() <= 2
    assert (np.diff(bins.confidence) > 0).all()


# Errors


def test_kinds_of_error():
    true = np.array([3, 3, 3, 3, 3, 0, 5, 1], np.int32)
    given = np.array([3, 4, 0, 1, -1, 2, 4, 4], np.int32)
    paths = coded_paths(np.zeros((8, 6)), UNEVEN)
    coded = coded_records(UNEVEN, rows=8, true=true, nodes=given, paths=paths)
    assert kinds_of_error(coded) == {
        "sibling": 1,  # 21 is 22
        "cousin": 1,  # 211 is 22: the parents are 21 and 2
        "branch": 2,  # 21 is 1; 1 is 3
        "shallow": 1,  # 21 is 2
        "deep": 1,  # 2 is 22
        "none": 1,
    }
    assert first_wrong_levels(coded) == {"1": 2, "2": 2, "3": 0}
    pairs, number = confused_pairs(coded)
    assert number == 4 and {(p.true, p.given) for p in pairs} == {
        (3, 4),
        (3, 0),
        (0, 2),
        (5, 4),
    }


def test_pairs_say_how_often_it_is_the_other_way():
    true = np.array([0, 0, 1, 0], np.int32)
    given = np.array([1, 1, 0, 0], np.int32)
    paths = coded_paths(np.zeros((4, 3)), FLAT)
    coded = coded_records(FLAT, rows=4, partial=0, true=true, nodes=given, paths=paths)
    first, second = confused_pairs(coded)[0]
    assert (first.true, first.given, first.rows, first.back, first.of) == (
        0,
        1,
        2,
        1,
        3,
    )
    assert (second.rows, second.back, second.of) == (1, 2, 1)


def sections(part):
    yield part
    for inside in part.inside:
        yield from sections(inside)


def test_confusions_open_into_those_below(shown):
    coded = shown[2]
    top = confusion(coded)
    wrong = int((coded.true != coded.nodes).sum())
    pairs = coded.pairs()
    listed = sum(n for part in sections(top) for _, _, n in part.pairs)
    rest = sum(part.rest for part in sections(top))
    apart = np.minimum(pairs.true_depth, pairs.predicted_depth) > pairs.shared_depth
    assert listed + rest == apart.sum()
    assert top.wrong <= wrong and top.rows == len(coded)
    for part in sections(top):
        for true, given, _ in part.pairs:
            assert coded.tree.parents[true] == part.parent == coded.tree.parents[given]
        assert sum(inside.wrong for inside in part.inside) <= part.wrong


def test_confusions_that_are_left_out_are_counted(shown):
    small = confusion(shown[2], sections=2, pairs=1)
    assert len(list(sections(small))) == 2
    assert small.hidden + len(small.inside) == len(confusion(shown[2]).inside)
    assert small.rest and len(small.pairs) == 1


def test_doubts_begin_with_the_surest(shown):
    coded = shown[2]
    doubts, number = doubtful_codes(coded)
    chances = [doubt.probability for doubt in doubts]
    assert chances == sorted(chances, reverse=True) and number >= len(doubts)
    first = doubts[0]
    assert first.keys == (f"k{first.row - 1}",)
    assert coded.true[first.row - 1] == first.true != first.given


def test_bands_of_training_records():
    coded = coded_records(rows=400, partial=0.0)
    counts = np.zeros(EVEN.num_nodes, np.int32)
    counts[EVEN.leaves] = [0, 1, 4, 5, 19, 20, 99, 100, 1000, 0, 3, 50]
    found = rarity(coded, counts)
    assert [band.codes for band in found.bands] == [2, 3, 2, 3, 2]
    assert sum(band.full.rows for band in found.bands) == 400
    assert (found.num_unseen, found.num_rare) == (2, 3)
    assert all(code.trained == 0 for code in found.unseen)


# The page


class Tags(HTMLParser):
    """Checks that tags close what they open."""

    VOID = frozenset(("meta", "br", "link", "img"))

    def __init__(self):
        super().__init__()
        self.open = []
        self.seen = {}
        self.ids = []

    def handle_starttag(self, tag, attrs):
        self.seen.setdefault(tag, []).append(dict(attrs))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.setdefault(tag, []).append(dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("tree", [EVEN, UNEVEN, FLAT])
def test_a_page_stands_alone(tree, language):
    coded = coded_records(tree, calibrated=True, partial=0.0 if tree is FLAT else 0.1)
    page, _ = page_of(coded, language)
    tags = Tags()
    tags.feed(page)
    assert not tags.open
    assert "script" not in tags.seen and "link" not in tags.seen
    assert not re.search(r"(src|href)=\"(?!#)", page.replace("xlink:href", "href"))
    assert "url(http" not in page and "@import" not in page
    drawings = tags.seen["svg"]
    assert len(drawings) == 2 * len(shown_levels(tree)) + 1
    assert all(d["role"] == "img" and d["aria-label"] for d in drawings)
    targets = {a["href"].lstrip("#") for a in tags.seen["a"]}
    assert targets <= {section["id"] for section in tags.seen["section"]}
    assert f'<html lang="{language}">' in page and "nan" not in page.lower().split()


def test_the_same_input_gives_the_same_bytes(shown):
    page, _, coded = shown
    counts = np.zeros(EVEN.num_nodes, np.int32)
    counts[EVEN.leaves] = np.arange(len(EVEN.leaves)) * 3
    assert page_of(coded, training_counts=counts)[0] == page


def test_titles_are_escaped(shown):
    assert "Pan &amp; &lt;b&gt;queso&lt;/b&gt;" in shown[0]
    assert "<b>queso" not in shown[0]


def test_a_run_without_errors_says_so():
    coded = coded_records(noise=0.0, partial=0.0)
    page, result = page_of(coded)
    assert result["leaf_accuracy"] == 1.0
    assert page.count(report_english.WORDS["no_errors"]) == 3


def test_no_threshold_is_said():
    coded = coded_records(FLAT, rows=30, partial=0.0)
    wrong = (coded.nodes + 1) % 3
    page, result = page_of(coded_records(FLAT, rows=30, true=wrong, partial=0.0))
    assert result["leaf_accuracy"] == result["selective"]["coverage"]["leaf"] == 0
    assert "No threshold reaches 95% of full codes right" in page


def test_calibration_shows_before_and_after():
    page, _ = page_of(coded_records(calibrated=True))
    assert (
        report_english.WORDS["not_calibrated"] not in page
        and "before calibration" in page
    )
    page, _ = page_of(coded_records())
    assert (
        report_english.WORDS["not_calibrated"] in page
        and "before calibration" not in page
    )
    with pytest.raises(ValueError, match="without calibration"):
        coded_records().at("1", before=True)


def test_unknown_training_counts_are_said():
    assert report_english.WORDS["rare_unknown"] in page_of(coded_records())[0]


def test_weights_are_said():
    weights = np.linspace(0.5, 2, 300)
    page, result = page_of(coded_records(weights=weights))
    assert result["weighted"] and report_english.WORDS["convention_weights"] in page


# Words


def test_languages_have_the_same_words():
    assert list(report_spanish.WORDS) == list(report_english.WORDS)
    for key, words in report_spanish.WORDS.items():
        fields = [
            set(re.findall(r"{(\w+)}", w)) for w in (words, report_english.WORDS[key])
        ]
        assert fields[0] - {"gap"} == fields[1] - {"gap"}, key


def test_numbers_of_a_language():
    es, en = Numbers("es"), Numbers("en")
    assert es.count(1234567) == f"1{THIN}234{THIN}567" and en.count(1234) == "1,234"
    assert es.percent(0.5) == f"50.0{THIN}%" and en.percent(None) == NOTHING
    assert en.chance(0.0001) == "<0.1%" and en.chance(0.9999) == ">99.9%"
    assert en.chance(0.0) == "0.0%" and en.interval([np.nan, 1.0]) == NOTHING


def test_no_language_mixes_its_numbers():
    page, _ = page_of(coded_records(rows=1500), "es")
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<[^>]+>", " ", page, flags=re.S)
    assert f"1{THIN}500" in text and "1,500" not in text
    assert not re.search(r"\d%", text)


# Runs


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    file = write_experiment(
        folder, model="{kind: tfidf_svm}", text="{language: spanish}"
    )
    assert train.main([str(file)]) == 0
    return folder / "run"


def test_evaluate_writes_the_page(run, capsys):
    assert evaluate.main([str(run)]) == 0
    assert "The page to read is" in capsys.readouterr().out
    page = (run / "report.html").read_text(encoding="utf-8")
    assert report_spanish.WORDS["title"] in page
    assert not [file for file in run.iterdir() if file.name.startswith(".")]
    assert evaluate.main([str(run), "--lang", "en"]) == 0
    assert report_english.WORDS["title"] in (run / "report.html").read_text(
        encoding="utf-8"
    )


def test_no_page_if_none_is_wanted(run):
    (run / "report.html").unlink(missing_ok=True)
    assert evaluate.main([str(run), "--no-report"]) == 0
    assert not (run / "report.html").exists()


def test_other_data_have_a_page_of_their_own(run, tmp_path):
    other = tmp_path / "wave 2.csv"
    other.write_text("id,text,level_1,level_2\nA7,secreto de vaca,1,12\nA8,,2,21\n")
    assert evaluate.main([str(run), str(other)]) == 0
    page = (run / "report-wave_2.csv.html").read_text(encoding="utf-8")
    assert "secreto" not in page and "vaca" not in page
    assert evaluate.main([str(run), "--split", "validation"]) == 0
    assert (run / "report-validation.html").is_file()


def test_intervals_count_what_was_drawn_together(run, tmp_path, capsys):
    """Twelve records of two texts in three households."""
    data = tmp_path / "golden.csv"
    rows = [("queso de vaca", "1", "12"), ("clavo de acero", "2", "22")]
    lines = [f"{i},{t},{a},{b},h{i % 3}" for i, (t, a, b) in enumerate(rows * 6)]
    data.write_text("id,text,level_1,level_2,household\n" + "\n".join(lines) + "\n")
    asked = [str(run), str(data), "--no-report", "--lang", "en"]
    found = {}
    for cluster in ("", "household", "text", "none"):
        more = ["--cluster", cluster] if cluster else []
        assert evaluate.main([*asked, *more]) == 0
        result = RunFolder(run).results()["golden.csv"]
        found[cluster] = result["effective_rows"]
        assert result.get("cluster", "") == cluster
        said = "effective number of records: golden.csv"
        assert (said in capsys.readouterr().out) == (cluster != "none")
    assert found == {"": 2.0, "household": 3.0, "text": 2.0, "none": 12.0}
    with pytest.raises(InputError, match="village"):
        evaluate.main([*asked, "--cluster", "village"])
    assert evaluate.main([*asked[:-1], "es"]) == 0
    assert "número efectivo de registros: golden.csv 2" in capsys.readouterr().out


def test_page_shows_keys_and_no_texts(run):
    assert evaluate.main([str(run)]) == 0
    page = (run / "report.html").read_text(encoding="utf-8")
    data = pd.read_csv(run.parent / "data.csv", dtype=str)
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)
    assert not [t for t in data["text"] if t in text]


def test_a_new_run_removes_the_pages(run, tmp_path):
    folder = RunFolder(tmp_path / "copy")
    folder.folder.mkdir()
    for name in ("config.yaml", "report.html", "report-wave2.csv.html", "notes.html"):
        (folder / name).write_text("x")
    clear(folder.folder)
    assert [file.name for file in folder.folder.iterdir()] == ["notes.html"]


def test_training_counts_are_kept_or_counted(run):
    tree = Taxonomy.load(run / "taxonomy.json")
    folder = RunFolder(run)
    kept = training_counts(folder, tree)
    assert kept.sum() == sum(json.loads((run / COUNTS_FILE).read_text())["records"])
    text = (run / COUNTS_FILE).read_text()
    (run / COUNTS_FILE).unlink()
    np.testing.assert_array_equal(training_counts(folder, tree), kept)
    data = run.parent / "data.csv"
    lines = data.read_text()
    data.write_text(lines + "x,pan,1,11\n")
    assert training_counts(folder, tree) is None
    data.write_text(lines)
    (run / COUNTS_FILE).write_text(text)
