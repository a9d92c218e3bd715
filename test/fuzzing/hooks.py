"""What docs/api-fuzzing.md explains is no failure. Schemathesis loads this file (schemathesis.toml)."""

import json
import re
import zlib
from datetime import datetime
from functools import cache

import jsonschema_rs
import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# Requests that are valid by their schema, and refused (400) for what no schema says: by operation, and a part of the answer.
PRIVATE = ["The URL must not point to a private or reserved address", "The URL must use port", '["Enter a valid URL."]']
MEETING = ['"meeting_url":["Invalid meeting URL"]', '"meeting_url":["Enter a valid URL."]']
LARGE = ['"metadata":["Metadata must be less than 1000 characters"]']
SETTINGS = ["must not have more than 32768 bytes together", "cannot be kept exactly"]
KEY = ["Enter the private key in PEM, as the key file has it.", "Enter an RSA key of at least"]
HOST = [" is not a valid host."]
REFUSED = {
    "createBot": [
        "does not exist in this project.",
        " is deleted.",
        " is disconnected. Bots cannot follow its events.",
        '"join_at":["join_at cannot be in the past"]',
        "Deduplication key already in use.",
        "at most 20 bots",
        '"meeting_url":["This field may not be null."]',
        *MEETING,
        *LARGE,
        *SETTINGS,
    ],
    "updateBot": ["join_at cannot be in the past", "cannot be changed when", "can only be updated before", *MEETING, *LARGE, *SETTINGS],
    "deleteBot": ["can only be deleted when"],
    "reportBotState": ["was not handed off", "is run by an Attendee server"],
    "updateBotSettings": [
        '"attendee_base_url":["This field is required."',
        '"attendee_api_key":["This field is required."',
        *PRIVATE,
        *SETTINGS,
        *HOST,
    ],
    "createCalendar": ["A calendar with this deduplication key already exists", " refused it: ", *LARGE],
    "updateCalendar": LARGE,
    "createConnectSession": [
        "OAuth app not found",
        "is not among the redirect_urls",
        "Calendar not found",
        "was connected with another OAuth client",
        *LARGE,
    ],
    "updateConnectSettings": PRIVATE,
    "createOrganizationConnection": ["with this deduplication key already exists", "A project has at most", *KEY, *LARGE, *HOST],
    "updateOrganizationConnection": [
        "Only a connection of platform",
        "This connection has no",
        "of the same service account",
        "This connection is being removed",
        *KEY,
        *LARGE,
    ],
    "createOauthApp": ["A project has at most"],
    "updateOauthApp": ["Only apps of Microsoft have a tenant"],
    "deleteOauthApp": ["Accounts use this OAuth app"],
    "updateAccount": ["Change the key of", "Change the secret of"],
    "listAccountCalendars": [" refused the account: "],
    "selectAccountCalendars": ["The account has no calendar", " refused the account: "],
    "readFreeBusy": ["to must be after from", "60 days apart", "Give either calendar_ids or attendees", "attendees are looked for", "These attendees have"],
    "putBotRules": ["Ensure the rules have no more than", *SETTINGS],
    "createWebhook": PRIVATE,
    "updateWebhook": PRIVATE,
    "testWebhook": ["The webhook is not active."],
    "redeliver": ["The webhook is not active."],
    "replayDeliveries": ["The webhook is not active."],
}

TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})([T ](\d{1,2}):(\d{1,2})(:(\d{1,2})([.,]\d+)?)?( ?Z| ?[+ -](\d{2})(:?(\d{2}))?)?)?",
    re.IGNORECASE,
)


def is_time(text):
    """In any spelling of docs/api-compatibility.md#conventions, and a time that exists."""
    match = TIME.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second, zone_hours, zone_minutes = (
        int(match[group] or 0) for group in (1, 2, 3, 5, 6, 8, 11, 13)
    )
    try:
        datetime(year, month, day, hour, minute, 59 if second == 60 else second)
    except ValueError:
        return False
    return zone_hours < 24 and zone_minutes < 60


# As the URL standard reads it: also with characters that a URI has percent-encoded.
URL = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)


