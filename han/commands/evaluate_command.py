"""Holds a trained run against labelled records, as `han.evaluate` is asked to."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from han.cli import given_table, screen_language, written_language
from han.config import Config
from han.data.examples import Examples
from han.data.sampling_units import TEXT
from han.decisions.coded_records import CodedRecords
from han.evaluation.applied_routes import (
    AppliedRoutes,
    applied_routes,
    unit_columns,
    usable_router,
)
from han.evaluation.coded_scores import code_records, scores
from han.evaluation.seen_records import num_trained
from han.evaluation.set_coding import code_sets
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import Source, find_source, result_name
from han.languages.words import SUMMARY, Words
from han.metrics import calibration_table, evaluation_table
from han.metrics.set_score_table import set_score_table
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.runs.routing_policy import RoutingPolicy
from han.runs.run_files import METRICS_FILE
from han.runs.run_folder import RunFolder


def carry_out(given: argparse.Namespace) -> int:
    """Evaluates and prints the table."""
    data = given_table(given, given.data, "DATA")
    run = RunFolder(given.run)
    identity = run_identity(run.folder)
    config = run.config()
    source = find_source(run, config, data, given.split, given.encoding)
    name = result_name(source, run.results())
    if run.warning():
        print(run.warning(), file=sys.stderr)
    words = Words(SUMMARY, screen_language(given))
    if config.model.gives_sets:
        _evaluate_sets(run, config, source, name, identity, words, given)
        return 0
    coded, routes = _coded(run, config, source, name, words, given)
    result = _keep(run, scores(coded), source, name, identity, given)
    tables = evaluation_table, calibration_table
    print(*(table({name: result}, words.language) for table in tables), sep="\n\n")
    print(f"\n{words.say('added', file=run / METRICS_FILE, name=repr(name))}")
    if not given.no_report:
        from han.evaluation.report_file import (
            write_report,  # plots take a second to load
        )

        language = written_language(given, config)
        page = write_report(run, coded, result, source, name, language, routes)
        print(words.say("read_report", page=page))
    return 0


def _keep(
    run: RunFolder,
    result: dict[str, Any],
    source: Source,
    name: str,
    identity: str,
    given: argparse.Namespace,
) -> dict[str, Any]:
    """Adds scores to those of the run, with what they are of."""
    if given.cluster:
        result = {"cluster": given.cluster, **result}
    if not source.name:
        result = {"file": str(source.file.resolve()), **result}
    check_identity(run.folder, identity)  # else they would be called another run's
    run.write_json(METRICS_FILE, {**run.results(), name: result})
    return result


def _evaluate_sets(
    run: RunFolder,
    config: Config,
    source: Source,
    name: str,
    identity: str,
    words: Words,
    given: argparse.Namespace,
) -> None:
    """The same of a run that gives sets of codes."""
    classifier = load_classifier(run.folder)
    examples, uncoded = read_examples(config, classifier, source, unit=given.cluster)
    _note_records(run, source, examples, uncoded, words)
    show = sys.stderr.isatty()
    coded = code_sets(classifier, examples, uncoded=uncoded, progress=show, name=name)
    result = _keep(run, coded.scores(), source, name, identity, given)
    print(set_score_table({name: result}, words.language))
    print(f"\n{words.say('added', file=run / METRICS_FILE, name=repr(name))}")
    if not given.no_report:
        from han.evaluation.report_file import write_set_report

        language = written_language(given, config)
        page = write_set_report(run, coded, result, source, name, language)
        print(words.say("read_report", page=page))


def _coded(
    run: RunFolder,
    config: Config,
    source: Source,
    name: str,
    words: Words,
    given: argparse.Namespace,
) -> tuple[CodedRecords, AppliedRoutes | None]:
    """The records, coded, and for the page where an applied plan sends them."""
    classifier = load_classifier(run.folder)
    router = None if given.no_report else usable_router(classifier)
    also = unit_columns(router, config, source)
    examples, uncoded = read_examples(
        config,
        classifier,
        source,
        also=also,
        unknown="wrong",
        unit=given.cluster,
    )
    if router and not also:
        _note_units(router.policy, examples, words)
    _note_records(run, source, examples, uncoded, words)
    show = sys.stderr.isatty()
    coded = code_records(
        classifier, examples, uncoded=uncoded, progress=show, name=name
    )
    return coded, applied_routes(router, examples, coded, classifier.taxonomy)


def _note_units(policy: RoutingPolicy, examples: Examples, words: Words) -> None:
    """Says so if the file lacks the column by which an applied plan counts repeats."""
    limit, origin = policy.limit, examples.origin
    if limit and limit.unit != TEXT and origin:
        most = policy.assumed_repeats(len(origin.records))
        said = words.say("no_units", column=limit.unit, most=most)
        print(said, file=sys.stderr)


def _note_records(
    run: RunFolder, source: Source, examples: Examples, uncoded: int, words: Words
) -> None:
    """Says how many records were left out, and how many a member was trained on."""
    if uncoded:
        records = words.count_of(uncoded, "record")
        print(words.say("left_out", file=source.file, records=records))
    trained = num_trained(run, source, examples.origin.places) if examples.origin else 0
    if trained:
        records = words.count_of(trained, "record")
        said = words.say("trained_on", file=source.file, records=records)
        print(f"han: {said}", file=sys.stderr)
