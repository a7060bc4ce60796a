"""The first lines of notebook 00, and the second exercises of notebooks 01 to 03: more than one answer is right."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from typing import Any

import azure.identity
from azure.core.exceptions import ClientAuthenticationError

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, fresh_name

SCOPE = "https://vault.azure.net/.default"


class FindTheNewcomer(Exercise):
    """List the vault once more, and pick one name out of it."""

    title = N_("Exercise: find a secret by the start of its name")

    def prepare(self) -> None:
        """Save the secret to find, and remember only here how its name goes on."""
        self.start = fresh_name()
        self.name = f"{self.start}-{secrets.token_hex(4)}"
        self._client.set_secret(self.name, f"fake-value-{secrets.token_hex(8)}")

    def names(self) -> list[tuple[str, str]]:
        """How the name starts."""
        return [("exercise.start", self.start)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the name."""
        if answer is None:
            return NOT_YET, _("Ask the vault for its names again, then put the right one into `answer`.")
        if isinstance(answer, (list, tuple, set, frozenset)):
            if self.name in answer:
                return WRONG, _("The name is in there. Take it out of the list: `answer` is one string, not a list.")
            return WRONG, _("`answer` is a list, and the name isn't in it. Ask the vault again: the secret is new.")
        if not isinstance(answer, str):
            return WRONG, _("`answer` is of type {type}. Take its `.name`, which is a string.").format(
                type=type(answer).__name__
            )
        if answer == self.name:
            return RIGHT, _(
                "You signed in, asked the vault, and used what it said. You're ready for the next notebook."
            )
        if answer == self.start:
            return WRONG, _("That's how the name starts. Ask the vault how it goes on.")
        if answer.startswith("https://"):
            return WRONG, _("That's the secret's address. Take its `.name` instead of its `.id`.")
        return WRONG, _("That's another name. Look for the one that starts with `exercise.start`.")


