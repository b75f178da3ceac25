"""The files of a run folder: what each is called, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

CONFIG_FILE = "config.yaml"
TAXONOMY_FILE = "taxonomy.json"
TEXT_FILE = "text.json"
SIDE_FILE = "side_features.json"
NETWORK_FILE = "model.keras"
BASELINE_FILE = "baseline.npz"
OLD_BASELINE_FILE = "model.joblib"  # of earlier versions, which could run code
LINEAR_FILE = "linear.npz"
TOPICS_FILE = "topics.npz"
PRETRAINED_FILE = "pretrained.json"
STUDENT_FILE = "student.npz"
CALIBRATION_FILE = "calibration.json"
MIXTURE_FILE = "mixture.json"
SET_RULE_FILE = "set_rule.json"
TASKS_FILE = "tasks.json"
PAIRS_FILE = "pairs.json"
THRESHOLDS_FILE = "thresholds.json"
COUNTS_FILE = "training_counts.json"
SEEN_TEXTS_FILE = "seen_texts.npz"
METRICS_FILE = "metrics.json"
TIME = "time"  # its key that names no records
HISTORY_FILE = "history.csv"
ENVIRONMENT_FILE = "environment.json"
MANIFEST_FILE = "manifest.json"
DATA_REPORT_FILE = "data_report.txt"
REPORT_FILE = "report.html"
REQUEUE_FILE = "REQUEUE"
LOCK_FILE = "training.lock"
MEMBERS, TENSORBOARD, BACKUP, PLAN = "members", "tensorboard", "backup", "plan"


@dataclass(frozen=True)
class RunFile:
    """A file or folder of a run.

    Attributes:
        name: Its name; a star stands for any letters.
        purpose: What is in it.
        decides_codes: Whether the probabilities of a record depend on it: with another
            one the promises of `thresholds.json` are void.
        is_optional: Whether there are finished runs without it.
    """

    name: str
    purpose: str
    decides_codes: bool = False
    is_optional: bool = True


# Those that decide codes stand in the order in which they are fingerprinted: another
# order would void every `thresholds.json`.
RUN_FILES = (
    RunFile(TAXONOMY_FILE, "the code list", True, False),
    RunFile(TEXT_FILE, "words and cleaning; not of a mixture", True, False),
    RunFile(SIDE_FILE, "what was learnt of side features", True),
    RunFile(NETWORK_FILE, "the network", True),
    RunFile(BASELINE_FILE, "a baseline, in place of the network", True),
    RunFile(LINEAR_FILE, "the linear model beside the network", True),
    RunFile(TOPICS_FILE, "topics of the texts", True),
    RunFile(PRETRAINED_FILE, "which pretrained encoder is needed", True),
    RunFile(STUDENT_FILE, "what a pretrained encoder has taught", True),
    RunFile(CALIBRATION_FILE, "temperatures of the tree", True),
    RunFile(MIXTURE_FILE, "weights of the runs that a mixture is made of", True),
    RunFile(SET_RULE_FILE, "calibration and thresholds of sets of codes", True),
    RunFile(CONFIG_FILE, "all settings, defaults included", is_optional=False),
    RunFile(ENVIRONMENT_FILE, "versions, SHA-256 of the data", is_optional=False),
    RunFile(MANIFEST_FILE, "SHA-256 of the files that belong together"),
    RunFile(TASKS_FILE, "of a run of several tasks: their names, what binds them"),
    RunFile(PAIRS_FILE, "codes of several tasks that cannot go together"),
    RunFile(
        METRICS_FILE,
        "scores by name of the records, time of the training",
        is_optional=False,
    ),
    RunFile(HISTORY_FILE, "scores of each epoch of a network"),
    RunFile(DATA_REPORT_FILE, "what was found in the data"),
    RunFile(COUNTS_FILE, "number of training records of each code"),
    RunFile(SEEN_TEXTS_FILE, "keyed hashes of the texts it was trained with"),
    RunFile(REPORT_FILE, "the page of the test records"),
    RunFile("report-?*.html", "pages of other records"),
    RunFile(THRESHOLDS_FILE, "from which probability on records are coded"),
    RunFile(REQUEUE_FILE, "says that a signal stopped the training"),
    RunFile(OLD_BASELINE_FILE, "a baseline of an earlier version; is never read"),
    RunFile(LOCK_FILE, "held while a process trains"),
)
RUN_FOLDERS = (
    RunFile(MEMBERS, "copies of the runs that a mixture is made of", True),
    RunFile(TENSORBOARD, "curves for TensorBoard"),
    RunFile(BACKUP, "the state of an unfinished training"),
    RunFile(PLAN, "the plan of `han.plan`"),
)
MODEL_FILES = tuple(file.name for file in RUN_FILES if file.decides_codes)
# Files that the manifest binds, those of the members of a mixture included: beside
# what decides codes, the settings (which columns are read), the thresholds (who codes a
# record), the environment (which rows are test records), the counts (what a page calls
# rare), the texts that were seen (which thresholds hold for a record) and the history
# (for how long a refit trains). Left out are results, which commands add to and nothing
# is coded with: metrics, pages, the data report and `plan`; and what only an unfinished
# run has.
BOUND_FILES = (
    *MODEL_FILES,
    CONFIG_FILE,
    TASKS_FILE,
    PAIRS_FILE,
    THRESHOLDS_FILE,
    ENVIRONMENT_FILE,
    COUNTS_FILE,
    SEEN_TEXTS_FILE,
    HISTORY_FILE,
)
# What was needed to make a run or to watch it, not to code with it.
TRAINING_FOLDERS = (TENSORBOARD, BACKUP)


def member_folders(mixture: Path) -> list[Path]:
    """Copies of the runs that a mixture is made of; none of a run by itself.

    Systems put files and folders of their own beside them, such as `.DS_Store`.
    """
    if not (mixture / MIXTURE_FILE).is_file():
        return []
    found = (mixture / MEMBERS).glob("*")
    return sorted(path for path in found if path.name.isdigit() and path.is_dir())


def is_run_file(name: str) -> bool:
    """Whether a run writes a file of this name.

    Example:
        >>> is_run_file("report-wave2.csv.html"), is_run_file("notes.txt")
        (True, False)
    """
    return any(fnmatchcase(name, file.name) for file in RUN_FILES)
