"""Runs against local mode: KALENDS_URL, KALENDS_API_KEY, CALENDAR_ID (120 events), and SIGNED, a webhook as it was sent."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import typing
import unittest
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from kalends import (
    CursorExpiredError,
    Kalends,
    NoAnswerError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnreadableAnswerError,
    ValidationError,
    WebhookVerificationError,
    consume_changes,
    models,
    verify_webhook,
)

CALENDAR_ID = os.environ["CALENDAR_ID"]
# The server ends the connection after it has read the request.
RESET = 0


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


class Retries(unittest.TestCase):
    """Against a server with prepared answers."""

    def setUp(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        test = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                test.keys.append(self.headers.get("Idempotency-Key"))
                test.paths.append(self.path)
                status, headers = test.answers[len(test.keys) - 1]
                if status == RESET:
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(test.bodies.pop(0) if test.bodies else b"{}")

            do_DELETE = do_GET = do_POST

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.kalends = Kalends(self.url, "key")

    def tearDown(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def test_repeats_a_post_under_one_key(self) -> None:
        self.answers = [(503, {"Retry-After": "0"}), (429, {"Retry-After": "0"}), (202, {})]
        self.kalends.calendars.sync("cal_1")
        self.assertEqual((len(self.keys), len(set(self.keys))), (3, 1))

    def test_repeats_a_post_whose_connection_ended_after_it_was_sent(self) -> None:
        self.answers = [(RESET, {}), (201, {})]
        self.kalends.bots.create(bot_name="Recorder", join_at=datetime(2099, 1, 1, tzinfo=UTC))
        self.assertEqual((len(self.keys), len(set(self.keys))), (2, 1))

    def test_reads_a_pause_that_is_a_date(self) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        self.answers = [(503, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}), (429, {"Retry-After": later})]
        with self.assertRaises(RateLimitError) as refused:
            self.kalends.calendars.sync("cal_1")
        self.assertGreater(refused.exception.retry_after or 0, 3590)

    def test_repeats_after_a_pause_that_it_cannot_read(self) -> None:
        self.answers = [(429, {"Retry-After": "soon"}), (200, {})]
        self.kalends.calendars.sync("cal_1")
        self.assertEqual(len(self.keys), 2)

    def test_names_the_request_of_an_answer_that_is_no_json(self) -> None:
        self.answers, self.bodies = [(200, {"apigw-requestid": "Xb1="})], [b"<html>\xff</html>"]
        with self.assertRaises(UnreadableAnswerError) as failed:
            self.kalends.calendars.get("cal_1")
        self.assertEqual((failed.exception.status, failed.exception.request_id, len(self.keys)), (200, "Xb1=", 1))

    def test_names_what_the_log_of_the_operator_has(self) -> None:
        self.answers, self.bodies = [(500, {})], [b'{"detail": "Internal error", "error_id": "e1"}']
        with self.assertRaises(ServerError) as failed:
            Kalends(self.url, "key", retries=0).calendars.get("cal_1")
        self.assertEqual(failed.exception.error_id, "e1")

    def test_goes_on_after_a_page_without_items(self) -> None:
        pages = [(f"{self.url}/api/v1/calendars?cursor=a", []), (None, [{"id": "cal_1"}])]
        self.answers = [(200, {})] * 2
        self.bodies = [json.dumps({"next": at, "previous": None, "results": rows}).encode() for at, rows in pages]
        self.assertEqual([one["id"] for one in self.kalends.calendars.list()], ["cal_1"])
        self.assertEqual(self.paths[1], "/api/v1/calendars?cursor=a")

    def test_ends_the_feed_when_its_cursor_is_too_old(self) -> None:
        class Old:
            def load(self) -> str | None:
                return "old"

            def save(self, cursor: str) -> None:
                raise AssertionError(cursor)

        self.answers = [(410, {})]
        with self.assertRaises(CursorExpiredError):
            consume_changes(self.kalends, Old(), lambda _changes: None)

    def test_deletes_what_an_attempt_without_an_answer_has_deleted(self) -> None:
        self.answers = [(503, {"Retry-After": "0"}), (404, {})]
        self.kalends.bots.delete("bot_1")
        self.assertEqual(len(self.keys), 2)

    def test_leaves_a_long_pause_to_the_caller(self) -> None:
        self.answers = [(429, {"Retry-After": "3600"})]
        with self.assertRaises(RateLimitError) as refused:
            self.kalends.calendars.sync("cal_1")
        self.assertEqual(refused.exception.retry_after, 3600)

    def test_never_takes_its_key_to_another_address(self) -> None:
        self.answers = [(302, {"Location": "http://127.0.0.1:9/"})]
        with self.assertRaises(Exception):
            self.kalends.calendars.sync("cal_1")
        self.assertEqual(len(self.keys), 1)

    def test_says_that_no_answer_came(self) -> None:
        with self.assertRaises(NoAnswerError):
            Kalends("http://127.0.0.1:9", "key", retries=0).calendars.sync("cal_1")


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
