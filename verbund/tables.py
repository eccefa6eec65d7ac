"""Every table of the house, so that migrations and backups miss none."""

import booking.models
import commons.files
import commons.jobs
import commons.journal
import commons.letters
import commons.municipalities
import commons.people
import commons.rule_values
import commons.tokens
import cooperation.models
import procurement.models  # noqa: F401
from commons.database import Base

TABLES = Base.metadata.sorted_tables
