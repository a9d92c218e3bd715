"""Errors of the client. Each answer that is no success is a KalendsError of its class."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AnswerDetails:
    """What an answer says beside its status and body."""

    retry_after: float | None
    request_id: str | None
    existing_id: str | None


class KalendsError(Exception):
    """An answer of Kalends that is no success.

    status: the HTTP status.
    body: parsed where it is JSON, otherwise its text.
    retry_after: seconds to wait before the request is sent again, where the answer says so.
    request_id: of the request at API Gateway, for the operator; None in local mode.
    """

    def __init__(self, status: int, body: Any, details: AnswerDetails) -> None:
        request_id = details.request_id
        super().__init__(f"{status}: {_text_of(body)}" + (f" (request {request_id})" if request_id else ""))
        self.status = status
        self.body = body
        self.retry_after = details.retry_after
        self.request_id = request_id


class ValidationError(KalendsError):
    """400 and 422: the request is wrong. `fields` has the texts by field, where the answer names fields.

    existing_id: of the object that has the `deduplication_key`, where that is the fault.
    """

    def __init__(self, status: int, body: Any, details: AnswerDetails) -> None:
        super().__init__(status, body, details)
        self.existing_id = details.existing_id

    @property
    def fields(self) -> dict[str, list[str]]:
        body = self.body if isinstance(self.body, dict) else {}
        return {name: texts for name, texts in body.items() if isinstance(texts, list)}


class AuthenticationError(KalendsError):
    """401: no key, or a wrong one."""


class NotFoundError(KalendsError):
    """404: not there, or not in this project."""


class ConflictError(KalendsError):
    """409: too many concurrent updates, after the retries. Without `retry_after`: an object that cannot be read."""


class CursorExpiredError(KalendsError):
    """410: the cursor of the change feed is too old. List the events, then start without a cursor."""


class RateLimitError(KalendsError):
    """429: a limit of the project, after the retries."""


class ServerError(KalendsError):
    """5xx, after the retries."""

    @property
    def error_id(self) -> str | None:
        """Under which the log of the operator has the cause; None where Kalends itself did not answer."""
        return self.body.get("error_id") if isinstance(self.body, dict) else None


class UnreadableAnswerError(KalendsError):
    """A success whose body is no JSON: something between this client and Kalends answered."""


class NoAnswerError(Exception):
    """No answer came, after the retries. `__cause__` says why."""


_classes: dict[int, type[KalendsError]] = {
    400: ValidationError,
    401: AuthenticationError,
    404: NotFoundError,
    409: ConflictError,
    410: CursorExpiredError,
    422: ValidationError,
    429: RateLimitError,
}


def error_of(status: int, body: Any, details: AnswerDetails) -> KalendsError:
    """The error of an answer, by its status."""
    error_class = ServerError if status >= 500 else _classes.get(status, KalendsError)
    return error_class(status, body, details)


def _text_of(body: Any) -> str:
    if not isinstance(body, dict):
        return str(body)
    text = body.get("detail") or body.get("error")
    return text if isinstance(text, str) else json.dumps(body)
