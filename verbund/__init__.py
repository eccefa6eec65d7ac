"""The roof; importing it is cheap: the application is assembled only when somebody asks for it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commons.database import Base
    from verbund.app import create_app

__all__ = ["Base", "create_app"]


def __getattr__(name: str) -> object:
    """Import what assembles the application at its first use; a command that reads a sheet does not wait for the web."""
    if name == "create_app":
        from verbund.app import create_app

        return create_app
    if name == "Base":
        from commons.database import Base

        return Base
    raise AttributeError(name)
