"""Triggers that keep the journal append-only on both engines; pure text, used by the migrations."""

# What may change later: the chain (once) and the payload (erased on demand). All else stays as it was written.
KEPT = ("at", "person_id", "organisation_id", "municipality_id", "act", "subject_kind", "subject_id", "payload_hash")


def triggers(engine: str) -> list[str]:
    """Return the statements that create the triggers."""
    return _on_sqlite() if engine == "sqlite" else _on_postgresql()


def unchanging(table: str, engine: str) -> list[str]:
    """Return the statements that forbid changing or deleting any row of a table."""
    name = f"{table}_unchanged"
    if engine == "sqlite":
        acts = (("UPDATE", name), ("DELETE", f"{table}_stays"))
        return [f"CREATE TRIGGER {trigger} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{trigger}'); END" for act, trigger in acts]
    return [
        f"""CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
END $$""",
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_guard()",
    ]


def _on_sqlite() -> list[str]:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in KEPT)
    return [
        *(
            f"CREATE TRIGGER journal_concern_stays_{verb.lower()} BEFORE {verb} ON journal_concern BEGIN SELECT RAISE(ABORT, 'journal_concern_stays'); END"
            for verb in ("UPDATE", "DELETE")
        ),
        "CREATE TRIGGER journal_entry_stays BEFORE DELETE ON journal_entry BEGIN SELECT RAISE(ABORT, 'journal_entry_stays'); END",
        f"""CREATE TRIGGER journal_entry_unchanged BEFORE UPDATE ON journal_entry WHEN {changed}
    OR (OLD.sequence IS NOT NULL AND (OLD.sequence IS NOT NEW.sequence OR OLD.chain_hash IS NOT NEW.chain_hash))
    OR (NEW.payload IS NOT NULL AND OLD.payload IS NOT NEW.payload)
BEGIN SELECT RAISE(ABORT, 'journal_entry_unchanged'); END""",
    ]


def _on_postgresql() -> list[str]:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in KEPT)
    function = f"""CREATE FUNCTION journal_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'journal_concern' THEN
        RAISE EXCEPTION 'journal_concern_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_concern_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'journal_entry_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_stays';
    END IF;
    IF {changed}
        OR (OLD.sequence IS NOT NULL AND (OLD.sequence IS DISTINCT FROM NEW.sequence OR OLD.chain_hash IS DISTINCT FROM NEW.chain_hash))
        OR (NEW.payload IS NOT NULL AND OLD.payload IS DISTINCT FROM NEW.payload) THEN
        RAISE EXCEPTION 'journal_entry_unchanged' USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_unchanged';
    END IF;
    RETURN NEW;
END $$"""
    return [
        function,
        "CREATE TRIGGER journal_concern_stays BEFORE UPDATE OR DELETE ON journal_concern FOR EACH ROW EXECUTE FUNCTION journal_entry_guard()",
        "CREATE TRIGGER journal_entry_stays BEFORE DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_entry_guard()",
        "CREATE TRIGGER journal_entry_unchanged BEFORE UPDATE ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_entry_guard()",
    ]
