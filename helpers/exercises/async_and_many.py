"""The exercises of notebook 11."""

import asyncio
import inspect
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call, fresh_name

_TIMEOUT_SECONDS = 10


class SayWhichAreMissing(Exercise):
    """11: of many secrets, say which are not there; one that is disabled is there."""

    title = "Exercise: say which are missing"

    def prepare(self) -> None:
        """Save all but two of the secrets, and one of them disabled."""
        self.wanted = [fresh_name() for _ in range(8)]
        self._missing = {self.wanted[2], self.wanted[5]}
        self._disabled = self.wanted[3]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._save, [name for name in self.wanted if name not in self._missing]))

    def _save(self, name: str) -> None:
        self._client.set_secret(name, f"fake-value-{secrets.token_hex(8)}", enabled=name != self._disabled)

    def names(self) -> list[tuple[str, str]]:
        """The secrets to look for, and where the answer goes."""
        return [("exercise.wanted", f"a list of {len(self.wanted)} names"), ("exercise.name", self.name)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Read the names from the value that was saved."""
        saved = self.value_of(self.name)
        if saved is None:
            return NOT_YET, "Save the names of those that are missing under `exercise.name`, with a space between."
        named = set(re.findall(r"exercise-[0-9a-f]{6}", saved)) & set(self.wanted)
        if named == self._missing:
            if set(re.findall(r"[\w-]+", saved)) != self._missing:
                return WRONG, "The right names are in it, and more. Save the names alone, with a space between."
            return RIGHT, "These two are not there. The disabled one is, and another error must not be taken for that."
        if not named:
            return WRONG, "There is no name of `exercise.wanted` in it. Save names, and not their number or an error."
        if named == self._missing | {self._disabled}:
            return WRONG, (
                "One too many: a disabled secret is there. It raises HttpResponseError with status 403; "
                "catch ResourceNotFoundError for those that are missing."
            )
        if named < self._missing:
            return WRONG, "One more is missing. Go on after the first error: look at the result of each name."
        if not named & self._missing:
            return WRONG, "These are there. Save the names of those that are not."
        return WRONG, "Some of these are there. Save the names for which the vault answers SecretNotFound, no others."


class AtMostFour(Exercise):
    """11: a coroutine function that retrieves many secrets, and no more than four at once."""

    title = "Exercise: four at once"
    most = 4

    def names(self) -> list[tuple[str, str]]:
        """How many at once."""
        return [("second_exercise.most", str(self.most))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Run the function with a stand-in for the client, which counts the calls that are under way."""
        if answer is None:
            return NOT_YET, "Write `async def answer(vault, names):`, and return a dict of names and values."
        if inspect.iscoroutine(answer):
            answer.close()
            return WRONG, "`answer` is a coroutine: the function was called. Leave out the parentheses."
        if not callable(answer):
            return WRONG, "`answer` is no function. Write `async def answer(vault, names):`."
        vault = _Vault()
        result = self._run(answer, vault)
        if _close_waiting(result):
            return WRONG, "The result holds calls that nobody waited for. `await` them all at once: `asyncio.gather`."
        if isinstance(result, list | tuple):
            return WRONG, "Your function returns a list. Return a dict: `dict(zip(names, values))`."
        if not isinstance(result, dict):
            return WRONG, f"Your function returns a {type(result).__name__}. Return a dict of names and values."
        if any(isinstance(value, SimpleNamespace) for value in result.values()):
            return WRONG, "The dict holds secrets. Take the `.value` of each."
        if result != vault.values:
            return WRONG, "The dict does not hold each name with its own value. `asyncio.gather` keeps the order."
        if vault.most == 1:
            return (
                WRONG,
                "The values are right, and came one after another. Let `asyncio.gather` run the calls at once.",
            )
        if vault.most > self.most:
            return WRONG, (
                f"{vault.most} calls were under way at once. Let each of them pass the same `asyncio.Semaphore(4)`."
            )
        return RIGHT, f"All {len(result)} values are there, and at most {vault.most} calls were under way at once."

    def _run(self, answer: Callable[..., Any], vault: "_Vault") -> Any:
        async def bounded() -> Any:
            result = answer(vault, list(vault.values))
            if not inspect.isawaitable(result):
                return result
            return await asyncio.wait_for(result, _TIMEOUT_SECONDS)

        def in_a_loop_of_its_own() -> Any:
            # A notebook's loop runs already, and cannot be waited for from within.
            with ThreadPoolExecutor(1) as pool:
                return pool.submit(asyncio.run, bounded()).result()

        def asked() -> tuple[Any, str]:
            try:
                return in_a_loop_of_its_own(), ""
            except RuntimeError as error:
                if "different event loop" not in str(error):
                    raise
                return None, "Make the semaphore inside the function: one that was made outside belongs to one loop."
            except asyncio.TimeoutError:
                return (
                    None,
                    f"Your function did not end within {_TIMEOUT_SECONDS} seconds. Does a call wait for itself?",
                )

        result, hint = call(asked)
        if hint:
            raise AnswerError(hint)
        return result


def _close_waiting(result: Any) -> int:
    """How many calls in a result nobody waited for; they are closed, so that Python does not warn of each."""
    values = result.values() if isinstance(result, dict) else result if isinstance(result, list | tuple) else []
    waiting = [value for value in values if inspect.iscoroutine(value)]
    for value in waiting:
        value.close()
    return len(waiting)


class _Vault:
    """Stands in for the asynchronous client: answers after a moment, and counts the calls that are under way."""

    def __init__(self) -> None:
        self.values = {fresh_name(): f"fake-value-{secrets.token_hex(8)}" for _ in range(12)}
        self.most = 0
        self._now = 0

    async def get_secret(self, name: str) -> SimpleNamespace:
        """A secret with a name and a value."""
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(0.005)
        self._now -= 1
        return SimpleNamespace(name=name, value=self.values[name])
