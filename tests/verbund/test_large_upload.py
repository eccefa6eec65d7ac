"""A file that is too large: the sender gets a sentence, not a broken connection."""

import http.client
from contextlib import closing

from flask import Flask

from tests.servers.product import served


def test_whoever_sends_too_much_reads_why(app_once: Flask, database_url: str) -> None:
    with served(database_url, workers=1) as port, closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/anmelden", body=b"x" * 30 * 1024 * 1024, headers={"Content-Type": "multipart/form-data; boundary=x"})
        answer = connection.getresponse()

        assert answer.status == 413
        assert "höchstens 25 MB" in answer.read().decode()
