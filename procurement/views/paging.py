"""What the address of a bundle's page asks for: a page of its positions, another term."""

from flask import request

POSITIONS_A_PAGE = 100
MOST_MONTHS = 48


def page_asked() -> int:
    """Return the page that the address asks for, the first without one."""
    return max(request.args.get("page", 1, type=int), 1)


def part_of(page: int) -> slice:
    """Return the part of a list that a page shows."""
    return slice((page - 1) * POSITIONS_A_PAGE, page * POSITIONS_A_PAGE)


def months_asked() -> int | None:
    """Return for how many months the address asks, None for the term of the bundle; a framework has at most 48."""
    months = request.args.get("monate", type=int)
    return months if months is not None and 1 <= months <= MOST_MONTHS else None


def pages_for(count: int) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, -(-count // POSITIONS_A_PAGE))
