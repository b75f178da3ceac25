"""Every place that takes a path answers every bad path with one clear line."""

import builtins
import os
import socket

import pytest
from support.runs import baseline

from han import (
    combine,
    compare,
    embed,
    evaluate,
    explain,
    plan,
    predict,
    submit,
    sweep,
    train,
)
from han.errors import InputError

LONG = "x" * 300

# What reads a file: the arguments, `{}` is the path. `{e}` is an experiment, `{r}` a
# run, `{d}` data.
READS = {
    "experiment": (train, "{}"),
    "data.train": (train, "{e} --check data.train={}"),
    "data.validation": (train, "{e} --check data.validation={}"),
    "data.calibration": (train, "{e} --check data.calibration={}"),
    "data.test": (train, "{e} --check data.test={}"),
    "data.non_answers": (train, "{e} --check data.non_answers={}"),
    "taxonomy.file": (train, "{e} --check taxonomy.file={}"),
    "taxonomy.notes": (
        train,
        "{e} --check taxonomy.file={c} taxonomy.texts=all taxonomy.notes={}",
    ),
    "embeddings.file": (train, "{e} --check embeddings.file={}"),
    "synonyms_file": (
        train,
        "{e} --check augmentation.synonyms=0.1 augmentation.synonyms_file={}",
    ),
    "refit_of": (train, "{e} --check training.refit_of={}"),
    "predict run": (predict, "{} {d}"),
    "predict input": (predict, "{r} {}"),
    "evaluate run": (evaluate, "{}"),
    "evaluate data": (evaluate, "{r} {}"),
    "plan run": (plan, "{} --target leaf=0.9"),
    "plan data": (plan, "{r} {} --target leaf=0.9"),
    "plan --calibration": (plan, "{r} {d} --calibration {} --target leaf=0.9"),
    "explain run": (explain, "{} {d} -o {t}/page.html"),
    "explain input": (explain, "{r} {} -o {t}/page.html"),
    "compare run": (compare, "{r} {}"),
    "compare --on": (compare, "{r} {r2} --on {}"),
    "compare --must-not-regress": (compare, "{r} {r2} --must-not-regress {}"),
    "combine run": (combine, "{r} {} -o {t}/mixed"),
    "combine --data": (combine, "{r} {r2} -o {t}/mixed --data {}"),
    "sweep": (sweep, "{}"),
    "sweep experiment": (sweep, "{sweep} --check"),
    "submit": (submit, "{} --dry-run"),
    "submit data": (submit, "{e} --dry-run data.train={}"),
    "embed vectors": (embed, "{} --nearest pan"),
    "embed texts": (embed, "{e} {} -o {t}/vectors.vec"),
}
ENDINGS = {"embed vectors": ".vec", "compare --must-not-regress": ".txt"}
YAMLS = {"experiment", "sweep", "submit", "sweep experiment"}

# What writes a file or folder.
WRITES = {
    "predict -o": (predict, "{r} {d} -o {}.csv"),
    "explain -o": (explain, "{r} {d} -o {}.html"),
    "explain --classes": (explain, "{r} {d} --classes {}.csv"),
    "compare -o": (compare, "{r} {r2} -o {}.md"),
    "embed -o": (embed, "{e} -o {}.vec"),
    "logging.run_folder": (train, "{e} logging.run_folder={}"),
    "data.cache": (train, "{e} --check data.cache={}"),
    "combine -o": (combine, "{r} {r2} -o {}"),
    "submit": (submit, "{e} logging.run_folder={}"),
}

