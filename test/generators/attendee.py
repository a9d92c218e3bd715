"""Makes the calls it reads, one a line, with the client that openapi-python-client makes of Attendee's document."""

import json
import os
import sys
from importlib import import_module

from attendee_api_client import Client, models

AREAS = {"bots": ["create_bot", "list_bots", "get_bot", "patch_bot", "delete_scheduled_bot"]}
BODIES = {
    "create_bot": models.CreateBotRequest,
    "patch_bot": models.PatchedPatchBotRequest,
    "create_calendar": models.CreateCalendarRequest,
    "update_calendar": models.PatchedPatchCalendarRequest,
}
CHOICES = {"states": models.ListBotsStatesItem, "ordering": models.ListCalendarEventsOrdering}

client = Client(base_url=os.environ["KALENDS_URL"])
headers = {"authorization": f"Token {os.environ['KALENDS_API_KEY']}", "content_type": "application/json"}


def choose(name, value):
    """Gives a parameter with fixed values its type."""
    if name not in CHOICES:
        return value
    return [CHOICES[name](one) for one in value] if isinstance(value, list) else CHOICES[name](value)


def call(name, object_id=None, body=None, query=None):
    area = "bots" if name in AREAS["bots"] else "calendars"
    parameters = {key: choose(key, value) for key, value in (query or {}).items()}
    if body is not None:
        parameters["body"] = BODIES[name].from_dict(body)
        # The client has a field for each of them, and sends it.
        assert parameters["body"].to_dict() == body, (body, parameters["body"].to_dict())
        assert not parameters["body"].additional_properties, parameters["body"].additional_properties
    ids = [] if object_id is None else [object_id]
    operation = import_module(f"attendee_api_client.api.{area}.{name}")
    response = operation.sync_detailed(*ids, client=client, **headers, **parameters)
    parsed = response.parsed
    answer = parsed.to_dict() if hasattr(parsed, "to_dict") else None
    return {"status": response.status_code, "body": answer, "text": response.content.decode()}


for line in sys.stdin:
    print(json.dumps(call(**json.loads(line))), flush=True)
