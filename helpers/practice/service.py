"""What every service of the practice cloud does alike on the wire: JSON in, JSON out, errors in the service's words."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from tornado.web import HTTPError, RequestHandler

from .errors import PracticeError, ServiceError


class JsonHandler(RequestHandler):
    """Answers one address of a service. A `ServiceError` that is raised anywhere in it becomes the answer."""

    def set_default_headers(self) -> None:
        """The headers that the recorded answers of the real service carry."""
        self.clear_header("Server")
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Pragma", "no-cache")
        self.set_header("Expires", "-1")
        self.set_header("Strict-Transport-Security", "max-age=31536000;includeSubDomains")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("x-ms-request-id", str(uuid.uuid4()))

    def answer(self, body: dict[str, Any] | None, status: int = 200) -> None:
        """Send a JSON body, compact as the service's; None sends an empty answer."""
        self.set_status(status)
        if body is None:
            self.clear_header("Content-Type")
            self.finish()
        else:
            # Half of a surrogate pair has no bytes; a request's JSON can hold it, and an error quote it.
            self.finish(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))

    def json_object(self, refusal: Callable[[str], ServiceError]) -> dict[str, Any]:
        """The request's JSON object; what is none is refused with the service's error, given what is wrong."""
        try:
            body = json.loads(self.request.body)
            json.dumps(body, ensure_ascii=False).encode()  # half of a surrogate pair is no text
        except (ValueError, RecursionError):
            raise refusal("The request body is not valid JSON.") from None
        if not isinstance(body, dict):
            raise refusal("The request body is not a JSON object.")
        return body

    def not_offered(self, *_parts: str) -> None:
        """Say that the practice cloud does not have this, since the real service may."""
        raise ServiceError(
            404, "NotFound", f"The practice cloud does not offer {self.request.method} {self.request.path}."
        )

    def error_body(self, error: ServiceError) -> dict[str, Any]:
        """The body of an error: Azure's common form. A service with a form of its own overrides this."""
        described: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.inner_code:
            described["innererror"] = {"code": error.inner_code}
        return {"error": described}

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with what went wrong. Tornado calls this for whatever a handler raises."""
        raised = kwargs.get("exc_info", (None, None, None))[1]
        error = self._as_service_error(raised, status_code)
        self.clear()
        for name, value in error.headers.items():
            self.set_header(name, value)
        self.answer(self.error_body(error), error.status)

    def log_exception(self, *_exc_info: Any) -> None:
        """Log nothing: the answer says it all, and a log of this thread would show up in the learner's notebook."""

    def compute_etag(self) -> None:
        """The service sends no ETag."""

    def _as_service_error(self, raised: BaseException | None, status: int) -> ServiceError:
        if isinstance(raised, ServiceError):
            return raised
        if isinstance(raised, PracticeError):
            # 507 is not among the statuses that Azure's clients try again: the person hears of it at once.
            return ServiceError(507, "PracticeStateUnusable", str(raised))
        if isinstance(raised, HTTPError):
            status = raised.status_code
        if isinstance(raised, UnicodeEncodeError):
            status = 400  # the request has half of a surrogate pair where a text has to be
        return ServiceError(status, "BadRequest" if status < 500 else "InternalServerError", self._reason_for(status))

    @staticmethod
    def _reason_for(status: int) -> str:
        if status < 500:
            return "The practice cloud cannot read this request."
        return "The practice cloud failed to answer this request; please report it with what you did."


class NowhereHandler(JsonHandler):
    """Every host that the practice cloud does not play: a client asked for it over a connection to another one."""

    def prepare(self) -> None:
        """Say that there is no such host."""
        raise ServiceError(421, "MisdirectedRequest", "The practice cloud has no host of this name.")
