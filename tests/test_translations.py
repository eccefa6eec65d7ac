"""Every German sentence has an English one, with the same values in it."""

import re

from verbund.commands.texts import missing, read_catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)s")


def test_english_catalogue_is_complete():
    assert missing() == []


def test_english_sentences_carry_the_values_of_the_german_ones():
    for message in read_catalogue():
        if isinstance(message.id, str) and message.string:
            assert sorted(set(PLACEHOLDER.findall(message.id))) == sorted(set(PLACEHOLDER.findall(str(message.string)))), message.id
