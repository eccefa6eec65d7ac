"""What the acts of the journal are called for people; pure."""

from commons.words import Message, say

NAMES: dict[str, Message] = {
    "association.begun": say("Verbund eingerichtet"),
    "booking.approved": say("Buchung zugesagt"),
    "booking.cancelled": say("Buchung abgesagt"),
    "booking.declined": say("Buchung abgelehnt"),
    "booking.moved": say("Buchung verschoben"),
    "booking.requested": say("Buchung angefragt"),
    "calendar_feed.created": say("Kalender abonniert"),
    "calendar_feed.revoked": say("Kalender gekündigt"),
    "deputy.ended": say("Vertretung beendet"),
    "deputy.named": say("Vertretung eingetragen"),
    "measure.described": say("Maßnahme beschrieben"),
    "measure.joined": say("Maßnahme beigetreten"),
    "measure.left": say("Maßnahme verlassen"),
    "measure.proposed": say("Maßnahme vorgeschlagen"),
    "measure.rated": say("Maßnahme bewertet"),
    "measure.stage_changed": say("Stand der Maßnahme geändert"),
    "measure.voted": say("Über Maßnahme abgestimmt"),
    "person.accepted": say("Kennwort zum ersten Mal gesetzt"),
    "person.added": say("Person eingetragen"),
    "person.changed": say("Angaben zur Person geändert"),
    "person.closed": say("Konto geschlossen"),
    "person.entered": say("Person durch den Betrieb eingetragen"),
    "person.invited": say("Person eingeladen"),
    "person.left": say("Person ausgeschieden"),
    "role.ended": say("Rolle beendet"),
    "role.given": say("Rolle gegeben"),
    "rule_value.added": say("Regelwert eingetragen"),
    "rule_value.confirmed": say("Regelwert bestätigt"),
    "upload.read": say("Bedarfsliste gelesen"),
    "upload.taken_over": say("Bedarfsliste übernommen"),
}


def name_of(act: str) -> Message:
    """Return what an act is called; its short name where it has no other."""
    return NAMES.get(act) or say("%(act)s", act=act)
