"""The floor over HTTP: a bare Flask application under the same gunicorn, that does the least that gives the same answer."""

import argparse
import os
import pickle
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, request

from benchmarks.booking_by_hand import ByHand, Pattern, Taken
from verbund.commands.serve import Server

FREE = """SELECT r.key, r.quantity, o.ends_at FROM resource r LEFT JOIN occupancy o ON o.id = (
    SELECT CASE WHEN p.ends_at > ? THEN p.id END FROM occupancy p WHERE p.resource_id = r.id AND p.starts_at < ? ORDER BY p.starts_at DESC LIMIT 1
) WHERE r.retired_at IS NULL ORDER BY r.id"""


def make_bare(url: str, pattern: Pattern) -> Flask:
    """Make the bare application."""
    app, hand = Flask(__name__), ByHand(url)

    @app.post("/book")
    def book() -> Any:
        data = request.get_json()
        try:
            number = hand.book(pattern, key=data["resource"], start=datetime.fromisoformat(data["start"]), end=datetime.fromisoformat(data["end"]))
        except Taken:
            return jsonify({"status": 409}), 409
        items = [{"resource": data["resource"], "quantity": 1}]
        same = {name: data[name] for name in ("start", "end", "purpose")}
        return jsonify({"id": number, "state": "confirmed", "items": items, **same, "for": "bench", "etag": f"{number}-1"}), 201

    @app.get("/free")
    def free() -> Any:
        start, end = (hand.stored(datetime.fromisoformat(request.args[name])) for name in ("from", "until"))
        items = [
            {"resource": key, "free": 0 if until else left, "fits": not until, "reason": f"Vergeben bis {until}." if until else "Frei.", "alternatives": []}
            for key, left, until in hand.read(FREE, (start, end))
        ]
        return jsonify({"items": items, "next": None})

    return app


def main() -> None:
    """Serve it as the product is served, until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pattern", type=Path)
    for name in ("port", "workers", "threads"):
        parser.add_argument(f"--{name}", type=int)
    asked = parser.parse_args()
    settings = {"bind": f"127.0.0.1:{asked.port}", "workers": asked.workers, "threads": asked.threads, "worker_class": "gthread", "preload_app": True}
    more = {"keepalive": 5, "control_socket_disable": True, "loglevel": "warning"}
    sys.argv = sys.argv[:1]  # what is left is not for gunicorn
    Server(make_bare(os.environ["VERBUND_DATABASE_URL"], pickle.loads(asked.pattern.read_bytes())), {**settings, **more}).run()


if __name__ == "__main__":
    main()
