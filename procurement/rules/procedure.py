"""Which procedure the estimated value asks for, with reasons and the rules of the day; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from commons.errors import RuleBroken
from commons.words import Message, german_number, say
from procurement.rules.procedure_values import RuleRow, RuleVersion, find_row, get_row

LEAST_REASON = 20


class Kind(StrEnum):
    """What is bought; the amounts of the law differ by it."""

    SUPPLIES = "supplies"
    SERVICES = "services"
    WORKS = "works"


class Procedure(StrEnum):
    """How formal a procurement is, from light to heavy."""

    DIRECT = "direct"
    NEGOTIATED = "negotiated"
    RESTRICTED = "restricted"
    OPEN = "open"
    EU = "eu"


FORMALITY = tuple(Procedure)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A set of rules below the EU threshold, with its own words."""

    regime: str
    title: Message
    names: Mapping[Procedure, Message]


SAXON_VOL_A = Profile(
    regime="sn-vol-a",
    title=say("Sachsen: VOL/A, Lieferungen und Leistungen"),
    names={
        Procedure.DIRECT: say("Direktkauf"),
        Procedure.NEGOTIATED: say("Freihändige Vergabe"),
        Procedure.RESTRICTED: say("Beschränkte Ausschreibung"),
        Procedure.OPEN: say("Öffentliche Ausschreibung"),
        Procedure.EU: say("EU-weites Verfahren (VgV)"),
    },
)
SAXON_VOB_A = Profile(regime="sn-vob-a", title=say("Sachsen: VOB/A, Bauleistungen"), names=SAXON_VOL_A.names)
UVGO = Profile(
    regime="uvgo",
    title=say("Unterschwellenvergabeordnung (UVgO)"),
    names={
        **SAXON_VOL_A.names,
        Procedure.DIRECT: say("Direktauftrag"),
        Procedure.NEGOTIATED: say("Verhandlungsvergabe"),
        Procedure.RESTRICTED: say("Beschränkte Ausschreibung ohne Teilnahmewettbewerb"),
    },
)

# Which sets of rules can apply to what is bought; the first is the one that Saxony applies.
PROFILES_OF: Mapping[Kind, tuple[Profile, ...]] = {
    Kind.SUPPLIES: (SAXON_VOL_A, UVGO),
    Kind.SERVICES: (SAXON_VOL_A, UVGO),
    Kind.WORKS: (SAXON_VOB_A,),
}


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The lightest procedure that the value allows, why, and which others need a written ground."""

    procedure: Procedure
    name: Message
    net: Decimal
    reasons: tuple[Message, ...]
    with_ground: tuple[tuple[Procedure, Message], ...]
    not_allowed: frozenset[Procedure]
    version: RuleVersion


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One duty by value; `applies` is None where no value is in force on the day and nobody has said what holds."""

    key: str
    applies: bool | None
    text: Message
    row: RuleRow | None = field(default=None)


class DeviationWithoutReason(RuleBroken):
    """Whoever chooses another procedure than the proposed one writes down why."""

    def __init__(self) -> None:
        super().__init__(
            say("Sie weichen vom vorgeschlagenen Verfahren ab. Bitte begründen Sie das in mindestens einem Satz; die Begründung kommt in den Vergabevermerk."),
            field="reason",
        )


class ProcedureNotAllowed(RuleBroken):
    """No reason makes a procedure lawful that the value forbids."""

    def __init__(self, name: Message) -> None:
        super().__init__(say("„%(name)s“ ist bei diesem Auftragswert nicht zulässig, auch nicht mit einer Begründung.", name=name), field="procedure")


