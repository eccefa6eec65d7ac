"""Every German sentence has an English one, with the same values in it."""

import ast
import re
from collections.abc import Iterator

from verbund.commands.texts import missing, read_catalogue
from verbund.config import CHECKOUT

PLACEHOLDER = re.compile(r"%\(\w+\)s")
BANNED = re.compile(r"\bKommunen?\b|\bBündels?\b|\bToken\b|\bLinks?\b|außer Betrieb|\bRessourcen?\b|Passwort|\bLogin\b")
COUNTED = re.compile(r'(?<!n)_\("%\((?:count|num|n)\)s (?:[a-zäöüß]+ )?[A-ZÄÖÜ][a-zäöüß]+')
MARKS = {"say", "_", "_l", "gettext", "lazy_gettext"}
FLOORS = ("cooperation", "procurement", "booking", "verbund")  # commons/words.py makes the marks themselves


def test_english_catalogue_is_complete():
    assert missing() == []


def test_english_sentences_carry_the_values_of_the_german_ones():
    for message in read_catalogue():
        if isinstance(message.id, str) and message.string:
            assert sorted(set(PLACEHOLDER.findall(message.id))) == sorted(set(PLACEHOLDER.findall(str(message.string)))), message.id


def test_no_sentence_uses_a_second_word_for_a_thing():
    texts = [" ".join(message.id) if isinstance(message.id, tuple) else str(message.id) for message in read_catalogue()]

    assert [text for text in texts if BANNED.search(text)] == []  # docs/wording.md says what to write instead


def test_a_counted_noun_fits_its_number_on_every_page():
    found = [
        f"{file.name}: {match.group(0)}"
        for file in sorted((CHECKOUT / "templates").rglob("*.html"))
        for match in COUNTED.finditer(file.read_text())
        if not match.group(0).endswith(("Stück", "ohne Preis"))
    ]

    assert found == []  # ngettext knows one and many


def test_sentence_is_written_where_it_is_marked():
    found = list(_marked_elsewhere())

    assert found == []  # the catalogue only finds say("…"), never say(text)


def _marked_elsewhere() -> Iterator[str]:
    for floor in FLOORS:
        for file in sorted((CHECKOUT / floor).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and not _is_written(node.args[0]):
                    yield f"{file.relative_to(CHECKOUT)}:{node.lineno}"


def _is_written(argument: ast.expr) -> bool:
    """Accept a sentence, and the text of a Message that is marked where it stands."""
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.Attribute) and argument.attr == "text")
