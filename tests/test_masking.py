import copy
import json
import pickle

import ipywidgets
import pytest
from azure.core.rest import HttpRequest
from azure.keyvault.secrets import KeyVaultSecret, SecretProperties
from requests import Request

from helpers.errors import NotebookError as NotebookError
from helpers.masking import Masked, masked, reveal

SENTINEL = "not-a-real-secret-77c5d0"


# A mask to print


@pytest.mark.parametrize("value", ["x", SENTINEL, Masked(SENTINEL), "x" * 25_600])
def test_each_value_has_the_same_mask(value):
    assert masked(value) == f"{masked(value)}" == "••••••••"


@pytest.mark.parametrize("value", [None, ""])
def test_no_value_is_told_from_a_value(value):
    assert masked(value) == "(no value)"


# A str that is shown as a mask


def test_masked_is_the_text_for_everything_but_repr():
    hidden = Masked(SENTINEL)
    assert hidden == SENTINEL
    assert hash(hidden) == hash(SENTINEL)
    assert str(hidden) == f"{hidden}" == "%s" % hidden == SENTINEL  # noqa: UP031
    assert json.dumps({"value": hidden}) == json.dumps({"value": SENTINEL})
    assert repr(hidden) == repr(Masked("")) == f"{hidden!r}" == "'••••••••'"


@pytest.mark.parametrize(
    "body",
    [
        lambda value: Request("PUT", "https://example.invalid", json={"value": value}).prepare().body.decode(),
        lambda value: HttpRequest("PUT", "https://example.invalid", json={"value": value}).content,
    ],
)
def test_masked_goes_to_the_service_unchanged(body):
    assert json.loads(body(Masked(SENTINEL))) == {"value": SENTINEL}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda hidden: pickle.loads(pickle.dumps(hidden))])  # noqa: S301
def test_a_copy_of_masked_is_masked(copied):
    assert copied(Masked(SENTINEL)) == SENTINEL
    assert repr(copied(Masked(SENTINEL))) == "'••••••••'"


# A button to hold


def press(button, kind="ask", **content):
    """Sends the button's widget what the page sends when somebody presses it."""
    data = {"method": "custom", "content": {"kind": kind, **content}}
    button._widget._handle_msg({"content": {"data": data}, "buffers": []})


def test_a_value_goes_to_the_page_when_it_is_asked_for_and_not_before(monkeypatch):
    sent = []
    monkeypatch.setattr(
        ipywidgets.Widget, "_send", lambda _self, message, buffers=None: sent.append((message, buffers))
    )
    button = reveal(SENTINEL)
    button._repr_mimebundle_()
    press(button, kind="other")
    assert SENTINEL not in str(sent)
    sent.clear()
    press(button, ask="17-4")
    [(message, [answer])] = sent
    assert message == {"method": "custom", "content": {"kind": "answer", "ask": "17-4"}}
    assert answer == SENTINEL.encode()


def test_nothing_else_of_a_button_holds_the_value():
    button = reveal(SENTINEL, "db-password")
    assert button._widget.label == "Hold to show db-password"
    for view in (repr(button), str(button), str(button._repr_mimebundle_()), str(vars(button))):
        assert SENTINEL not in view
    press(button, ask="17-4")
    assert SENTINEL not in str(ipywidgets.Widget.get_manager_state())


def test_the_text_in_its_place_says_how_to_see_the_value():
    assert reveal(SENTINEL)._repr_mimebundle_()["text/plain"] == (
        "•••••••• (run this cell, then hold the button to show it; with no button here, it stays hidden)"
    )


@pytest.mark.parametrize("wrong", [None, "", b"bytes", KeyVaultSecret(SecretProperties(), SENTINEL)])
def test_what_is_not_a_value_is_told(wrong):
    with pytest.raises(NotebookError, match=r"give it the secret's `.value`") as told:
        reveal(wrong)
    assert SENTINEL not in str(told.value)
