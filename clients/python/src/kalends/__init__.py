"""Client of the Kalends API. Types of answers and requests are in `kalends.models`."""

from .changes import CursorStore, consume_changes
from .client import Kalends, ListOf
from .errors import (
    AuthenticationError,
    ConflictError,
    CursorExpiredError,
    KalendsError,
    NoAnswerError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnreadableAnswerError,
    ValidationError,
)
from .webhooks import WebhookVerificationError, verify_webhook

__all__ = [
    "AuthenticationError",
    "ConflictError",
    "CursorExpiredError",
    "CursorStore",
    "Kalends",
    "KalendsError",
    "ListOf",
    "NoAnswerError",
    "NotFoundError",
    "RateLimitError",
    "ServerError",
    "UnreadableAnswerError",
    "ValidationError",
    "WebhookVerificationError",
    "consume_changes",
    "verify_webhook",
]
