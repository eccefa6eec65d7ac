"""What the tables of procurement never allow, said by triggers on both engines; pure text, used by the migrations."""

FROZEN = "bundle_frozen_stays"
APPROVED = "request_line_approved_stays"
# What was approved is what was approved; only the article it belongs to may be learnt later.
KEPT = (
    "request_id",
    "text",
    "specification",
    "quantity_sent",
    "unit_sent",
    "quantity_in_base_unit",
    "base_unit",
    "price_net",
    "budget_account",
    "delivery_place",
)
_FROZEN_BUNDLE = "SELECT 1 FROM bundle WHERE id = {}.bundle_id AND stage = 'frozen'"
_REQUEST_HANDED_ON = "SELECT 1 FROM purchase_request WHERE id = {}.request_id AND stage IN ('approved', 'bundled')"
NAMES = (
    "bundle_line_frozen_insert",
    "bundle_line_frozen_update",
    "bundle_line_frozen_delete",
    "bundle_request_frozen_insert",
    "bundle_request_frozen_delete",
    "bundle_member_frozen_insert",
    "request_line_approved_update",
    "request_line_approved_delete",
)


def triggers(engine: str) -> list[str]:
    """Return the statements that create the triggers."""
    return _on_sqlite() if engine == "sqlite" else _on_postgresql()


def on_lines(engine: str) -> list[tuple[str, str]]:
    """Return the triggers of request lines by name, for a migration that copies the table of requests."""
    names = [name for name in NAMES if name.startswith("request_line")]
    return [(name, statement) for name in names for statement in triggers(engine) if f"CREATE TRIGGER {name} " in statement]


def _on_sqlite() -> list[str]:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in KEPT)
    return [
        *(_sqlite(name, f"EXISTS ({_FROZEN_BUNDLE.format(row)})", FROZEN) for name, row in _frozen_rows()),
        _sqlite("request_line_approved_update", f"({changed}) AND {_handed_on('OLD')}", APPROVED),
        _sqlite("request_line_approved_delete", _handed_on("OLD"), APPROVED),
    ]


def _frozen_rows() -> list[tuple[str, str]]:
    return [(name, "OLD" if name.endswith("_delete") else "NEW") for name in NAMES if "_frozen_" in name]


def _handed_on(row: str) -> str:
    return f"EXISTS ({_REQUEST_HANDED_ON.format(row)})"


def _sqlite(name: str, condition: str, sentence: str) -> str:
    table, event = _table_of(name), name.rsplit("_", 1)[1].upper()
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"


def _table_of(name: str) -> str:
    return "purchase_request_line" if name.startswith("request_line") else name.split("_frozen_", maxsplit=1)[0]


def _on_postgresql() -> list[str]:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in KEPT)
    concerned = "SELECT 1 FROM bundle WHERE id = concerned AND stage = 'frozen'"
    frozen = f"""CREATE FUNCTION {FROZEN}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE concerned bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN concerned := OLD.bundle_id; ELSE concerned := NEW.bundle_id; END IF;
    IF EXISTS ({concerned}) THEN
        RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'check_violation', CONSTRAINT = '{FROZEN}';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$"""
    approved = f"""CREATE FUNCTION {APPROVED}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT ({changed}) THEN RETURN NEW; END IF;
    END IF;
    IF {_handed_on("OLD")} THEN
        RAISE EXCEPTION '{APPROVED}' USING ERRCODE = 'check_violation', CONSTRAINT = '{APPROVED}';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$"""
    return [frozen, approved, *(_postgresql(name) for name in NAMES)]


def _postgresql(name: str) -> str:
    event, function = name.rsplit("_", 1)[1].upper(), FROZEN if "_frozen_" in name else APPROVED
    return f"CREATE TRIGGER {name} BEFORE {event} ON {_table_of(name)} FOR EACH ROW EXECUTE FUNCTION {function}()"
