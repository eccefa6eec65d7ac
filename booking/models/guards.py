"""What the database itself refuses about planned occupancy, on both engines; the migrations run it.

SQLite drops triggers silently when a migration copies their table: such a migration runs `SQLITE` again.
"""

SINGLE_GUARD = "excl_occupancy_single"
POOL_GUARD = "peak_occupancy_pool"

# Occupancy of a single device never overlaps, so the last one that starts before my end decides.
_SQLITE_SINGLE = """
CREATE TRIGGER excl_occupancy_single_{event} BEFORE {statement} ON occupancy WHEN NEW.exclusive
BEGIN
    SELECT RAISE(ABORT, 'excl_occupancy_single') WHERE (
        SELECT o.ends_at FROM occupancy o
        WHERE o.resource_id = NEW.resource_id AND o.exclusive AND o.starts_at < NEW.ends_at{but_itself}
        ORDER BY o.starts_at DESC LIMIT 1
    ) > NEW.starts_at;
END
"""

# The number taken can only rise where something starts: the peak is at my start or at a start inside me.
# "+o.starts_at" keeps SQLite on the index by end, which skips the past.
_SQLITE_POOL = """
CREATE TRIGGER peak_occupancy_pool_{event} BEFORE {statement} ON occupancy WHEN NOT NEW.exclusive AND NEW.closure_id IS NULL
BEGIN
    SELECT RAISE(ABORT, 'peak_occupancy_pool') WHERE EXISTS (
        SELECT 1 FROM (
            SELECT NEW.starts_at AS moment
            UNION SELECT o.starts_at FROM occupancy o
            WHERE o.resource_id = NEW.resource_id AND o.starts_at > NEW.starts_at AND o.starts_at < NEW.ends_at
        ) AS edges
        WHERE NEW.quantity + (
            SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o
            WHERE o.resource_id = NEW.resource_id AND +o.starts_at <= edges.moment AND o.ends_at > edges.moment{but_itself}
        ) > (SELECT quantity FROM resource WHERE id = NEW.resource_id)
    );
END
"""

SQLITE: tuple[str, ...] = tuple(
    trigger.format(event=event, statement=statement, but_itself=but_itself)
    for trigger in (_SQLITE_SINGLE, _SQLITE_POOL)
    for event, statement, but_itself in (
        ("insert", "INSERT", ""),
        ("update", "UPDATE OF resource_id, starts_at, ends_at, quantity, exclusive", " AND o.id <> NEW.id"),
    )
)

POSTGRESQL: tuple[str, ...] = (
    """
    ALTER TABLE occupancy ADD CONSTRAINT excl_occupancy_single
    EXCLUDE USING gist (int8range(resource_id, resource_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (exclusive)
    """,
    # Locking the resource row makes the check right even for a writer that forgot to.
    """
    CREATE FUNCTION check_pool_peak() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        capacity integer;
    BEGIN
        SELECT quantity INTO capacity FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT 1 FROM (
                SELECT NEW.starts_at AS moment
                UNION SELECT o.starts_at FROM occupancy o
                WHERE o.resource_id = NEW.resource_id AND o.starts_at > NEW.starts_at AND o.starts_at < NEW.ends_at
            ) AS edges
            WHERE NEW.quantity + (
                SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o
                WHERE o.resource_id = NEW.resource_id AND o.starts_at <= edges.moment AND o.ends_at > edges.moment AND o.id <> NEW.id
            ) > capacity
        ) THEN
            RAISE EXCEPTION 'the pool has not so many left' USING ERRCODE = '23P01', CONSTRAINT = 'peak_occupancy_pool', TABLE = 'occupancy';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER peak_occupancy_pool BEFORE INSERT OR UPDATE OF resource_id, starts_at, ends_at, quantity, exclusive ON occupancy
    FOR EACH ROW WHEN (NOT NEW.exclusive AND NEW.closure_id IS NULL) EXECUTE FUNCTION check_pool_peak()
    """,
)
