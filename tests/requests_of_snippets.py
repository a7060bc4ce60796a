"""Runs every snippet in one process, as a notebook's kernel does, and looks for what `show_requests` must not know.

`python -m tests.requests_of_snippets FOLDER` prints what it found, as JSON. The snippets write their files into FOLDER.
"""

import gc
import json
import os
import sys
import time
import types
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace

from azure.core.exceptions import ResponseNotReadError

from helpers import connect, practice, request_recorder, show_requests
from tests import notebooks
from tests.test_snippets import _as_in_a_script


def main(folder: str) -> None:
    """Run them, and print how many sent requests, how much was hidden, and which snippets leak."""
    connect()
    # Versions are told apart by their second, so short pauses stay. Nobody has to wait for the long ones of a poller.
    pause = time.sleep
    time.sleep = lambda seconds: pause(seconds if seconds < 1.5 else 0.1)
    cloud = practice.running()
    cloud.conditions = replace(cloud.conditions, delete_seconds=0.2)
    hidden: set[str] = set()
    request_recorder._noted = listening(hidden)
    os.chdir(folder)
    sending, leaking = 0, []
    for name in notebooks.NAMES:
        cells = {"__name__": "__main__"}
        for snippet in notebooks.snippets(name):
            request_recorder._begin_cell()
            with redirect_stdout(None):
                exec(compile(_as_in_a_script(snippet.code), snippet.name, "exec"), cells)  # noqa: S102 - our own
            sending += bool(request_recorder._this.requests)
            texts = [html(show_requests()), repr(show_requests()), *kept()]
            if any(secret in text for secret in hidden for text in texts):
                leaking.append(snippet.name)
    print(json.dumps({"sending": sending, "hidden": len(hidden), "leaking": leaking}))


def listening(found: set[str]) -> object:
    """The recorder's way to take a note of a request, which adds to `found` what's secret in it."""
    original = request_recorder._noted

    def noted(began: float, request: object, response: object) -> object:
        found.update(text for text in _secrets(request, response) if len(text) > 7)
        return original(began, request, response)

    return noted


def kept() -> list[str]:
    """All texts that the recorder holds on to."""
    found, seen = [], set()
    ahead: list[object] = [request_recorder._this, request_recorder._before]
    while ahead:
        one = ahead.pop()
        if id(one) in seen or isinstance(one, (type, types.ModuleType, types.FunctionType)):
            continue
        seen.add(id(one))
        if isinstance(one, (str, bytes)):
            found.append(one if isinstance(one, str) else repr(one))
        ahead += gc.get_referents(one)
    return found


def html(card: object) -> str:
    """What a page shows of a card."""
    return card._repr_mimebundle_()["text/html"]


def _secrets(request: object, response: object) -> Iterator[str]:
    """The value or backup, the token and the password in a request and its answer."""
    yield request.headers.get("Authorization", "").removeprefix("Bearer ")
    for body in (request.body, _text(response)):
        content = body if isinstance(body, dict) else _parsed(body)
        yield from (content[name] for name in ("value", "access_token", "client_secret") if _is_text(content, name))


def _text(response: object) -> str | None:
    try:
        return response.text() if response is not None else None
    except ResponseNotReadError:  # a blob that is read in pieces, later
        return None


def _parsed(body: object) -> object:
    """The body, if it's JSON. A blob and what a storage account answers aren't."""
    try:
        return json.loads(body)
    except (TypeError, ValueError):
        return {}


def _is_text(content: object, name: str) -> bool:
    return isinstance(content, dict) and isinstance(content.get(name), str)


if __name__ == "__main__":
    main(sys.argv[1])
