"""A consumer of the change feed that keeps its cursor."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from .client import Kalends

if TYPE_CHECKING:
    from .models import EventChange, ListCalendarChangesQuery


class CursorStore(Protocol):
    """Where a consumer keeps its place in the feed: a row of your database, or a file."""

    def load(self) -> str | None:
        """None for a consumer that begins."""

    def save(self, cursor: str) -> None: ...


def consume_changes(
    kalends: Kalends,
    cursor: CursorStore,
    apply: Callable[[list[EventChange]], None],
    *,
    calendar_id: str | None = None,
    pause: float = 5.0,
    stop: threading.Event | None = None,
) -> None:
    """Reads the change feed until `stop` is set: each page is applied, then its cursor saved.

    So a consumer that crashes continues where it was, and misses nothing. Changes may come again after a crash: store events
    by their id. Changes and cursor are safest in one transaction of your database. Raises CursorExpiredError when the
    cursor is older than the feed: list the events, then begin without a cursor.
    """
    end = stop or threading.Event()
    at = cursor.load()
    while not end.is_set():
        query: ListCalendarChangesQuery = {}
        if at is not None:
            query["cursor"] = at
        if calendar_id is not None:
            query["calendar_id"] = calendar_id
        page = kalends.changes.read(**query)
        if page["results"]:
            apply(page["results"])
        if page["next_cursor"] != at:
            cursor.save(page["next_cursor"])
        at = page["next_cursor"]
        if not page["has_more"]:
            end.wait(pause)
