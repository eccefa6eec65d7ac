"""Time arithmetic inside a statement, on both engines."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from commons.database import UtcTime


class minutes_from(FunctionElement[datetime]):  # noqa: N801 (reads as a function in statements)
    """Move a moment by a number of minutes that a column holds."""

    inherit_cache = True
    type = UtcTime()

    def __init__(self, moment: ColumnElement[Any], minutes: ColumnElement[Any]) -> None:
        super().__init__(moment, minutes)


@compiles(minutes_from, "sqlite")
def _in_sqlite(element: minutes_from, compiler: Any, **options: Any) -> str:
    """Write the moment just as the column keeps it: to the microsecond."""
    moment, minutes = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CASE {minutes} WHEN 0 THEN {moment} ELSE strftime('%Y-%m-%d %H:%M:%f', {moment}, ({minutes}) || ' minutes') || '000' END)"


@compiles(minutes_from, "postgresql")
def _in_postgresql(element: minutes_from, compiler: Any, **options: Any) -> str:
    moment, minutes = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({moment} + ({minutes}) * INTERVAL '1 minute')"
