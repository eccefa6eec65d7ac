"""The administration of the own municipality: people, letters, rule values, journal."""

from verbund.administration import journal, letters, people, people_sheet, roles, rule_values
from verbund.administration.place import blueprint

__all__ = ["BLUEPRINTS", "journal", "letters", "people", "people_sheet", "roles", "rule_values"]

BLUEPRINTS = [blueprint]
