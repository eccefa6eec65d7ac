"""What rule values, their rules and their units are called for people; pure."""

from commons.words import Message, say

REGIMES: dict[str, Message] = {
    "brigade": say("Feuerwehr"),
    "eu": say("EU-weite Vergabe (GWB, VgV)"),
    "federal-duty": say("Meldepflichten des Bundes"),
    "house": say("Hausregeln des Verbunds"),
    "retention": say("Aufbewahrung"),
    "scoring": say("Wertung"),
    "sn-announced": say("Sachsen, angekündigt und noch nicht in Kraft"),
    "sn-vob-a": say("Sachsen, Bauleistungen (VOB/A)"),
    "sn-vol-a": say("Sachsen, Lieferungen und Leistungen (VOL/A)"),
    "tax": say("Umsatzsteuer"),
    "uvgo": say("Unterschwellenvergabeordnung, in Sachsen nicht in Kraft"),
}
KEYS: dict[str, Message] = {
    "accounting_books_months": say("Aufbewahrung von Büchern"),
    "accounting_vouchers_months": say("Aufbewahrung von Belegen"),
    "additional_information_days": say("Letzte Auskunft vor dem Ende der Angebotsfrist"),
    "alternatives_max": say("Vorschläge für andere Zeiten und Geräte"),
    "bid_period_min_days": say("Mindestfrist für Angebote"),
    "bid_period_open_days": say("Angebotsfrist, offenes Verfahren"),
    "bid_period_open_electronic_days": say("Angebotsfrist, offenes Verfahren, elektronische Angebote"),
    "bid_period_open_urgent_days": say("Angebotsfrist, offenes Verfahren, dringlich"),
    "bid_period_restricted_days": say("Angebotsfrist, nicht offenes Verfahren"),
    "bid_period_restricted_electronic_days": say("Angebotsfrist, nicht offenes Verfahren, elektronische Angebote"),
    "booking_advance_days": say("Buchung höchstens im Voraus"),
    "booking_notice_minutes": say("Buchung mindestens im Voraus"),
    "booking_start_grace_minutes": say("Beginn darf vergangen sein um"),
    "competition_register_query_from": say("Abfrage des Wettbewerbsregisters ab"),
    "contract_copy_retention_from": say("Aufbewahrung von Vertragskopien"),
    "clock_drift_seconds": say("Uhr des Servers darf abweichen um"),
    "defect_release_minutes": say("Bei einem Defekt entfallen Buchungen mit Beginn innerhalb von"),
    "defect_warning_days": say("Bei einem Defekt gewarnt werden Buchungen mit Beginn innerhalb von"),
    "direct_purchase_max": say("Direktkauf bis"),
    "eu_threshold": say("EU-Schwellenwert"),
    "eu_threshold_special_services": say("EU-Schwellenwert für soziale und besondere Leistungen"),
    "ex_post_publication_from": say("Bekanntmachung nach dem Zuschlag ab"),
    "ex_post_publication_months": say("Dauer der Bekanntmachung nach dem Zuschlag"),
    "extended_corridor_max": say("Größter Korridor der erweiterten Richtwertmethode"),
    "feed_cancelled_days": say("Abgesagtes bleibt im Kalender"),
    "feed_future_days": say("Kalender reicht voraus"),
    "feed_past_days": say("Kalender reicht zurück"),
    "fire_chief_term_months": say("Amtszeit der Wehrleitung"),
    "framework_max_months": say("Längste Laufzeit einer Rahmenvereinbarung"),
    "framework_warning_first": say("Rahmenvereinbarung, erste Warnung bei"),
    "framework_warning_second": say("Rahmenvereinbarung, zweite Warnung bei"),
    "hold_minutes": say("Vorgemerkte Zeit wird gehalten"),
    "incident_block_minutes": say("Ein Einsatz hält Geräte im Voraus für"),
    "incident_warning_minutes": say("Einsatz warnt Buchungen voraus"),
    "information_wait_days": say("Wartezeit nach der Bieterinformation"),
    "loan_max_days": say("Längste Ausleihe"),
    "modification_share_max": say("Vertragsänderung ohne neues Verfahren bis"),
    "negotiated_award_max": say("Freihändige Vergabe bis"),
    "old_law_option_until": say("Altes Umsatzsteuerrecht wählbar bis"),
    "openers_min": say("Personen bei der Angebotsöffnung, mindestens"),
    "opening_holders_min": say("Schlüsselinhaber einer Vergabe, mindestens"),
    "opening_window_minutes": say("Öffnung: Die zweite Person bestätigt innerhalb von"),
    "participation_period_restricted_days": say("Frist für Teilnahmeanträge"),
    "pre_award_information_above": say("Bieterinformation vor dem Zuschlag über"),
    "price_gap_max": say("Preisabstand, ab dem aufzuklären ist"),
    "procurement_statistics_from": say("Vergabestatistik ab"),
    "public_body_turnover_max": say("Umsatzgrenze nach § 2b UStG"),
    "request_lapse_days": say("Unentschiedene Anfrage verfällt nach"),
    "restricted_tender_max": say("Beschränkte Ausschreibung bis"),
    "retention_min_months": say("Aufbewahrung der Vergabeakte, mindestens"),
    "review_objection_days": say("Frist der Landesdirektion nach einer Beanstandung"),
    "sign_in_attempts_max": say("Fehlversuche bei der Anmeldung, höchstens"),
    "sign_in_lock_minutes": say("Sperre nach zu vielen Fehlversuchen"),
    "small_lot_max": say("Kleines Los unter"),
    "small_lot_share_max": say("Anteil aller kleinen Lose, höchstens"),
    "standstill_days": say("Stillhaltefrist"),
    "standstill_electronic_days": say("Stillhaltefrist, elektronische Information"),
    "status_stale_days": say("Stand der Einsatzbereitschaft gilt als aktuell"),
    "subcontract_share_max": say("Anteil von Nachunternehmen, höchstens"),
    "turnover_warning": say("Umsatz, Warnung bei"),
    "unlimited_term_factor": say("Unbefristete Verträge zählen mit"),
    "vat_reduced": say("Umsatzsteuer, ermäßigt"),
    "vat_standard": say("Umsatzsteuer, regulär"),
}
UNITS: dict[str, Message] = {
    "EUR_net": say("Euro netto"),
    "EUR_per_year": say("Euro im Jahr"),
    "calendar_days": say("Kalendertage"),
    "count": say("Stück"),
    "date": say("Tag"),
    "minutes": say("Minuten"),
    "monthly_values": say("Monatswerte"),
    "months": say("Monate"),
    "percent": say("Prozent"),
    "persons": say("Personen"),
    "seconds": say("Sekunden"),
}
FOR: dict[str, Message] = {"services": say("Dienstleistungen"), "supplies": say("Lieferungen"), "works": say("Bauleistungen")}
COMPARISONS: dict[str, Message] = {"<": say("weniger als"), "<=": say("bis einschließlich"), ">": say("mehr als"), ">=": say("ab")}


def named(names: dict[str, Message], key: str | None) -> Message:
    """Return what something is called; its key where it has no other name."""
    return names.get(key or "") or say("%(key)s", key=key or "")


def of_value(key: str, applies_to: str | None) -> Message:
    """Return what a value is called, with what it applies to."""
    name = named(KEYS, key)
    return say("%(name)s, %(kind)s", name=name, kind=named(FOR, applies_to)) if applies_to else name
