"""A wish as people say it."""

from datetime import date, time

import pytest

from booking.rules.wording import NotUnderstood, Wished, fits, understood

TODAY = date(2026, 11, 25)  # a Wednesday


def wished(start_day, start, end_day, end, what="", quantity=1):
    return Wished(start_day=start_day, start_time=start, end_day=end_day, end_time=end, what=what, quantity=quantity)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Freitag 16 Uhr bis Montag 7 Uhr, Hubarbeitsbühne", wished(date(2026, 11, 27), time(16), date(2026, 11, 30), time(7), "hubarbeitsbühne")),
        ("morgen Radlader", wished(date(2026, 11, 26), time(7), date(2026, 11, 26), time(16), "radlader")),
        ("am 3.12. von 8 bis 12 Uhr eine Rüttelplatte", wished(date(2026, 12, 3), time(8), date(2026, 12, 3), time(12), "rüttelplatte")),
        ("20 Bauzaunelemente, 5. Januar bis 7. Januar", wished(date(2027, 1, 5), time(7), date(2027, 1, 7), time(16), "bauzaunelemente", 20)),
        ("Sa 22:30 bis 2 Uhr Stromerzeuger", wished(date(2026, 11, 28), time(22, 30), date(2026, 11, 29), time(2), "stromerzeuger")),
        ("nächste Woche Mittwoch bis 24 Uhr Bühne", wished(date(2026, 12, 2), time(7), date(2026, 12, 3), time(0), "bühne")),
        ("Mittwoch 9-11 Uhr Fräse", wished(TODAY, time(9), TODAY, time(11), "fräse")),
        ("Ich brauche übermorgen um 10 Uhr bitte den Häcksler", wished(date(2026, 11, 27), time(10), date(2026, 11, 27), time(16), "häcksler")),
    ],
)
def test_understood(text, expected):
    assert understood(text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday 4 pm to Monday 7 am, Hubarbeitsbühne", wished(date(2026, 11, 27), time(16), date(2026, 11, 30), time(7), "hubarbeitsbühne")),
        ("Friday 4pm until Monday 7:30 a.m., lifting", wished(date(2026, 11, 27), time(16), date(2026, 11, 30), time(7, 30), "lifting")),
        ("tomorrow from 8 to 12:30 wheel loader", wished(date(2026, 11, 26), time(8), date(2026, 11, 26), time(12, 30), "wheel loader")),
        ("we need 20 cones from 5th January to 7 January", wished(date(2027, 1, 5), time(7), date(2027, 1, 7), time(16), "cones", 20)),
        ("December 3, 2026 12 am-2 am generator", wished(date(2026, 12, 3), time(0), date(2026, 12, 3), time(2), "generator")),
        ("3/12 9:00-11:00 roller", wished(date(2026, 12, 3), time(9), date(2026, 12, 3), time(11), "roller")),
        ("next week Wednesday, roller please", wished(date(2026, 12, 2), time(7), date(2026, 12, 2), time(16), "roller")),
        ("Freitag 16 Uhr bis Montag 7 Uhr, Walze", wished(date(2026, 11, 27), time(16), date(2026, 11, 30), time(7), "walze")),
    ],
)
def test_understood_in_english_and_what_is_german_all_the_same(text, expected):
    assert understood(text, today=TODAY, language="en") == expected


@pytest.mark.parametrize("text", ["", "Hubarbeitsbühne", "31.2. bis 3.3. Walze", "bis Freitag"])
def test_not_understood(text):
    with pytest.raises(NotUnderstood):
        understood(text, today=TODAY)


@pytest.mark.parametrize(("what", "found"), [("hubarbeitsbühne", True), ("bühnen", True), ("hubarbeitsbühne 18", True), ("walze", False), ("", True)])
def test_fits_also_inside_longer_words(what, found):
    assert fits(what, ["Anhänger-Hubarbeitsbühne 18 m", "Heben"]) is found
