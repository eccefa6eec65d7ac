"""Who may do what: one list of permissions, one table role → permissions."""

from enum import StrEnum

from commons.words import Message, say


class Role(StrEnum):
    """Name the roles that a membership gives a person in an organisation."""

    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    BRIGADE_CHIEF = "brigade_chief"
    BUDGET_HOLDER = "budget_holder"
    BUILDING_YARD_HEAD = "building_yard_head"
    CLERK = "clerk"
    EQUIPMENT_OFFICER = "equipment_officer"
    MAYOR = "mayor"
    MUNICIPAL_FIRE_CHIEF = "municipal_fire_chief"
    PROCUREMENT_OFFICER = "procurement_officer"
    YARD_WORKER = "yard_worker"


ROLE_NAMES: dict[Role, Message] = {
    Role.ADMINISTRATOR: say("Systembetreuung"),
    Role.AUDITOR: say("Rechnungsprüfung"),
    Role.BRIGADE_CHIEF: say("Ortswehrleitung"),
    Role.BUDGET_HOLDER: say("Mittelbewirtschaftung"),
    Role.BUILDING_YARD_HEAD: say("Bauhofleitung"),
    Role.CLERK: say("Sachbearbeitung"),
    Role.EQUIPMENT_OFFICER: say("Gerätewart"),
    Role.MAYOR: say("Bürgermeisteramt"),
    Role.MUNICIPAL_FIRE_CHIEF: say("Gemeindewehrleitung"),
    Role.PROCUREMENT_OFFICER: say("Vergabestelle"),
    Role.YARD_WORKER: say("Bauhof"),
}


class Permission(StrEnum):
    """Name what may be done, as "resource:action"."""

    AWARD_CONFIRM = "award:confirm"
    BID_EXAMINE = "bid:examine"
    BID_READ = "bid:read"
    BOOKING_APPROVE = "booking:approve"
    BOOKING_READ = "booking:read"
    BOOKING_REQUEST = "booking:request"
    BUNDLE_EDIT = "bundle:edit"
    BUNDLE_READ = "bundle:read"
    CALENDAR_SUBSCRIBE = "calendar:subscribe"
    CHARGE_POST = "charge:post"  # what others owe for an own device
    CHARGE_READ = "charge:read"  # what the own yard or brigade lent and borrowed
    CHARGE_READ_ALL = "charge:read_all"  # what the own municipality owes and is owed
    DEMAND_APPROVE = "demand:approve"
    DEMAND_READ = "demand:read"
    DEMAND_SUBMIT = "demand:submit"
    HANDOVER_RECORD = "handover:record"
    INCIDENT_DECLARE = "incident:declare"
    JOURNAL_READ = "journal:read"
    LETTER_READ = "letter:read"
    MEASURE_EDIT = "measure:edit"
    MEASURE_JOIN = "measure:join"
    MEASURE_PROPOSE = "measure:propose"
    MEASURE_READ = "measure:read"
    PERSON_MANAGE = "person:manage"
    READINESS_READ = "readiness:read"
    RESOURCE_MANAGE = "resource:manage"
    RESOURCE_READ = "resource:read"
    RULE_VALUE_CONFIRM = "rule_value:confirm"
    RULE_VALUE_READ = "rule_value:read"
    SUPPLIER_MANAGE = "supplier:manage"
    TENDER_BIND = "tender:bind"
    TENDER_EDIT = "tender:edit"
    TENDER_OPEN = "tender:open"
    TENDER_PUBLISH = "tender:publish"
    TENDER_READ = "tender:read"


P = Permission
_EVERYBODY = {P.BOOKING_READ, P.CALENDAR_SUBSCRIBE, P.MEASURE_READ, P.RESOURCE_READ}
_CHARGES = {P.CHARGE_READ, P.CHARGE_READ_ALL}
_OFFICE = _EVERYBODY | {P.BUNDLE_READ, P.DEMAND_READ, P.MEASURE_PROPOSE, P.RULE_VALUE_READ, P.TENDER_READ}
_DECIDES_ON_BIDS = {P.AWARD_CONFIRM, P.BID_EXAMINE, P.BID_READ}
_OWNER_OF_DEVICES = _EVERYBODY | {
    P.BOOKING_APPROVE, P.BOOKING_REQUEST, P.CHARGE_POST, P.CHARGE_READ, P.DEMAND_READ, P.DEMAND_SUBMIT, P.HANDOVER_RECORD, P.MEASURE_PROPOSE,
    P.RESOURCE_MANAGE,
}  # fmt: skip

PERMISSIONS_OF: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(_EVERYBODY | {P.LETTER_READ, P.PERSON_MANAGE, P.RULE_VALUE_READ}),
    Role.AUDITOR: frozenset(_EVERYBODY | _CHARGES | {P.BID_READ, P.BUNDLE_READ, P.DEMAND_READ, P.JOURNAL_READ, P.RULE_VALUE_READ, P.TENDER_READ}),
    Role.BRIGADE_CHIEF: frozenset(_OWNER_OF_DEVICES | {P.INCIDENT_DECLARE, P.READINESS_READ}),
    Role.BUDGET_HOLDER: frozenset(_OFFICE | _CHARGES | {P.CHARGE_POST, P.DEMAND_APPROVE, P.TENDER_BIND}),
    Role.BUILDING_YARD_HEAD: frozenset(_OWNER_OF_DEVICES),
    Role.CLERK: frozenset(_OFFICE | _CHARGES | {P.BOOKING_APPROVE, P.BOOKING_REQUEST, P.CHARGE_POST, P.DEMAND_SUBMIT, P.LETTER_READ}),
    Role.EQUIPMENT_OFFICER: frozenset(_OWNER_OF_DEVICES | {P.INCIDENT_DECLARE, P.READINESS_READ}),
    Role.MAYOR: frozenset(
        _OFFICE
        | _CHARGES
        | _DECIDES_ON_BIDS
        | {P.DEMAND_APPROVE, P.MEASURE_EDIT, P.MEASURE_JOIN, P.READINESS_READ, P.RULE_VALUE_CONFIRM, P.TENDER_BIND, P.TENDER_OPEN}
    ),
    Role.MUNICIPAL_FIRE_CHIEF: frozenset(_OWNER_OF_DEVICES | {P.INCIDENT_DECLARE, P.READINESS_READ}),
    Role.PROCUREMENT_OFFICER: frozenset(
        _OFFICE | _DECIDES_ON_BIDS | {P.BUNDLE_EDIT, P.LETTER_READ, P.MEASURE_EDIT, P.SUPPLIER_MANAGE, P.TENDER_EDIT, P.TENDER_OPEN, P.TENDER_PUBLISH}
    ),
    Role.YARD_WORKER: frozenset(_EVERYBODY | {P.BOOKING_REQUEST, P.DEMAND_READ, P.HANDOVER_RECORD}),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return what somebody with these roles may do."""
    return frozenset().union(*(PERMISSIONS_OF[role] for role in roles))
