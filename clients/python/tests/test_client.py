"""Runs against local mode: KALENDS_URL, KALENDS_API_KEY, CALENDAR_ID (120 events), and SIGNED, a webhook as it was sent."""

from __future__ import annotations

import json
import os
import threading
import typing
import unittest
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kalends import (
    Kalends,
    NotFoundError,
    ValidationError,
    WebhookVerificationError,
    consume_changes,
    models,
    verify_webhook,
)

CALENDAR_ID = os.environ["CALENDAR_ID"]


class LocalMode(unittest.TestCase):
    def setUp(self) -> None:
        self.kalends = Kalends()

    def test_lists_over_pages_and_gets(self) -> None:
        events = list(self.kalends.events.list(calendar_id=CALENDAR_ID, ordering="start_time"))
        self.assertGreaterEqual(len(events), 120)
        self.assertEqual(self.kalends.events.get(events[0]["id"])["id"], events[0]["id"])
        self.assertEqual(self.kalends.calendars.get(CALENDAR_ID)["state"], "connected")

    def test_creates_lists_changes_and_deletes_a_bot(self) -> None:
        bot = self.kalends.bots.create(
            meeting_url="https://zoom.us/j/85746352411", bot_name="Recorder", join_at="2099-01-01T00:00:00Z"
        )
        self.assertIn(bot["id"], [one["id"] for one in self.kalends.bots.list(states=["scheduled"])])
        changed = self.kalends.bots.update(bot["id"], metadata={"made": "by python"})
        self.assertEqual(changed["metadata"], {"made": "by python"})
        self.kalends.bots.delete(bot["id"])
        with self.assertRaises(NotFoundError):
            self.kalends.bots.get(bot["id"])

    def test_has_wrong_fields_in_its_error(self) -> None:
        with self.assertRaises(ValidationError) as refused:
            self.kalends.calendars.create(platform="apple")
        self.assertIn("platform", refused.exception.fields)

    def test_names_the_object_that_has_a_used_key(self) -> None:
        fields: Any = {"meeting_url": "https://zoom.us/j/85746352412", "bot_name": "Recorder", "deduplication_key": "python"}
        bot = self.kalends.bots.create(**fields, join_at="2099-01-01T00:00:00Z")
        with self.assertRaises(ValidationError) as refused:
            self.kalends.bots.create(**fields, join_at="2099-01-01T00:00:00Z")
        self.assertEqual(refused.exception.existing_id, bot["id"])
        self.kalends.bots.delete(bot["id"])
        with self.assertRaises(ValidationError) as refused:
            self.kalends.bots.create(bot_name="")
        self.assertIsNone(refused.exception.existing_id)

    def test_refuses_a_filter_that_the_api_does_not_know(self) -> None:
        with self.assertRaises(ValidationError) as refused:
            self.kalends.calendars.list(**{"dedup_key": "user-17"}).first()
        self.assertIn("Unexpected parameter(s): dedup_key", str(refused.exception))

    def test_reads_when_calendars_and_people_are_busy(self) -> None:
        start, end = datetime.now(UTC), datetime.now() + timedelta(days=7)
        busy = self.kalends.free_busy(from_=start, to=end, calendar_ids=[CALENDAR_ID, "cal_other"])
        self.assertEqual([one["calendar_id"] for one in busy["calendars"]], [CALENDAR_ID])
        self.assertGreaterEqual(len(busy["calendars"][0]["busy"]), 1)
        self.assertEqual(busy["unknown"], ["cal_other"])
        self.assertEqual(datetime.fromisoformat(busy["to"]), end.astimezone())
        email = busy["calendars"][0]["account_email"]
        assert email is not None
        people = self.kalends.free_busy(from_=start.isoformat(), to=end, attendees=[email])
        self.assertEqual(people["calendars"][0]["busy"], busy["calendars"][0]["busy"])

    def test_creates_and_deletes_an_endpoint(self) -> None:
        webhook = self.kalends.webhooks.create(url="http://127.0.0.1:9/", triggers=["calendar.*"])
        self.assertTrue(webhook["secret"].startswith("whsec_"))
        self.assertIn(webhook["id"], [one["id"] for one in self.kalends.webhooks.list()])
        self.kalends.webhooks.delete(webhook["id"])

    def test_reads_the_change_feed_and_continues_after_a_crash(self) -> None:
        class Memory:
            cursor: str | None = None

            def load(self) -> str | None:
                return self.cursor

            def save(self, cursor: str) -> None:
                self.cursor = cursor

        memory, stop, seen = Memory(), threading.Event(), set[str]()

        def crash(_changes: list[Any]) -> None:
            raise RuntimeError("the database is away")

        def apply(changes: list[Any]) -> None:
            seen.update(change["event"]["id"] for change in changes)
            if len(seen) >= 120:
                stop.set()

        with self.assertRaises(RuntimeError):
            consume_changes(self.kalends, memory, crash, calendar_id=CALENDAR_ID)
        consume_changes(self.kalends, memory, apply, calendar_id=CALENDAR_ID, pause=0.1, stop=stop)
        self.assertGreaterEqual(len(seen), 120)


class Webhooks(unittest.TestCase):
    def setUp(self) -> None:
        signed = json.loads(os.environ["SIGNED"])
        self.secret, self.headers = signed["secret"], signed["headers"]
        self.body, self.now = signed["body"].encode(), signed["now"] / 1000

    def test_verifies_both_kinds_of_signature(self) -> None:
        payload = verify_webhook(self.secret, self.headers, self.body, now=self.now)
        self.assertEqual(payload, json.loads(self.body))
        upper = {name.upper(): value for name, value in self.headers.items()}
        self.assertEqual(verify_webhook(self.secret, upper, self.body.decode(), now=self.now), payload)
        two = {**self.headers, "webhook-signature": "v1,AAAA " + self.headers["webhook-signature"]}
        self.assertEqual(verify_webhook(self.secret, two, self.body, now=self.now), payload)
        legacy = {"X-Webhook-Signature": self.headers["X-Webhook-Signature"]}
        self.assertEqual(verify_webhook(["whsec_" + "A" * 43 + "=", self.secret], legacy, self.body), payload)

    def test_has_a_type_for_every_trigger(self) -> None:
        described = json.loads((Path(__file__).parents[2] / "openapi.json").read_text())["webhooks"]
        types = typing.get_args(models.WebhookPayload)
        triggers = [typing.get_args(typing.get_type_hints(one)["trigger"])[0] for one in types]
        self.assertEqual(triggers, list(described))

    def test_refuses_what_is_not_genuine_or_too_old(self) -> None:
        for secret, headers, body, now in (
            ("whsec_" + "A" * 43 + "=", self.headers, self.body, self.now),
            (self.secret, self.headers, self.body + b" ", self.now),
            (self.secret, self.headers, self.body, self.now + 301),
            (self.secret, {**self.headers, "webhook-id": "other"}, self.body, self.now),
            (self.secret, {**self.headers, "webhook-signature": "v1,\u20ac"}, self.body, self.now),
            (self.secret, {}, self.body, self.now),
            ("whsec_", self.headers, self.body, self.now),
        ):
            with self.assertRaises(WebhookVerificationError):
                verify_webhook(secret, headers, body, now=now)


if __name__ == "__main__":
    unittest.main()
