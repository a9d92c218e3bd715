"""What docs/api-fuzzing.md explains is no failure. Schemathesis loads this file (schemathesis.toml)."""

import json
import re
from functools import cache

import jsonschema_rs
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, ServerError
from schemathesis.openapi.checks import RejectedPositiveData

# Requests that are valid by their schema, and refused (400) for what no schema says: by operation, and a part of the answer.
REFUSED = {
    "createBot": [
        "does not exist in this project",
        "deleted",
        "disconnected",
        "join_at cannot be in the past",
        "Deduplication key already in use",
        "at most 20 bots",
        "This field may not be null",
    ],
    "updateBot": ["join_at cannot be in the past", "cannot be changed when", "can only be updated before"],
    "deleteBot": ["can only be deleted when"],
    "reportBotState": ["was not handed off", "is run by an Attendee server"],
    "updateBotSettings": ["This field is required"],
    "createCalendar": ["A calendar with this deduplication key already exists"],
    "createConnectSession": [
        "OAuth app not found",
        "is not among the redirect_urls",
        "Calendar not found",
        "was connected with another OAuth client",
    ],
    "createOrganizationConnection": ["with this deduplication key already exists"],
    "updateOrganizationConnection": [
        "Only a connection of platform",
        "This connection has no",
        "of the same service account",
        "This connection is being removed",
    ],
    "updateOauthApp": ["Only apps of Microsoft have a tenant"],
    "deleteOauthApp": ["Accounts use this OAuth app"],
    "updateAccount": ["Change the key of", "Change the secret of"],
    "selectAccountCalendars": ["The account has no calendar"],
    "readFreeBusy": ["to must be after from", "60 days apart", "Give either calendar_ids or attendees"],
    "testWebhook": ["is not active"],
    "redeliver": ["is not active"],
    "replayDeliveries": ["is not active"],
}
# Sums of lengths, hosts that are private, reserved or on another port, and the content of keys.
REFUSED_ANYWHERE = [
    "must be less than 1000 characters",
    "bytes together",
    "cannot be kept exactly",
    "private or reserved address",
    "The URL must use port",
    "is not a valid host",
    "Enter a valid URL",
    "Invalid meeting URL",
    "Enter the private key in PEM",
    "Enter an RSA key of at least",
]
# 503 of operations that ask the provider, which the fuzzed deployment cannot reach.
UNREACHABLE = "does not answer: token_network. Please try again."

TIME = re.compile(
    r"^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{1,2}(:\d{1,2}([.,]\d+)?)?( ?Z| ?[+ -]\d{2}(:?\d{2})?)?)?$", re.IGNORECASE
)

# As the URL standard reads it: also with characters that a URI has percent-encoded.
URL = re.compile(r"^https?://[^\s\\]+$", re.IGNORECASE)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, (RejectedPositiveData, ServerError)) and response.status_code == 503:
        return UNREACHABLE not in response.text
    if isinstance(failure, RejectedPositiveData):
        reasons = REFUSED.get(case.operation.definition.raw["operationId"], []) + REFUSED_ANYWHERE
        return not any(reason in response.text for reason in reasons)
    if isinstance(failure, AcceptedNegativeData):
        return not is_lenient(case)
    return True


def is_lenient(case):
    """Is the request valid but for spellings that the API takes for clients of Attendee?"""
    query = {name: value for name, value in (case.query or {}).items()}
    times = {"updated_at_gte", "updated_after", "start_time_gte", "end_time_lte", "overlaps_from", "overlaps_to"}
    times |= {"join_at_after", "join_at_before", "from", "to"}
    if query.get("updated_at_gte") in ("", [""]):
        return True
    if any(isinstance(query.get(name), str) and TIME.match(query[name]) for name in times):
        return True
    body = case.operation.definition.raw.get("requestBody")
    if body is None or not isinstance(case.body, dict):
        return False
    schema = body["content"]["application/json"]["schema"]
    return lenient_validator(json.dumps(case.operation.schema.raw_schema["components"]), json.dumps(schema)).is_valid(
        trimmed(case.body)
    )


@cache
def lenient_validator(components, schema):
    root = {**loosened(json.loads(schema)), "components": loosened(json.loads(components))}
    formats = {"date-time": lambda text: TIME.match(text) is not None, "uri": lambda text: URL.match(text) is not None}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True, formats=formats)


def loosened(schema):
    """Numbers are taken as their text."""
    if isinstance(schema, list):
        return [loosened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: ["string", "number"] if key == "type" and value == "string" and "enum" not in schema else loosened(value)
        for key, value in schema.items()
    }


def trimmed(value):
    if isinstance(value, dict):
        return {name: trimmed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [trimmed(item) for item in value]
    return value.strip() if isinstance(value, str) else value
