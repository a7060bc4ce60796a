"""The hints of the first exercise of notebook 00, and of the second ones of notebooks 01 to 03."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises

from .answers import after, said

LISTED = "client.list_properties_of_secrets()"
FOUND = f"[each for each in {LISTED} if each.name.startswith(exercise.start)]"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (f"answer = [each.name for each in {FOUND}]", "The name is in there"),
        ("answer = []", "the name isn't in it"),
        (f"[answer] = {FOUND}", "Take its `.name`"),
        (f"answer = {FOUND}[0].id", "the secret's address"),
        ("answer = exercise.start", "how the name starts"),
        ("answer = 'exercise-elsewhere'", "another name"),
    ],
)
def test_find_the_newcomer_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, exercises.FindTheNewcomer(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_names_listed_before_the_exercise_was_made_do_not_do(client: SecretClient) -> None:
    client.set_secret("exercise-older", "fake-value")
    older = [secret.name for secret in client.list_properties_of_secrets()]
    mark, sentence = said(exercises.FindTheNewcomer(), older)
    assert (mark, "Ask the vault again" in sentence) == (exercises.WRONG, True)


def sign_in_with(named: str) -> str:
    return f"client.set_secret(second_exercise.name, {named!r})"


@pytest.mark.parametrize("named", ["EnvironmentCredential", "ClientSecretCredential"])
def test_any_credential_that_signs_in_here_is_right(named: str, client: SecretClient) -> None:
    assert after(sign_in_with(named), exercises.NameTheCredential(), client)[0] == exercises.RIGHT


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ("DefaultAzureCredential", "Choose one of them"),
        ("InteractiveBrowserCredential", "waits for a person"),
        ("environmentcredential", 'the name is "EnvironmentCredential"'),
        ("EnvironmentCredential()", "nothing around it"),
        ("MyCredential", "no credential with that name"),
        ("CertificateCredential", "finds nothing to sign in with here"),
        ("WorkloadIdentityCredential", "finds nothing to sign in with here"),
        ("", "no credential with that name"),
    ],
)
def test_name_the_credential_hints(named: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(sign_in_with(named), exercises.NameTheCredential(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_a_credential_without_its_variables_is_wrong(client: SecretClient, monkeypatch) -> None:
    exercise = exercises.NameTheCredential()
    client.set_secret(exercise.name, "ClientSecretCredential")
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    assert "finds nothing to sign in with here" in said(exercise)[1]


def save_each(values: dict[str, str]) -> str:
    pairs = f"{values!r}.items()"
    return f"for end, value in {pairs}: client.set_secret(f'{{second_exercise.start}}-{{end}}', value)"


LONG = {end: f"{end * 3}-fake-and-long-enough" for end in ("a", "b", "c", "d")}


@pytest.mark.parametrize("ends", ["abc", "abcd"])
def test_three_secrets_or_more_are_right_whatever_their_names(ends: str, client: SecretClient) -> None:
    code = save_each({end: LONG[end] for end in ends})
    assert after(code, exercises.SaveThree(), client)[0] == exercises.RIGHT


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (save_each({"a": LONG["a"]}), "Secrets so far: 1."),
        (save_each({"a": LONG["a"], "b": LONG["b"]}), "Secrets so far: 2."),
        ("for _ in range(3): client.set_secret(second_exercise.start, secrets.token_urlsafe())", "makes a new version"),
        (save_each({**LONG, "b": "short"}), "fewer than 16 characters"),
        (save_each({**LONG, "b": LONG["a"]}), "have the same value"),
        (
            "for end in 'abc': client.set_secret(*[f'{second_exercise.start}-a-longer-name-{end}'] * 2)",
            "contains the start of its name",
        ),
    ],
)
def test_save_three_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, exercises.SaveThree(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


SIGN = """
import hashlib, hmac
key, text = client.get_secret(second_exercise.name).value, {message!r}
if text is not None:
    client.set_secret(second_exercise.message, text)
signature = {signature}
if signature is not None:
    client.set_secret(second_exercise.signature, signature)
"""
SIGNED = "hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()"


@pytest.mark.parametrize("message", ["x", "Le café est prêt.", "two\nlines"])
def test_any_message_is_right_if_its_signature_fits(message: str, client: SecretClient) -> None:
    code = SIGN.format(message=message, signature=SIGNED)
    assert after(code, exercises.SignAMessage(), client)[0] == exercises.RIGHT


@pytest.mark.parametrize(
    ("message", "signature", "hint"),
    [
        ("hello", "None", "Now save its signature"),
        (None, "'0' * 64", "the message isn't"),
        ("hello", SIGNED.replace("key", "second_exercise.name"), "signed with the secret's name"),
        ("hello", "hmac.new(text.encode(), key.encode(), hashlib.sha256).hexdigest()", "changed places"),
        ("hello", SIGNED.replace("sha256", "sha512"), "Use `hashlib.sha256`"),
        ("hello", "text", "what you make the signature from"),
        ("hello", "key", "what you make the signature from"),
        ("hello", "str(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())", "doesn't fit"),
        ("hello", SIGNED.replace("text", "'hello '"), "doesn't fit"),
        ("hello", "'é'", "doesn't fit"),
    ],
)
def test_sign_a_message_hints(message, signature: str, hint: str, client: SecretClient) -> None:
    code = SIGN.format(message=message, signature=signature)
    mark, sentence = after(code, exercises.SignAMessage(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence
