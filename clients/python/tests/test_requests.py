"""Requests to a server with prepared answers."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
import unittest
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kalends import (
    ConflictError,
    CursorExpiredError,
    Kalends,
    NoAnswerError,
    RateLimitError,
    ServerError,
    UnreadableAnswerError,
    consume_changes,
)

# The server ends the connection after it has read the request.
RESET = 0


class Requests(unittest.TestCase):
    def setUp(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.headers: list[Message] = []
        self.paths: list[str] = []
        self.contents: list[bytes] = []
        test = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                test.headers.append(self.headers)
                test.paths.append(self.path)
                test.contents.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                status, headers = test.answers[len(test.headers) - 1]
                if status == RESET:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(test.bodies.pop(0) if test.bodies else b"{}")

            do_DELETE = do_GET = do_PATCH = do_POST

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.kalends = Kalends(self.url, "key")

    def tearDown(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def count_keys(self) -> int:
        """Idempotency keys that were sent."""
        return len({headers["Idempotency-Key"] for headers in self.headers} - {None})

    def test_repeats_a_post_under_one_key(self) -> None:
        self.answers = [(503, {"Retry-After": "0"}), (429, {"Retry-After": "0"}), (202, {})]
        self.kalends.calendars.sync("cal_1")
        self.assertEqual((len(self.headers), self.count_keys()), (3, 1))

    def test_repeats_a_post_whose_connection_ended_after_it_was_sent(self) -> None:
        self.answers = [(RESET, {}), (201, {})]
        self.kalends.bots.create(bot_name="Recorder", join_at=datetime(2099, 1, 1, tzinfo=UTC))
        self.assertEqual((len(self.headers), self.count_keys()), (2, 1))

    def test_asks_to_be_refused_for_a_parameter_that_the_api_does_not_know(self) -> None:
        self.answers = [(503, {"Retry-After": "0"}), (200, {}), (200, {})]
        self.kalends.events.get("evt_1")
        self.kalends.calendars.sync("cal_1")
        self.assertEqual([headers["Prefer"] for headers in self.headers], ["handling=strict"] * 3)

    def test_sends_a_time_without_a_zone_as_local_time(self) -> None:
        former = os.environ.get("TZ")
        os.environ["TZ"] = "America/New_York"
        time.tzset()
        try:
            winter, summer = datetime(2026, 1, 5, 9), datetime(2026, 7, 6, 9)
            india = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=5, minutes=30)))
            self.answers = [(200, {}), (201, {})]
            self.kalends.bots.list(join_at_after=winter, join_at_before=summer, cursor=india).first()
            self.kalends.bots.create(bot_name="Recorder", join_at=summer)
        finally:
            os.environ.pop("TZ") if former is None else os.environ.update(TZ=former)
            time.tzset()
        times = [value for _, value in parse_qsl(urlsplit(self.paths[0]).query)]
        self.assertEqual(
            times, ["2026-01-05T09:00:00-05:00", "2026-07-06T09:00:00-04:00", "2026-01-05T09:00:00+05:30"]
        )
        self.assertEqual(json.loads(self.contents[1])["join_at"], "2026-07-06T09:00:00-04:00")

    def test_waits_as_long_as_a_503_says(self) -> None:
        self.answers = [(503, {"Retry-After": "1"}), (200, {})]
        start = time.monotonic()
        self.kalends.calendars.get("cal_1")
        self.assertGreater(time.monotonic() - start, 0.99)

    def test_does_not_repeat_a_409_that_names_no_time(self) -> None:
        self.answers = [(409, {}), (409, {"Retry-After": "0"}), (200, {})]
        with self.assertRaises(ConflictError):
            self.kalends.calendars.get("cal_1")
        self.assertEqual(len(self.headers), 1)
        self.kalends.calendars.update("cal_1", metadata={"a": "b"})
        self.assertEqual(len(self.headers), 3)

    def test_reads_a_pause_that_is_a_date(self) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        self.answers = [(503, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}), (429, {"Retry-After": later})]
        with self.assertRaises(RateLimitError) as refused:
            self.kalends.calendars.sync("cal_1")
        self.assertGreater(refused.exception.retry_after or 0, 3590)

    def test_repeats_after_a_pause_that_it_cannot_read(self) -> None:
        self.answers = [(429, {"Retry-After": "soon"}), (200, {})]
        self.kalends.calendars.sync("cal_1")
        self.assertEqual(len(self.headers), 2)

    def test_names_the_request_of_an_answer_that_is_no_json(self) -> None:
        self.answers, self.bodies = [(200, {"apigw-requestid": "Xb1="})], [b"<html>\xff</html>"]
        with self.assertRaises(UnreadableAnswerError) as failed:
            self.kalends.calendars.get("cal_1")
        self.assertEqual((failed.exception.status, failed.exception.request_id, len(self.headers)), (200, "Xb1=", 1))

    def test_names_what_the_log_of_the_operator_has(self) -> None:
        self.answers = [(500, {}), (503, {}), (502, {})]
        self.bodies = [b'{"detail": "Error", "error_id": "e1"}', b'{"detail": "Busy", "error_id": "e2"}', b"<h1>502</h1>"]
        for error_id in ("e1", "e2", None):
            with self.assertRaises(ServerError) as failed:
                Kalends(self.url, "key", retries=0).calendars.get("cal_1")
            self.assertEqual(failed.exception.error_id, error_id)

    def test_goes_on_after_a_page_without_items(self) -> None:
        pages = [(f"{self.url}/api/v1/calendars?cursor=a", []), (None, [{"id": "cal_1"}])]
        self.answers = [(200, {})] * 2
        self.bodies = [json.dumps({"next": at, "previous": None, "results": rows}).encode() for at, rows in pages]
        self.assertEqual([one["id"] for one in self.kalends.calendars.list()], ["cal_1"])
        self.assertEqual(self.paths[1], "/api/v1/calendars?cursor=a")

    def test_asks_its_own_address_for_the_next_page(self) -> None:
        for prefix, address in (
            ("", "https://d111111abcdef8.cloudfront.net/api/v1/calendars?cursor=a%2Bb"),
            ("", f"https://127.0.0.1:{self.server.server_port}/api/v1/calendars?cursor=a%2Bb"),
            ("", "/api/v1/calendars?cursor=a%2Bb"),
            ("/kalends", "https://api.example/api/v1/calendars?cursor=a%2Bb"),
            ("/kalends/", f"{self.url}/kalends/api/v1/calendars?cursor=a%2Bb"),
            ("", "https://user:pw@api.example/api/v1/x/api/v1/calendars?cursor=a%2Bb#there"),
        ):
            with self.subTest(prefix=prefix, address=address):
                self.headers, self.paths, self.answers = [], [], [(200, {})] * 2
                self.bodies = [json.dumps({"next": at, "results": []}).encode() for at in (address, None)]
                self.assertEqual(list(Kalends(self.url + prefix, "key").calendars.list(limit=1)), [])
                self.assertEqual(self.paths[1], f"{prefix.rstrip('/')}/api/v1/calendars?cursor=a%2Bb")

    def test_has_no_page_after_what_is_no_address_of_the_api(self) -> None:
        for address in ("https://x.example/", "https://x.example/api/v12/calendars", "https://[", "calendars"):
            with self.subTest(address=address):
                self.headers, self.answers = [], [(200, {})] * 2
                self.bodies = [json.dumps({"next": address, "results": []}).encode()]
                with self.assertRaisesRegex(ValueError, "is no address of the API"):
                    list(self.kalends.calendars.list())
                self.assertEqual(len(self.headers), 1)

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
        self.assertEqual(len(self.headers), 2)

    def test_leaves_a_long_pause_to_the_caller(self) -> None:
        self.answers = [(429, {"Retry-After": "3600"})]
        with self.assertRaises(RateLimitError) as refused:
            self.kalends.calendars.sync("cal_1")
        self.assertEqual(refused.exception.retry_after, 3600)

    def test_never_takes_its_key_to_another_address(self) -> None:
        self.answers = [(302, {"Location": "http://127.0.0.1:9/"})]
        with self.assertRaises(Exception):
            self.kalends.calendars.sync("cal_1")
        self.assertEqual(len(self.headers), 1)

    def test_says_that_no_answer_came(self) -> None:
        with self.assertRaises(NoAnswerError):
            Kalends("http://127.0.0.1:9", "key", retries=0).calendars.sync("cal_1")


if __name__ == "__main__":
    unittest.main()