class NameTheCredential(Exercise):
    """Sign in with one credential of the chain, and say which. Any that works here is right."""

    title = N_("Exercise: name the credential you mean")
    asks_a_person = ("DeviceCodeCredential", "InteractiveBrowserCredential")
    chains = ("ChainedTokenCredential", "DefaultAzureCredential")

    def names(self) -> list[tuple[str, str]]:
        """Where the credential's name goes."""
        return [("second_exercise.name", self.name)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Try the credential that the secret's value names."""
        named = self.value_of(self.name)
        if named is None:
            return NOT_YET, _("Make a client with one credential, then save that credential's name with it.")
        known = [name for name in dir(azure.identity) if name.endswith("Credential")]
        if named in self.chains:
            return WRONG, _("{named} tries several credentials. Choose one of them.").format(named=named)
        if named in self.asks_a_person:
            return WRONG, _("{named} waits for a person in a browser. Choose one that signs in by itself.").format(
                named=named
            )
        if named not in known:
            close = [name for name in known if name.lower() == named.strip(" ()'\"").lower()]
            if close:
                return WRONG, _('Almost: the name is "{close}", spelled like that, with nothing around it.').format(
                    close=close[0]
                )
            return WRONG, _("azure-identity has no credential with that name. Save the class's name, and nothing else.")
        try:
            _make(named).get_token(SCOPE)
        except (ClientAuthenticationError, TypeError, ValueError):
            return WRONG, _("{named} finds nothing to sign in with here. Step 2 shows what's there.").format(
                named=named
            )
        return RIGHT, _("{named} signs in here by itself, and no other sign-in can get in its way.").format(named=named)


class SaveThree(Exercise):
    """Save the secrets of a small program. The names and the values are the reader's choice."""

    title = N_("Exercise: save the secrets of a program")
    count = 3
    shortest = 16

    def prepare(self) -> None:
        """Choose how the names start."""
        self.start = fresh_name()

    def names(self) -> list[tuple[str, str]]:
        """How the names start."""
        return [("second_exercise.start", self.start)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look at the secrets whose names start as they should."""
        listed = self._client.list_properties_of_secrets()
        names = [secret.name for secret in listed if secret.name and secret.name.startswith(self.start)]
        if not names:
            return NOT_YET, _("Think of three names that start as shown above, and save a random value under each.")
        if len(names) < self.count:
            return WRONG, _(
                "Secrets so far: {count}. Each needs a name of its own: a second save under the same "
                "name makes a new version, not a second secret."
            ).format(count=len(names))
        values = {name: self.value_of(name) or "" for name in names}
        short = [name for name, value in values.items() if len(value) < self.shortest]
        if short:
            return WRONG, _("The value of {short} has fewer than {shortest} characters.").format(
                short=short[0], shortest=self.shortest
            )
        if len(set(values.values())) < len(values):
            return WRONG, _("Two of them have the same value, so anyone who learns one knows both. Give each its own.")
        told = [name for name, value in values.items() if self.start in value]
        if told:
            return WRONG, _("The value of {told} contains the start of its name, and a name is no secret.").format(
                told=told[0]
            )
        return RIGHT, _("Each secret has its own name, and a long value that no other secret has.")


class SignAMessage(Exercise):
    """Use a value without showing it. Any message is right, if its signature is."""

    title = N_("Exercise: sign a message of your own")

    def prepare(self) -> None:
        """Save the key."""
        self.message = fresh_name()
        self.signature = fresh_name()
        self._key = f"fake-key-{secrets.token_hex(8)}"
        self._client.set_secret(self.name, self._key)

    def names(self) -> list[tuple[str, str]]:
        """Where the key is, and where the message and its signature go."""
        return [
            ("second_exercise.name", self.name),
            ("second_exercise.message", self.message),
            ("second_exercise.signature", self.signature),
        ]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Sign the message that is there, and compare."""
        message, signature = self.value_of(self.message), self.value_of(self.signature)
        if message is None and signature is None:
            return NOT_YET, _("Retrieve the key, sign a message with it, then save the message and the signature.")
        if message is None:
            return WRONG, _("The signature is there, but the message isn't. Save it under `second_exercise.message`.")
        if signature is None:
            return WRONG, _("The message is there. Now save its signature under `second_exercise.signature`.")
        if hmac.compare_digest(signature.encode(), _signed(self._key, message).encode()):
            return RIGHT, _("The signature fits the message and the key, and nobody had to see the key.")
        if signature == _signed(self.name, message):
            return WRONG, _("You signed with the secret's name. Sign with the `.value` of what `get_secret` returns.")
        if signature == _signed(message, self._key):
            return WRONG, _("The key and the message have changed places. In `hmac.new`, the key comes first.")
        if signature == _signed(self._key, message, hashlib.sha512):
            return WRONG, _("You signed with SHA-512. Use `hashlib.sha256`.")
        if signature in (message, self._key):
            return WRONG, _("That's what you make the signature from. Save what `hmac.new(...).hexdigest()` returns.")
        return WRONG, _("The signature doesn't fit. Sign exactly the message you saved, and save the `.hexdigest()`.")


def _signed(key: str, message: str, digest: Callable[..., Any] = hashlib.sha256) -> str:
    return hmac.new(key.encode(), message.encode(), digest).hexdigest()


def _make(name: str) -> Any:
    """A credential by its class's name, with what the environment has for it.

    Raises:
        TypeError, ValueError: the environment hasn't got what it needs.
    """
    if name == "ClientSecretCredential":
        variables = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
        return azure.identity.ClientSecretCredential(*(os.environ.get(variable, "") for variable in variables))
    if name == "ManagedIdentityCredential":  # elsewhere than on Azure nobody answers, and it would ask for minutes
        return azure.identity.ManagedIdentityCredential(retry_total=0, connection_timeout=3)
    return getattr(azure.identity, name)()
