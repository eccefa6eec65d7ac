"""The settings of an installation: every bad one is named at once, in words and without a stack trace."""

import logging
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from commons.tokens import WithoutSecrets, new_secret
from verbund import config
from verbund.commands import NOUNS, main
from verbund.config import BadSettings, from_environment

README = Path(__file__).parents[2] / "README.md"


def test_every_bad_setting_is_named_at_once() -> None:
    bad = {
        "VERBUND_DATABASE_URL": "mysql://x",
        "VERBUND_SECRET_KEY": "short",
        "VERBUND_BASE_URL": "verbund.example",
        "VERBUND_MAIL_SERVER": "mail.example",
        "VERBUND_PROXIES": "one",
        "VERBUND_DEMO": "maybe",
        "VERBUND_DATABSE_URL": "sqlite:///x",
    }

    with pytest.raises(BadSettings) as refused:
        from_environment(bad)

    assert {line.split(":")[0] for line in str(refused.value).splitlines()} == set(bad)


def test_readme_lists_exactly_the_settings_that_exist() -> None:
    rows = re.findall(r"^\| `VERBUND_(\w+)` \|", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(rows) == sorted(config.KEYS)


@pytest.mark.parametrize("command", [["people", "list", "--json"], ["serve"], ["worker", "--once"], ["upgrade"]])
def test_command_names_bad_settings_without_a_stack_trace(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBUND_PROXIES", "one")

    result = CliRunner().invoke(main, command)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "VERBUND_PROXIES: must be the number of trusted proxies"


def test_command_says_that_the_database_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBUND_DATABASE_URL", "sqlite:////nowhere/at/all/verbund.sqlite")
    monkeypatch.setenv("VERBUND_SECRET_KEY", "s" * 40)

    result = CliRunner().invoke(main, ["people", "list"])

    assert result.exit_code == 1
    assert "VERBUND_DATABASE_URL cannot be opened" in result.stderr


def test_no_token_reaches_a_log() -> None:
    secret = new_secret()
    record = logging.LogRecord("x", logging.INFO, "", 0, "%(m)s %(U)s", ({"m": "GET", "U": f"/kalender/{secret}/mine.ics"},), None)

    assert WithoutSecrets().filter(record)
    assert record.getMessage() == f"GET /kalender/{secret[:4]}…/mine.ics"


def test_readme_names_every_command_and_none_that_does_not_exist() -> None:
    named = set(
        re.findall(r"`(?:verbund )?([a-z]+)", " ".join(line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `verbund ")))
    )

    assert NOUNS.keys() <= named
    assert set(re.findall(r"`verbund ([a-z]+)", README.read_text(encoding="utf-8"))) <= NOUNS.keys()
