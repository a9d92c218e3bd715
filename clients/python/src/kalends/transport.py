"""Sends requests, and sends them again after failures that pass."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .errors import AnswerDetails, KalendsError, NoAnswerError, UnreadableAnswerError, error_of

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
# Longer ones are left to the caller, who sees them in the error.
_LONGEST_RETRY_AFTER = 60.0
_REPEATED = frozenset({409, 429, 500, 502, 503, 504})


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The API has no redirects, and the key goes nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class Transport:
    """Requests of one project. 429, 5xx, missing answers and 409 with `Retry-After` are repeated, a POST under one key."""

    def __init__(
        self, url: str | None, api_key: str | None, *, retries: int = 4, timeout: float = 30.0
    ) -> None:
        url = url or os.environ.get("KALENDS_URL")
        api_key = api_key or os.environ.get("KALENDS_API_KEY")
        if not url:
            raise ValueError("Give Kalends a url, or set KALENDS_URL")
        if not api_key:
            raise ValueError("Give Kalends an api_key, or set KALENDS_API_KEY")
        self._base = f"{url.rstrip('/')}/api/v1"
        self._api_key = api_key
        self._retries = retries
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirects)

    def send(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Returns the parsed answer; None when it is empty. `path` is below /api/v1."""
        url = self._address(path, query or {})
        key = str(uuid.uuid4())
        count = 0
        while True:
            try:
                return self._attempt(method, url, body, key)
            except KalendsError as error:
                if method == "DELETE" and count > 0 and error.status == 404:
                    # The first attempt has deleted it, and its answer was lost.
                    return None
                pause = _pause_after(error, count)
                if pause is None or count >= self._retries:
                    raise
            except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
                if count >= self._retries:
                    raise NoAnswerError("no answer") from error
                pause = _growing(count)
            time.sleep(pause)
            count += 1

    def _address(self, path: str, query: Mapping[str, Any]) -> str:
        pairs = [
            (name, _spell(one))
            for name, value in query.items()
            if value is not None
            for one in (value if isinstance(value, (list, tuple)) else [value])
        ]
        return f"{self._base}{path}" + (f"?{urllib.parse.urlencode(pairs)}" if pairs else "")

    def _attempt(self, method: str, url: str, body: Mapping[str, Any] | None, key: str) -> Any:
        request = urllib.request.Request(url, method=method)
        request.add_header("Authorization", f"Token {self._api_key}")
        # A misspelt filter would find what it is to leave out.
        request.add_header("Prefer", "handling=strict")
        if method == "POST":
            request.add_header("Idempotency-Key", key)
        if body is not None:
            request.data = json.dumps(body, default=_spell).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                status, headers, content = response.status, response.headers, response.read()
        except urllib.error.HTTPError as refused:
            with refused:
                status, headers, content = refused.code, refused.headers, refused.read()
        details = AnswerDetails(
            retry_after=_retry_after(headers.get("Retry-After")),
            request_id=headers.get("apigw-requestid"),
            existing_id=headers.get("X-Existing-Id"),
        )
        text = content.decode(errors="replace")
        try:
            answer = json.loads(text) if text else None
        except ValueError:
            if status < 300:
                raise UnreadableAnswerError(status, text, details) from None
            answer = text
        if status >= 300:
            raise error_of(status, answer, details)
        return answer


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        # One without a zone is local time, as everywhere in Python.
        return (value if value.utcoffset() is not None else value.astimezone()).isoformat()
    return str(value)


def _growing(count: int) -> float:
    longest: float = min(_FIRST_PAUSE * 2**count, _LONGEST_PAUSE)
    return longest * (0.5 + random.random() / 2)


def _pause_after(error: KalendsError, count: int) -> float | None:
    """None when the request must not be sent again."""
    if error.status not in _REPEATED:
        return None
    if error.retry_after is None:
        # A conflict that does not pass: an object that cannot be read.
        return None if error.status == 409 else _growing(count)
    return None if error.retry_after > _LONGEST_RETRY_AFTER else error.retry_after


def _retry_after(value: str | None) -> float | None:
    """Seconds or a date, as HTTP has it (RFC 9110, 10.2.3)."""
    given = (value or "").strip()
    if re.fullmatch(r"\d+", given, re.ASCII):
        return float(given)
    try:
        at = parsedate_to_datetime(given)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
