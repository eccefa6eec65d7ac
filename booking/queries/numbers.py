"""Numbers from addresses."""

from commons.errors import NotFound

LARGEST = 2**63 - 1


def check_number(number: int) -> None:
    """Refuse a number that no row can have, before a database stumbles over it."""
    if number > LARGEST:
        raise NotFound
