"""The exercises of notebook 13."""

import asyncio
import inspect
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call, fresh_name

_TIMEOUT_SECONDS = 10


class SayWhichAreMissing(Exercise):
    """Of many secrets, say which are not there; one that is disabled is there."""

    title = N_("Exercise: say which are missing")

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
        return [
            ("exercise.wanted", _("a list of {count} names").format(count=len(self.wanted))),
            ("exercise.name", self.name),
        ]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Read the names from the value that was saved."""
        saved = self.value_of(self.name)
        if saved is None:
            return NOT_YET, _("Save the names of the missing secrets under `exercise.name`.")
        named = set(re.findall(r"exercise-[0-9a-f]{6}", saved)) & set(self.wanted)
        if named == self._missing:
            if set(re.findall(r"[\w-]+", saved)) != self._missing:
                return (
                    WRONG,
                    _("The right names are there, and something else, too. Save only the names, with spaces between."),
                )
            return RIGHT, _(
                "Those are the two that don't exist. You didn't mistake the disabled one for a missing one."
            )
        if not named:
            return (
                WRONG,
                _("The value you saved has no name from `exercise.wanted`. Save the names, not a count or an error."),
            )
        if named == self._missing | {self._disabled}:
            return WRONG, _(
                "One name too many: the disabled secret exists. It raises HttpResponseError with status 403, so catch "
                "only ResourceNotFoundError for the missing ones."
            )
        if named < self._missing:
            return WRONG, _("There's another one missing. Keep going after the first error, and look at every name.")
        if not named & self._missing:
            return WRONG, _("These secrets exist. Save the names of the ones that don't.")
        return WRONG, _("Some of these exist. Save only the names for which the vault answers SecretNotFound.")


class AtMostFour(Exercise):
    """A coroutine function that retrieves many secrets, and no more than four at once."""

    title = N_("Exercise: four at once")
    most = 4

    def names(self) -> list[tuple[str, str]]:
        """How many at once."""
        return [("second_exercise.most", str(self.most))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Run the function with a stand-in for the client, which counts the calls that are under way."""
        if answer is None:
            return NOT_YET, _("Write `async def answer(vault, names):`, and return a dict of names and values.")
        if inspect.iscoroutine(answer):
            answer.close()
            return WRONG, _("`answer` is a coroutine, because the function was called. Leave out the parentheses.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Begin with `async def answer(vault, names):`.")
        vault = _Vault()
        result = self._run(answer, vault)
        if _close_waiting(result):
            return (
                WRONG,
                _(
                    "The result has calls in it that nobody waited for. `await` them all together, with "
                    "`asyncio.gather`."
                ),
            )
        if isinstance(result, list | tuple):
            return WRONG, _("Your function returns a list. Return a dict: `dict(zip(names, values))`.")
        if not isinstance(result, dict):
            return (
                WRONG,
                _("Your function returns something of type {type}. Return a dict of names and values.").format(
                    type=type(result).__name__
                ),
            )
        if any(isinstance(value, SimpleNamespace) for value in result.values()):
            return WRONG, _("The dict has whole secrets in it. Take the `.value` of each.")
        if result != vault.values:
            return (
                WRONG,
                _("Some names don't have their own value. `asyncio.gather` keeps the order, so `zip` can match them."),
            )
        if vault.most == 1:
            return (
                WRONG,
                _("The values are right, but the calls ran one after another. Let `asyncio.gather` run them together."),
            )
        if vault.most > self.most:
            return WRONG, _(
                "{most} calls were under way at once. Make one `asyncio.Semaphore(4)`, and use it for all calls."
            ).format(most=vault.most)
        return RIGHT, _("All {count} values are there, and no more than {most} calls were under way at once.").format(
            count=len(result), most=vault.most
        )

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
                return (
                    None,
                    _(
                        "Make the semaphore inside the function. One that was made outside belongs to another event "
                        "loop."
                    ),
                )
            except asyncio.TimeoutError:
                return (
                    None,
                    _("Your function didn't finish within {seconds} seconds. Is a call waiting for itself?").format(
                        seconds=_TIMEOUT_SECONDS
                    ),
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