def propose(net: Decimal, *, kind: Kind, day: date, rows: Sequence[RuleRow], profile: Profile = SAXON_VOL_A, eu_key: str = "eu_threshold") -> Proposal:
    """Propose the procedure for a net value at the day the notice is sent or the procedure begins; refuse where a value is missing."""
    threshold = get_row(rows, "eu", eu_key, day, kind)
    if threshold.holds(net):
        reason = say("Der geschätzte Wert von %(net)s € erreicht den Schwellenwert: %(row)s.", net=german_number(net, 2), row=threshold.shown())
        return _proposal(Procedure.EU, net, day, profile, [reason], [], [threshold])
    below = say("Der geschätzte Wert von %(net)s € liegt unter dem Schwellenwert: %(row)s.", net=german_number(net, 2), row=threshold.shown())
    steps = {
        Procedure.DIRECT: get_row(rows, profile.regime, "direct_purchase_max", day, kind),
        Procedure.NEGOTIATED: get_row(rows, profile.regime, "negotiated_award_max", day, kind),
        Procedure.RESTRICTED: get_row(rows, profile.regime, "restricted_tender_max", day, kind),
    }
    for procedure, row in steps.items():
        if row.holds(net):
            reason = say("%(name)s ist zulässig %(row)s.", name=profile.names[procedure], row=row.shown())
            return _proposal(procedure, net, day, profile, [below, reason], [], [threshold, *steps.values()])
    rule = say("Kein leichteres Verfahren ist nach dem Wert allein zulässig; die Regel ist die %(name)s.", name=profile.names[Procedure.OPEN])
    grounds = [(procedure, _ground(profile, procedure, steps[procedure])) for procedure in (Procedure.RESTRICTED, Procedure.NEGOTIATED)]
    return _proposal(Procedure.OPEN, net, day, profile, [below, rule], grounds, [threshold, *steps.values()])


def _proposal(
    procedure: Procedure, net: Decimal, day: date, profile: Profile, reasons: list[Message], grounds: list[tuple[Procedure, Message]], rows: list[RuleRow]
) -> Proposal:
    lighter = {other for other in FORMALITY if FORMALITY.index(other) < FORMALITY.index(procedure)}
    forbidden = lighter - {procedure for procedure, _text in grounds}
    return Proposal(
        procedure=procedure,
        name=profile.names[procedure],
        net=net,
        reasons=tuple(reasons),
        with_ground=tuple(grounds),
        not_allowed=frozenset(forbidden),
        version=RuleVersion(day=day, rows=tuple(rows)),
    )


def _ground(profile: Profile, procedure: Procedure, row: RuleRow) -> Message:
    return say("%(name)s nur mit einem Grund nach dem Gesetz (%(basis)s), der aufzuschreiben ist.", name=profile.names[procedure], basis=row.legal_basis)


def check_choice(proposal: Proposal, chosen: Procedure, *, reason: str, profile: Profile = SAXON_VOL_A) -> None:
    """Accept the proposed procedure, or another lawful one with a written reason."""
    if chosen in proposal.not_allowed:
        raise ProcedureNotAllowed(profile.names[chosen])
    if chosen is not proposal.procedure and len(reason.strip()) < LEAST_REASON:
        raise DeviationWithoutReason


def duties(net: Decimal, *, procedure: Procedure, kind: Kind, day: date, rows: Sequence[RuleRow], profile: Profile = SAXON_VOL_A) -> list[Duty]:
    """List the duties that the value brings: information of losers, publication after the award, register query, statistics."""
    eu = procedure is Procedure.EU
    without_call = procedure in {Procedure.RESTRICTED, Procedure.NEGOTIATED}
    inform = say("Die unterlegenen Bieter sind vor dem Vertrag in Textform zu informieren.")
    publish = say("Der Auftrag ist nach dem Zuschlag zu veröffentlichen.")
    found = [
        Duty(key="pre_award_information_above", applies=True, text=inform)
        if eu
        else _duty(net, profile.regime, "pre_award_information_above", kind, day, rows, inform),
        Duty(key="ex_post_publication_from", applies=True, text=publish)
        if eu
        else _duty(net, profile.regime, "ex_post_publication_from", kind, day, rows, publish, only_if=without_call),
    ]
    query = say("Vor dem Zuschlag ist das Wettbewerbsregister abzufragen.")
    statistics = say("Der Auftrag ist an die Vergabestatistik zu melden.")
    return found + [
        _duty(net, "federal-duty", key, kind, day, rows, text)
        for key, text in (("competition_register_query_from", query), ("procurement_statistics_from", statistics))
    ]


def _duty(net: Decimal, regime: str, key: str, kind: Kind, day: date, rows: Sequence[RuleRow], text: Message, *, only_if: bool = True) -> Duty:
    row = find_row(rows, regime, key, day, kind)
    if row is None:
        missing = say("%(text)s Ob das hier gilt, ist offen: Für den %(day)s ist kein Wert „%(key)s“ hinterlegt.", text=text, day=day, key=key)
        return Duty(key=key, applies=None, text=missing)
    return Duty(key=key, applies=only_if and row.holds(net), text=text, row=row)
