"""The bookings of the demo as rows: who wants which device when, and what became of it; days count from the Monday of this week."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One booking of the demo: the day counts from the Monday of this week."""

    who: str
    organisation: str
    devices: tuple[tuple[str, int], ...]
    first: tuple[int, int]  # day, hour
    last: tuple[int, int]
    purpose: str
    decided_by: tuple[str, str] | None = None  # mail, organisation
    declined: str | None = None
    cancelled: bool = False


def _sample(
    who: str, organisation: str, device: str | tuple[tuple[str, int], ...], first: tuple[int, int], last: tuple[int, int], purpose: str, **more: object
) -> Sample:
    devices = ((device, 1),) if isinstance(device, str) else device
    return Sample(who=who, organisation=organisation, devices=devices, first=first, last=last, purpose=purpose, **more)  # type: ignore[arg-type]


BERN, KOEN = ("gerd.petschel@bernsdorf.example", "bauhof-bernsdorf"), ("peter.mager@koenigsbrueck.example", "bauhof-koenigsbrueck")
OSSL = ("udo.scholze@ossling.example", "bauhof-ossling")
LAUS = ("wolfgang.thieme@laussnitz.example", "bauhof-laussnitz")
TOWN_BERN, TOWN_KOEN = ("anna.richter@bernsdorf.example", "verwaltung-bernsdorf"), ("kathrin.boehme@koenigsbrueck.example", "verwaltung-koenigsbrueck")

NEUK = ("egon.missbach@neukirch.example", "bauhof-neukirch")

HEADS = {yard: mail for mail, yard in (BERN, KOEN, OSSL, LAUS, NEUK)}

# Asked for and decided before this week began: what was due by now went out, and came back.
THIS_WEEK: tuple[Sample, ...] = (
    _sample(*BERN, "wheel-loader", (0, 7), (1, 12), "Splitt am Bauhof umlagern"),
    _sample(*KOEN, "wheel-loader", (2, 7), (3, 15), "Borde setzen an der Schulstraße", decided_by=BERN),
    _sample(*BERN, "carrier", (0, 6), (0, 15), "Container zum Wertstoffhof"),
    _sample(*OSSL, "platform-trailer", (1, 8), (1, 16), "Straßenlampen in Döbra wechseln", decided_by=BERN),
    _sample(*LAUS, "traffic-lights", (0, 7), (4, 15), "Halbseitige Sperrung der Ortsdurchfahrt", decided_by=BERN),
    _sample(*NEUK, (("plate-compactor", 1),), (2, 7), (2, 15), "Gehweg am Kindergarten", decided_by=BERN),
    _sample(*BERN, "sewer-flusher", (3, 7), (3, 15), "Regeneinläufe spülen"),
    _sample(*BERN, "compressor", (4, 7), (4, 13), "Fundament am Spielplatz aufbrechen"),
    _sample(*TOWN_BERN, (("barriers", 40),), (4, 12), (6, 18), "Absperrung für das Vereinsfest", decided_by=BERN),
    _sample(*KOEN, "sweeper", (0, 6), (0, 14), "Kehren der Innenstadt"),
    _sample(*NEUK, "sweeper", (2, 7), (2, 13), "Kehren der Dorfstraße", decided_by=KOEN),
    _sample(*BERN, "mini-excavator-kit", (1, 7), (2, 15), "Leitungsgraben am Friedhof", decided_by=KOEN),
    _sample(*KOEN, "stump-grinder", (3, 7), (3, 15), "Stubben im Schlosspark"),
    _sample(*TOWN_KOEN, "generator-trailer", (4, 14), (6, 10), "Strom für den Wochenmarkt", decided_by=KOEN),
    _sample(*LAUS, "compact-tractor", (0, 7), (1, 15), "Grünflächen am Sportplatz"),
    _sample(*LAUS, "verge-mower", (2, 7), (2, 15), "Bankette an der Kreisstraße"),
    _sample(*OSSL, "line-marker", (3, 7), (3, 15), "Parkflächen am Rathaus markieren", decided_by=LAUS),
    _sample(*NEUK, "tandem-trailer", (0, 7), (0, 15), "Sand für den Spielplatz"),
    _sample(*LAUS, "tandem-trailer", (3, 7), (4, 12), "Schnittgut abfahren", decided_by=NEUK),
    _sample(*NEUK, "flail-mulcher", (1, 7), (2, 15), "Wegränder mulchen"),
    _sample(*OSSL, "wood-chipper", (0, 7), (1, 12), "Äste nach dem Rückschnitt"),
    _sample(*KOEN, "wood-chipper", (3, 7), (3, 15), "Kopfweiden am Teich", decided_by=OSSL),
    _sample(*BERN, (("site-fence", 30),), (2, 8), (6, 18), "Baustelle am Markt", decided_by=OSSL),
)
COMING: tuple[Sample, ...] = (
    # Next week: what a yard head sees in the week plan.
    _sample(*LAUS, "sweeper", (7, 7), (7, 15), "Kehren der Ortsdurchfahrt nach dem Winterdienst", decided_by=KOEN),
    _sample(*KOEN, "sweeper", (8, 6), (8, 14), "Kehren am Markt"),
    _sample(*OSSL, "sweeper", (9, 7), (10, 12), "Radweg nach Lieske", decided_by=KOEN),
    _sample(*OSSL, "platform-trailer", (7, 8), (8, 16), "Baumpflege an der Schule", decided_by=BERN),
    _sample(*TOWN_KOEN, "platform-trailer", (11, 12), (14, 7), "Lichterkette am Rathaus anbringen"),
    _sample(*KOEN, "wheel-loader", (7, 7), (9, 15), "Umsetzen von Schüttgut"),
    _sample(*BERN, "wheel-loader", (10, 7), (10, 12), "Grünschnitt verladen"),
    _sample(*LAUS, "mini-excavator-kit", (8, 7), (9, 15), "Graben an der Dorfstraße"),
    _sample(*BERN, "wood-chipper", (7, 7), (7, 15), "Astholz aus dem Park", decided_by=OSSL),
    _sample(*KOEN, "wood-chipper", (14, 7), (15, 15), "Pflege der Streuobstwiese"),
    _sample(*TOWN_BERN, (("market-stall", 12), ("cones", 40)), (11, 12), (13, 20), "Weihnachtsmarkt"),
    _sample(*OSSL, (("cones", 60), ("barriers", 20)), (8, 7), (11, 16), "Halbseitige Sperrung der Hauptstraße"),
    _sample(*TOWN_KOEN, "mobile-stage", (18, 8), (21, 10), "Bürgerfest", decided_by=TOWN_BERN),
    _sample(*LAUS, "verge-mower", (7, 7), (11, 15), "Bankette mähen"),
    _sample(*KOEN, "verge-mower", (14, 7), (16, 15), "Bankette an der Kreisstraße", declined="In dieser Woche brauchen wir den Mäher selbst.", decided_by=LAUS),
    _sample(*OSSL, "compressor", (9, 7), (9, 16), "Pflaster am Bahnhof", cancelled=True),
    # Later on.
    _sample(*LAUS, "sweeper", (21, 7), (21, 15), "Kehren vor dem Fest"),
    _sample(*OSSL, "wheel-loader", (22, 7), (24, 15), "Sandspielplatz füllen", decided_by=BERN),
    _sample(*BERN, "generator-trailer", (25, 7), (28, 7), "Notstromprobe im Rathaus"),
)
