"""Verification of webhooks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence

from .models import WebhookPayload


class WebhookVerificationError(Exception):
    """The webhook is not genuine, or too old. Answer 400."""


def verify_webhook(
    secret: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes | str,
    *,
    tolerance: float = 300.0,
    now: float | None = None,
) -> WebhookPayload:
    """Verifies a webhook by Standard Webhooks, or by X-Webhook-Signature where its headers are absent, and parses it.

    Returns the payload; its `trigger` says which of the types of WebhookPayload it is.

    secret: `whsec_…`, as `webhooks.create` answered it; several while a secret is replaced.
    body: the bytes as they came.
    tolerance: how old or early a webhook may be, in seconds. X-Webhook-Signature has no time.
    Raises WebhookVerificationError when no signature fits, or the webhook is too old.
    """
    content = body.encode() if isinstance(body, str) else body
    given = {name.lower(): value for name, value in headers.items()}
    secrets = [secret] if isinstance(secret, str) else list(secret)
    signatures = given.get("webhook-signature", "")
    if signatures:
        timestamp = given.get("webhook-timestamp", "")
        at = time.time() if now is None else now
        if not re.fullmatch(r"\d{1,12}", timestamp, re.ASCII) or abs(at - int(timestamp)) > tolerance:
            raise WebhookVerificationError("the webhook is too old, or has no time")
        signed = f"{given.get('webhook-id', '')}.{timestamp}.".encode() + content
        fits = any(_fits(one, f"v1,{_sign(key, signed)}") for key in secrets for one in signatures.split(" "))
    else:
        fits = any(_fits(given.get("x-webhook-signature", ""), _sign(key, content)) for key in secrets)
    if not fits:
        raise WebhookVerificationError("no signature fits")
    payload: WebhookPayload = json.loads(content)
    return payload


def _sign(secret: str, signed: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    # An empty key would verify what anyone can sign.
    if len(key) < 16:
        raise WebhookVerificationError("the secret is not one of Kalends")
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _fits(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