PREFIX = "/api/v1/"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every second id is that of a stored object, so that operations get beyond "not found"."""
    base, headers = case.operation.schema.get_base_url(), kwargs.get("headers") or {}
    if "Authorization" not in headers:
        return
    make_own_key(case)
    ids = read_ids(base.rstrip("/"), headers["Authorization"])
    if case.method == "DELETE":
        # The objects that the run began with stay.
        if case.path_parameters.get("id") in {id for own in ids.values() for id in own}:
            case.path_parameters["id"] = "kept"
        return
    collection = case.path.removeprefix(PREFIX).split("/")[0]
    if case.path_parameters and collection in ids:
        replace(case.path_parameters, "id", ids[collection])
        if case.path_parameters.get("id") in ids["webhooks"]:
            replace(case.path_parameters, "delivery", ids["deliveries"])
    if isinstance(case.query, dict):
        replace(case.query, "calendar_id", ids["calendars"])
        replace(case.query, "event_id", ids["calendar_events"])
        replace(case.query, "calendar_event_id", ids["calendar_events"])
        replace(case.query, "account_id", ids["accounts"])
    if isinstance(case.body, dict):
        replace(case.body, "calendar_event_id", ids["calendar_events"])


def make_own_key(case):
    """An Idempotency-Key of each request; one in eight is left as it is, and is then answered with 422 or a repeated answer."""
    key = case.headers.get("Idempotency-Key")
    number = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode(errors="replace"))
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,240}", key) and number % 8:
        case.headers["Idempotency-Key"] = f"{key}-{number:x}"


def replace(container, name, ids):
    """Which ids are replaced depends on the value only, so that a run can be repeated."""
    number = zlib.crc32(repr(container.get(name)).encode(errors="replace"))
    if isinstance(container.get(name), str) and ids and number % 2 == 0:
        container[name] = ids[number // 2 % len(ids)]


@cache
def read_ids(base, authorization):
    def read(path):
        answer = requests.get(f"{base}{PREFIX}{path}", headers={"Authorization": authorization}, timeout=90)
        answer.raise_for_status()
        return [row["id"] for row in answer.json()["results"]]

    names = ["calendars", "calendar_events", "bots", "webhooks", "accounts", "oauth_apps", "organization_connections"]
    ids = {name: read(name) for name in names}
    return {**ids, "deliveries": [delivery for id in ids["webhooks"] for delivery in read(f"webhooks/{id}/deliveries")]}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        reasons = REFUSED.get(case.operation.definition.raw["operationId"], [])
        return not any(reason in response.text for reason in reasons)
    if isinstance(failure, AcceptedNegativeData):
        # Too long is refused, too, before its values are read.
        return response.status_code not in (413, 414, 431) and not is_lenient(case)
    return True


def is_lenient(case):
    """Is the whole request valid but for spellings that the API takes for clients of Attendee?"""
    components = case.operation.schema.raw_schema["components"]
    raw = case.operation.definition.raw
    schemas = {item["name"]: item["schema"] for item in raw.get("parameters", []) if item.get("in") == "query"}
    required = {item["name"] for item in raw.get("parameters", []) if item.get("in") == "query" and item.get("required")}
    query = {name: read_value(value, schemas[name]) for name, value in (case.query or {}).items() if name in schemas}
    loose = [name for name, value in query.items() if not is_valid(value, schemas[name], components)]
    # Its alias is not read then.
    ignored = {"updated_after"} if query.get("updated_at_gte") else set()
    query_fits = required <= query.keys() and all(
        name in ignored or takes(name, query[name], schemas[name]) for name in loose
    )
    body = raw.get("requestBody")
    if body is None:
        return bool(loose) and query_fits
    schema = body["content"]["application/json"]["schema"]
    if not isinstance(case.body, dict):
        return False
    text = json.dumps(components), json.dumps(schema)
    body_fits = lenient_validator(*text).is_valid(trimmed(case.body))
    return query_fits and body_fits and (bool(loose) or not is_valid(case.body, schema, components))


def takes(name, value, schema):
    if schema.get("format") == "date-time" and isinstance(value, str) and is_time(value):
        return True
    return name == "updated_at_gte" and value == ""


def read_value(value, schema):
    """A query has texts only: numbers and lists in them are read, and empty values of a list do not count."""
    if isinstance(value, str):
        value = [one for one in value.split(",") if one.strip()] if schema.get("type") == "array" else str(value)
    if isinstance(value, list) and len(value) == 1 and schema.get("type") != "array":
        value = value[0]
    if schema.get("type") == "integer" and isinstance(value, str) and re.fullmatch(r"\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def is_valid(value, schema, components):
    return strict_validator(json.dumps(components), json.dumps(schema)).is_valid(value)


@cache
def strict_validator(components, schema):
    root = {**json.loads(schema), "components": json.loads(components)}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True)


@cache
def lenient_validator(components, schema):
    root = {**loosened(json.loads(schema)), "components": loosened(json.loads(components))}
    formats = {"date-time": is_time, "uri": lambda text: URL.fullmatch(text) is not None}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True, formats=formats)


def loosened(schema):
    """Numbers are taken as their text."""
    if isinstance(schema, list):
        return [loosened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type")
    is_text = isinstance(types, list) and "string" in types and "enum" not in schema
    return {
        key: [*types, "number"] if key == "type" and is_text else loosened(value)
        for key, value in schema.items()
    }


def trimmed(value):
    if isinstance(value, dict):
        return {name: trimmed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [trimmed(item) for item in value]
    return value.strip() if isinstance(value, str) else value
