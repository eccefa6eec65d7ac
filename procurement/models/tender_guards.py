"""What the tables of tenders, bids and awards never allow, said by triggers on both engines; pure text, used by the migrations."""

# What came in stays as it came in; only its stage moves on.
BID_KEPT = ("tender_id", "invitation_id", "reference", "version", "channel", "received_at", "is_late", "envelope", "envelope_hash", "registered_by_id")
# The rows of a published version of the documents.
VERSION_KEPT = (
    "tender_id", "number", "cover_letter", "proofs", "method", "price_weight", "max_points", "constant", "places", "corridor_percent", "deciding",
    "performance_share", "price_share", "reference", "compared_on", "skonto_counts", "variants_admitted", "max_lots_bid", "max_lots_per_bidder",
    "lot_limit_rule", "max_bidders", "packages_admitted", "framework_max_value", "framework_max_percent", "published_at", "deadline",
)  # fmt: skip
DECISION_KEPT = (
    "tender_id",
    "run_id",
    "corrects_id",
    "proposed_at",
    "proposed_by_id",
    "reason",
    "deviation_reason",
    "total",
    "confirmed_at",
    "confirmed_by_id",
)
_PUBLISHED = "EXISTS (SELECT 1 FROM tender_version WHERE id = {}.version_id AND published_at IS NOT NULL)"
_CONFIRMED = "EXISTS (SELECT 1 FROM award_decision WHERE id = {}.decision_id AND confirmed_at IS NOT NULL)"
UNCHANGING = ("procedure_decision", "opened_bid", "bid_line", "bid_package", "opening_entry", "evaluation", "tie_draw")


def triggers(engine: str) -> list[str]:
    """Return the statements that create the triggers."""
    return _written(_rules(), engine)


def late_triggers(engine: str) -> list[str]:
    """Return the statements for the decisions on late bids, which came later: once confirmed, none is changed."""
    return _written([("late_bid_decision_unchanged", "late_bid_decision", ("UPDATE", "DELETE"), "OLD.confirmed_at IS NOT NULL")], engine)


def variant_triggers(engine: str) -> list[str]:
    """Return the statement that keeps what kind of bid came in: main bid or variant."""
    return _written([("bid_variant_unchanged", "bid", ("UPDATE",), "{changed:variant}")], engine)


def variants_max_triggers(engine: str) -> list[str]:
    """Return the statement that keeps how many variants published documents admit."""
    return _written([("tender_version_variants_unchanged", "tender_version", ("UPDATE",), "OLD.published_at IS NOT NULL AND {changed:variants_max}")], engine)


def _written(rules: list[tuple[str, str, tuple[str, ...], str]], engine: str) -> list[str]:
    return [statement for rule in rules for statement in (_on_sqlite(*rule) if engine == "sqlite" else _on_postgresql(*rule))]


def _rules() -> list[tuple[str, str, tuple[str, ...], str]]:
    """Return name, table, events and the condition under which a change is refused; {changed:…} is filled in for each engine."""
    return [
        ("bid_stays", "bid", ("DELETE",), "TRUE"),
        ("bid_unchanged", "bid", ("UPDATE",), f"{{changed:{','.join(BID_KEPT)}}}"),
        ("tender_version_unchanged", "tender_version", ("UPDATE",), f"OLD.published_at IS NOT NULL AND ({{changed:{','.join(VERSION_KEPT)}}})"),
        ("tender_version_stays", "tender_version", ("DELETE",), "OLD.published_at IS NOT NULL"),
        ("tender_position_fixed", "tender_position", ("INSERT",), _PUBLISHED.format("NEW")),
        ("tender_position_unchanged", "tender_position", ("UPDATE", "DELETE"), _PUBLISHED.format("OLD")),
        ("tender_criterion_fixed", "tender_criterion", ("INSERT",), _PUBLISHED.format("NEW")),
        ("tender_criterion_unchanged", "tender_criterion", ("UPDATE", "DELETE"), _PUBLISHED.format("OLD")),
        ("award_decision_unchanged", "award_decision", ("UPDATE",), f"OLD.confirmed_at IS NOT NULL AND ({{changed:{','.join(DECISION_KEPT)}}})"),
        ("award_decision_stays", "award_decision", ("DELETE",), "OLD.confirmed_at IS NOT NULL"),
        ("awarded_lot_fixed", "awarded_lot", ("INSERT",), _CONFIRMED.format("NEW")),
        ("awarded_lot_unchanged", "awarded_lot", ("UPDATE", "DELETE"), _CONFIRMED.format("OLD")),
    ]


def _filled(condition: str, word: str) -> str:
    start = condition.find("{changed:")
    if start < 0:
        return condition
    end = condition.index("}", start)
    columns = condition[start + len("{changed:") : end].split(",")
    changed = " OR ".join(f"OLD.{column} {word} NEW.{column}" for column in columns)
    return f"{condition[:start]}({changed}){condition[end + 1 :]}"


def _on_sqlite(name: str, table: str, events: tuple[str, ...], condition: str) -> list[str]:
    when = _filled(condition, "IS NOT")
    return [f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END" for event in events]


def _on_postgresql(name: str, table: str, events: tuple[str, ...], condition: str) -> list[str]:
    when = _filled(condition, "IS DISTINCT FROM")
    function = f"""CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} THEN
        RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$"""
    return [function, f"CREATE TRIGGER {name} BEFORE {' OR '.join(events)} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_guard()"]
