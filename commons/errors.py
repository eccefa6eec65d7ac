"""What a verb raises when it may not do what was asked."""

from typing import ClassVar

from commons.words import Message, say


class RuleBroken(Exception):
    """A rule does not allow what was asked; says so in a sentence for the person and names the field."""

    status: ClassVar[int] = 422

    def __init__(self, message: Message, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class ChangedMeanwhile(RuleBroken):
    """Nobody may overwrite what somebody else changed since the page was opened."""

    status = 409

    def __init__(self, *, field: str | None = None) -> None:
        super().__init__(
            say("Inzwischen hat jemand anders diesen Vorgang geändert. Bitte prüfen Sie den neuen Stand und wiederholen Sie Ihre Eingabe."), field=field
        )


class NotAllowed(RuleBroken):
    """A person may only do what the role in the organisation acted for permits."""

    status = 403

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or say("Dafür fehlt Ihnen die Berechtigung."))


class NotFound(Exception):
    """The row does not exist, or this person may not know that it does."""