MAKES_FOLDERS = {"logging.run_folder", "data.cache", "combine -o", "submit"}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Two runs, an experiment, data and a code list."""
    folder = tmp_path_factory.mktemp("office")
    experiment = baseline(folder)
    for run in ("run", "run2"):
        settings = [f"logging.run_folder={folder}/{run}", "data.split.calibration=0.2"]
        assert train.main([str(experiment), *settings]) == 0
    (folder / "codes.csv").write_text(
        "code,parent,title\n1,,pan\n2,,hierro\n11,1,a\n12,1,b\n21,2,c\n22,2,d\n"
    )
    return folder


def arguments(office, folder, text, path):
    named = {
        "e": office / "experiment.yaml",
        "r": office / "run",
        "r2": office / "run2",
        "d": office / "data.csv",
        "c": office / "codes.csv",
        "t": folder,
        "sweep": folder / "sweep.yaml",
    }
    (folder / "sweep.yaml").write_text(
        f"experiment: {path}\nfolder: {folder}/sweep\nspace: {{model.dropout: [0, 1]}}"
    )
    return [part.format(path, **named) for part in text.split()]


def bad_path(folder, kind, name, monkeypatch):
    """A path that cannot be read, and what must be said of it."""
    path = folder / name
    if kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        monkeypatch.chdir(folder)  # a socket's path may have 107 letters
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(name)
    elif kind == "loop":
        path.symlink_to(name)
    elif kind == "long":
        path = folder / f"{LONG}{name}"
    elif kind == "tilde":
        path = f"~/none-{name}"
    elif kind == "forbidden":
        path.write_text("a,b\n1,2\n")
        forbid(path, monkeypatch)
    return path


def forbid(path, monkeypatch):
    """A file that may not be read: tests may run as root, who may read any."""
    allowed = builtins.open

    def opened(file, *more, **options):
        if str(file) == str(path):
            raise PermissionError(13, "Permission denied", str(file))
        return allowed(file, *more, **options)

    monkeypatch.setattr("builtins.open", opened)


SAID = {
    "missing": "no such|not a trained run",
    "folder": "this is a folder|not a trained run",
    "device": "this is a device|not a trained run",
    "pipe": "this is a pipe|not a trained run",
    "socket": "this is a socket|not a trained run",
    "loop": "Too many levels of symbolic links",
    "long": "File name too long",
    "tilde": "`~` stands for the home folder|not a trained run",
    "forbidden": "Permission denied|not a trained run",
}


@pytest.mark.parametrize("kind", SAID)
@pytest.mark.parametrize("place", READS)
def test_a_path_that_cannot_be_read_is_one_line(
    office, tmp_path, monkeypatch, place, kind
):
    command, text = READS[place]
    ending = ".yaml" if place in YAMLS else ENDINGS.get(place, ".csv")
    path = bad_path(tmp_path, kind, f"bad{ending}", monkeypatch)
    with pytest.raises(InputError, match=SAID[kind]) as raised:
        command.main(arguments(office, tmp_path, text, path))
    assert str(path).removesuffix(".csv") in str(raised.value)
    assert "\n" not in str(raised.value)


UNWRITABLE = {
    "no folder": "none/x",
    "below a file": "file/x",
    "loop": "loop/x",
    "long": LONG,
    "tilde": "~/none/x",
}


@pytest.mark.parametrize("kind", UNWRITABLE)
@pytest.mark.parametrize("place", WRITES)
def test_a_path_that_cannot_be_written_is_one_line(
    office, tmp_path, monkeypatch, place, kind
):
    command, text = WRITES[place]
    makes_folders = place in {
        "logging.run_folder",
        "data.cache",
        "combine -o",
        "submit",
    }
    if kind == "no folder" and makes_folders:
        pytest.skip("missing folders are made")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    path = UNWRITABLE[kind] if kind == "tilde" else tmp_path / UNWRITABLE[kind]
    with pytest.raises(InputError) as raised:
        command.main(arguments(office, tmp_path, text, path))
    named = path.parent if place == "submit" and kind != "tilde" else path
    assert str(named) in str(raised.value) and "\n" not in str(raised.value)
    assert not (tmp_path / "~").exists()


@pytest.mark.parametrize("place", [p for p in WRITES if "." not in p and p != "submit"])
def test_a_device_is_never_replaced(office, tmp_path, place):
    command, text = WRITES[place]
    made = arguments(office, tmp_path, text, tmp_path / "out")
    target = next(part for part in made if part.startswith(f"{tmp_path}/out"))
    os.mkfifo(target)
    with pytest.raises(InputError):
        command.main(made)
    assert not os.path.isfile(target)
