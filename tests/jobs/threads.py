"""Real threads with their own connections, released together."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from django.db import connections

T = TypeVar("T")


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Call `act(0..count-1)` in threads that start at the same moment; their results in order."""
    barrier = threading.Barrier(count, timeout=120)

    def one(number: int) -> T:
        try:
            barrier.wait()
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def meet_at(monkeypatch: pytest.MonkeyPatch, module: object, name: str, gate: threading.Barrier | None = None, patience: float = 0.5) -> None:
    """From now on the first two threads that call `module.name`, or what else meets at that gate, both have its answer before one of them goes on.

    Where a lock lets in one at a time nobody else comes: the first waits so many seconds in vain, and those after it not at all.
    """
    real, place = getattr(module, name), gate or threading.Barrier(2)

    def met(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            place.wait(patience)
        return found

    monkeypatch.setattr(module, name, met)


class Crowd:
    """So many threads, each with a connection that it keeps, released together again and again; started and ended as a context."""

    def __init__(self, count: int) -> None:
        self._gate, self._over = threading.Barrier(count + 1), threading.Barrier(count + 1)
        self._act: Callable[[int], object] | None = None
        self._outcomes: list[Any] = [None] * count
        self._threads = [threading.Thread(target=self._stand, args=(number,), daemon=True) for number in range(count)]

    def all_at_once(self, act: Callable[[int], T]) -> list[T | Exception]:
        """Calls `act(0..count-1)`; what each returned or raised, in order."""
        self._act = act
        self._gate.wait()
        self._over.wait()
        return list(self._outcomes)

    def _stand(self, number: int) -> None:
        while True:
            self._gate.wait()
            if self._act is None:
                connections.close_all()
                return
            try:
                self._outcomes[number] = self._act(number)
            except Exception as error:  # noqa: BLE001
                self._outcomes[number] = error
            self._over.wait()

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._act = None
        self._gate.wait()
        for thread in self._threads:
            thread.join(60)
