"""The errors of the practice cloud: one for the person at the keyboard, one for the client on the wire."""


class PracticeError(Exception):
    """The practice cloud cannot start or go on: one sentence for the person, with what to do.

    Args:
        sentence: The sentence, with fields for the facts. So whoever shows it may translate it.
        facts: What stands in its fields.
    """

    def __init__(self, sentence: str, /, **facts: object) -> None:
        super().__init__(sentence.format(**facts))
        self.sentence = sentence
        self.facts = facts


class UnreadableStateError(PracticeError):
    """The state file is there but of no use as it is: damaged, or written by a newer version."""


class ServiceError(Exception):
    """An answer other than success, in the words of the service that gives it.

    Args:
        status: The HTTP status.
        code: The error's code, such as `SecretNotFound`.
        message: The error's message, as the service words it.
        inner_code: The code of the inner error, where the service sends one.
        headers: Further response headers.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        inner_code: str | None = None,
        headers: dict[str, str] | None = None,
    ):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.inner_code = inner_code
        self.headers = headers or {}
