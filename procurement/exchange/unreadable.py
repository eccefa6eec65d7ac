"""Why a file cannot be read, in words for the person who sent it."""

from commons.errors import RuleBroken
from commons.words import Message, say


class UnreadableFile(RuleBroken):
    """A file that cannot be read whole is refused whole."""

    def __init__(self, message: Message) -> None:
        super().__init__(message, field="file")


class FileTooLarge(UnreadableFile):
    """A file may not be so large, packed or unpacked, that reading it would block others."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei ist zu groß. Bitte senden Sie höchstens 20 MB und löschen Sie Bilder und leere Bereiche."))


class FileProtected(UnreadableFile):
    """A file with a password cannot be read."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort und laden Sie sie noch einmal hoch."))


class FileBroken(UnreadableFile):
    """A damaged file cannot be read."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei ist beschädigt. Bitte öffnen Sie sie in Ihrem Programm, speichern Sie sie neu und laden Sie sie noch einmal hoch."))


class FileEmpty(UnreadableFile):
    """A file without a single filled cell holds no demand."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei ist leer. Bitte prüfen Sie, ob Sie die richtige Datei gewählt haben."))


class FileFormatUnknown(UnreadableFile):
    """Only Excel, LibreOffice and CSV files are read."""

    def __init__(self) -> None:
        super().__init__(say("Dieses Dateiformat kann nicht gelesen werden. Bitte speichern Sie die Liste als .xlsx, .xls, .ods oder .csv."))
