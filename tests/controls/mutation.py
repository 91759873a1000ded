"""`python -m tests.controls.mutation`: tests/statute against each mutant, a fork each; a line for each that no test catches.

The tests are collected once. A mutant of a function lends the function its code; one of the rate file lends the law its values; one of a module's
own constants gets a fork in which all that was made from it is imported anew. `--only TEXT` takes the mutants whose name begins with the text.
"""

import argparse
import functools
import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.controls.mutants import CODE, PROJECT, RATES, Mutant, of_code, of_rates

FIRST = ("explained", "third_schedule", "mistakes", "keeps", "choice", "category", "money", "explanations", "plain_reading", "excess")
"""Quick ones, and those that catch most."""
STATUTE = PROJECT / "tests" / "statute"
OPTIONS = ("-x", "-q", "--tb=no", "--no-header", f"--confcutdir={STATUTE}", "-p", "no:randomly", "-p", "no:cacheprovider")
PATIENCE_SECONDS = 120
ANEW = ("contributions.rules", "contributions.explanations", "members.rules", "members.explanations", "tests.statute", "kwsp_portal.common.money")


def all_mutants() -> list[Mutant]:
    return [*(mutant for path in CODE for mutant in of_code(path)), *of_rates(RATES)]


def survives(run: Callable[[], int]) -> bool:
    """Whether every test passes. What hangs, or cannot even be tried, is caught."""
    child = os.fork()
    if not child:
        signal.alarm(PATIENCE_SECONDS)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            os._exit(run())
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


class Trial:
    """A plugin that runs the collected tests again and again, once for each mutant."""

    def __init__(self, mutants: Sequence[Mutant], say: Callable[[str], None]) -> None:
        self.mutants = mutants
        self.say = say

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not survives(lambda: self._run(session)):
            raise pytest.UsageError("tests/statute fails on the sound tree")
        self.say(f"{len(self.mutants)} mutants")
        for number, mutant in enumerate(self.mutants, 1):
            if survives(functools.partial(self._try, session, mutant)):
                self.say(f"SURVIVED {mutant.name}")
            if not number % 50:
                self.say(f"{number} done")
        return True

    def _try(self, session: pytest.Session, mutant: Mutant) -> int:
        if mutant.path == RATES:
            _lend_values(mutant)
        elif (function := _function(mutant)) is not None:
            function.__code__ = _code(mutant)
        else:
            return _anew(mutant)
        return self._run(session)

    def _run(self, session: pytest.Session) -> int:
        """The quick tests first; 1 at the first that fails."""
        _forget()
        place = {f"test_{name}.py": order for order, name in enumerate(FIRST)}
        items = sorted(session.items, key=lambda item: place.get(item.path.name, len(place)))
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return 1
        return 0


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts)


def _function(mutant: Mutant) -> FunctionType | None:
    """The function in which the mutant stands; None for a module's or a class's own lines."""
    found: Any = importlib.import_module(_module(mutant.path))
    for name in mutant.place.split("."):
        found = vars(found).get(name)
        found = getattr(found, "fget", None) or getattr(found, "__wrapped__", None) or found
    return found if isinstance(found, FunctionType) else None


def _code(mutant: Mutant) -> CodeType:
    def within(code: CodeType) -> Iterator[CodeType]:
        yield code
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from within(constant)

    whole = compile(mutant.text, str(mutant.path), "exec")
    return next(code for code in within(whole) if code.co_qualname == mutant.place)


def _lend_values(mutant: Mutant) -> None:
    """The mutant's values for the law that everybody has in hand."""
    rates = importlib.import_module("kwsp_portal.common.rates")
    law = importlib.import_module("contributions.rules.regime").LAW
    with tempfile.TemporaryDirectory(prefix="kwsp-mutant-") as folder:
        path = Path(folder, mutant.path.name)
        path.write_text(mutant.text, encoding="utf-8")
        object.__setattr__(law, "rates", rates.load(path).rates)


def _forget() -> None:
    """What the rules have kept ready."""
    for name, module in list(sys.modules.items()):
        if name.startswith("contributions.rules"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
    regime = importlib.import_module("contributions.rules.regime")
    for kept in (regime.MONTHS, regime._PARTS, regime._KEEPING):
        kept.clear()


class _Source(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant's text for its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != _module(self.mutant.path):
            return None
        return importlib.util.spec_from_file_location(name, self.mutant.path, loader=self)

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.text, str(self.mutant.path), "exec"), module.__dict__)


def _anew(mutant: Mutant) -> int:
    """All tests, with every module imported anew that may hold what the mutant changed."""
    for name in [name for name in sys.modules if name.startswith(ANEW)]:
        package, _, module = name.rpartition(".")
        vars(importlib.import_module(package)).pop(module, None)  # `from package import module` would find it there
        del sys.modules[name]
    sys.meta_path.insert(0, _Source(mutant))
    return int(pytest.main([*OPTIONS, str(STATUTE)]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the names of the survivors. The sound tree, in a fork like the others, must pass."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    only = parser.parse_args(arguments).only
    terminal = os.fdopen(os.dup(1), "w")

    def say(line: str) -> None:
        terminal.write(f"{line}\n")
        terminal.flush()

    chosen = [mutant for mutant in all_mutants() if mutant.name.startswith(only)]
    return int(pytest.main([*OPTIONS, "-s", str(STATUTE)], plugins=[Trial(chosen, say)]))


if __name__ == "__main__":
    raise SystemExit(main())
