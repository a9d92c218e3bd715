"""Lists, pages, changes a calendar and creates an endpoint with the client that openapi-python-client makes."""

import datetime
import json
import os
from urllib.parse import parse_qs, urlsplit

from kalends_client import AuthenticatedClient
from kalends_client.api.calendar_events import list_calendar_events
from kalends_client.api.calendars import get_calendar, update_calendar
from kalends_client.api.webhooks import create_webhook
from kalends_client.models import (
    Calendar,
    CalendarEvent,
    CalendarEventList,
    CalendarState,
    CreateWebhook,
    ErrorMessage,
    EventOrdering,
    Metadata,
    UpdateCalendar,
    WebhookTrigger,
    WebhookWithSecret,
)
from kalends_client.types import UNSET

client = AuthenticatedClient(
    base_url=os.environ["KALENDS_URL"],
    token=os.environ["KALENDS_API_KEY"],
    prefix="Token",
    raise_on_unexpected_status=True,
)
calendar_id = os.environ["CALENDAR_ID"]

calendar = get_calendar.sync(calendar_id, client=client)
assert isinstance(calendar, Calendar)
assert calendar.state is CalendarState.CONNECTED
assert calendar.sync_error is None

events: list[CalendarEvent] = []
pages = 0
cursor = UNSET
while cursor is not None:
    page = list_calendar_events.sync(
        client=client, calendar_id=calendar_id, ordering=EventOrdering.START_TIME_ASCENDING, limit=50, cursor=cursor
    )
    assert isinstance(page, CalendarEventList)
    events += page.results
    pages += 1
    cursor = parse_qs(urlsplit(page.next_).query)["cursor"][0] if page.next_ else None
assert isinstance(events[0].start_time, datetime.datetime)
assert events[0].end_date is None

metadata = Metadata.from_dict({"made": "by openapi-python-client"})
changed = update_calendar.sync(calendar_id, client=client, body=UpdateCalendar(metadata=metadata))
assert isinstance(changed, Calendar)
webhook = create_webhook.sync(
    client=client, body=CreateWebhook(url=os.environ["RECEIVER"], triggers=[WebhookTrigger.CALENDAR_EVENTS_UPDATE])
)
assert isinstance(webhook, WebhookWithSecret)
missing = get_calendar.sync("cal_0000000000000000", client=client)
assert isinstance(missing, ErrorMessage)

print(
    json.dumps(
        {
            "names": [event.name for event in events],
            "pages": pages,
            "metadata": changed.metadata.to_dict() if changed.metadata else None,
            "secret": webhook.secret,
            "missing": missing.error,
        }
    )
)
