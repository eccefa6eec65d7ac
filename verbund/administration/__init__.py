"""The administration of the own municipality: people, devices, letters, rule values, journal."""

from verbund.administration import audit, devices_sheet, journal, letters, people, people_sheet, roles, rule_values
from verbund.administration.place import blueprint

__all__ = ["BLUEPRINTS", "audit", "devices_sheet", "journal", "letters", "people", "people_sheet", "roles", "rule_values"]

BLUEPRINTS = [blueprint]
