"""People and devices from Excel: all of a file or nothing, every fault named with its cell."""

from verbund.importing.devices import devices_template, import_devices
from verbund.importing.people import import_people, people_template
from verbund.importing.work import Imported, NobodyToAct, SheetRefused

__all__ = ["Imported", "NobodyToAct", "SheetRefused", "devices_template", "import_devices", "import_people", "people_template"]
