"""Long lists of positions, page by page."""

from flask import request

POSITIONS_A_PAGE = 100


def page_asked() -> int:
    """Return the page that the address asks for, the first without one."""
    return max(request.args.get("page", 1, type=int), 1)


def part_of(page: int) -> slice:
    """Return the part of a list that a page shows."""
    return slice((page - 1) * POSITIONS_A_PAGE, page * POSITIONS_A_PAGE)


def pages_for(count: int) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, -(-count // POSITIONS_A_PAGE))
