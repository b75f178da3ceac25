"""The keys that a sweep varies, and the values that they may have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from han.config import read_config
from han.errors import InputError
from han.search.sweep_config import Range, SweepConfig

Scalar = str | int | float | None


@dataclass(frozen=True)
class Parameter:
    """A key and its values.

    Attributes:
        key: The key of the experiment, with dots.
        choices: Its values; empty if they are those of `range`.
        range: Its numbers.
        whole: Whether only whole numbers of the range are meant.
    """

    key: str
    choices: tuple[str | None, ...] = ()
    range: Range | None = None
    whole: bool = False

    def override(self, value: Scalar) -> str:
        """The setting that gives the key a value.

        Example:
            >>> Parameter("training.learning_rate").override(1e-05)
            'training.learning_rate=1e-05'
        """
        return f"{self.key}={'null' if value is None else value}"

    def values(self) -> list[Scalar]:
        """All values, in order.

        Example:
            >>> Parameter("a", range=Range(25, 100, 25), whole=True).values()
            [25, 50, 75, 100]
        """
        if self.range is None:
            return list(self.choices)
        step = self.range.step or 1
        count = round((self.range.high - self.range.low) / step)
        numbers = [round(self.range.low + i * step, 12) for i in range(count + 1)]
        return [int(number) if self.whole else number for number in numbers]


def make_parameter(
    file: Path, settings: SweepConfig, key: str, values: Range | tuple[str | None, ...]
) -> Parameter:
    """A parameter whose values have been tried on the experiment.

    Raises:
        InputError: If the key is unknown or would refuse one of the values.
    """
    where = f"{file}: `space.{key}`"
    if isinstance(values, Range):
        return _numbers(where, settings, key, values)
    if not values:
        raise InputError(f"{where} is empty. Expected a list, or {{low, high}}.")
    if len(set(values)) < len(values):
        raise InputError(f"{where} has a value twice. Keep one of them.")
    for value in values:
        _try(where, settings, key, "null" if value is None else value)
    return Parameter(key, choices=values)


def _numbers(where: str, settings: SweepConfig, key: str, numbers: Range) -> Parameter:
    low, high, step = numbers.low, numbers.high, numbers.step
    if low >= high:
        raise InputError(f"{where}: `low` must be below `high`.")
    if numbers.log and (low <= 0 or step):
        raise InputError(f"{where}: `log` needs `low` above 0 and no `step`.")
    whole = _is_whole(where, settings, key, numbers)
    if whole and step and step != int(step):
        raise InputError(f"{where}: the key takes whole numbers; so must `step` be.")
    steps = (high - low) / step if step else 1.0
    if abs(steps - round(steps)) > 1e-9:
        raise InputError(f"{where}: `step` does not lead from `low` to `high`.")
    if settings.sampler == "grid" and not whole and not step:
        raise InputError(
            f"{where}: `sampler: grid` needs a `step` here, or a list of values."
        )
    for number in (low, high):
        _try(where, settings, key, f"{number:.0f}" if whole else repr(number))
    return Parameter(key, range=numbers, whole=whole)


def _is_whole(where: str, settings: SweepConfig, key: str, numbers: Range) -> bool:
    """Whether the key takes whole numbers alone, as the key itself says."""
    if not (numbers.low.is_integer() and numbers.high.is_integer()):
        return False
    between = numbers.low + (numbers.high - numbers.low) * 0.4142
    try:
        _try(where, settings, key, repr(between))
    except InputError:
        return True
    return False


def _try(where: str, settings: SweepConfig, key: str, text: str) -> None:
    others = [
        f"{other}={'null' if values[0] is None else values[0]}"
        for other, values in settings.space.items()
        if other != key and isinstance(values, tuple) and values
    ]
    given = [*settings.overrides, f"{key}={text}"]
    try:
        read_config(Path(settings.experiment), given)
    except InputError as error:
        try:  # what contradicts the file may suit the other values
            read_config(Path(settings.experiment), [*others, *given])
        except InputError:
            raise InputError(f"{where}: {error}") from None
