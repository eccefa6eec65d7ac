"""What people fill in around tenders and bids, as plain values between the forms and the chapters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from procurement.rules.bid_check import Basis as Compared
from procurement.rules.procedure_estimate import Basis, Per, Source
from procurement.rules.scoring import Method, Reference

# What the register keeps of a firm besides categories and remarks.
SUPPLIER_FIELDS = ("name", "contact", "email", "phone", "street", "postcode", "city", "vat_number", "pq_number")
# What every bidder declares.
DECLARATIONS = ("no_exclusion", "taxes_paid", "minimum_wage")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A criterion beside the price."""

    name: str
    weight: Decimal
    scale: str


@dataclass(frozen=True, kw_only=True)
class Terms:
    """All that the documents say on bids and award; fixed before any bid arrives."""

    cover_letter: str
    proofs: str = ""
    method: Method = Method.LOWEST_PRICE
    price_weight: Decimal = Decimal(100)
    max_points: Decimal = Decimal(10)
    places: int = 3
    corridor_percent: Decimal = Decimal(0)
    deciding: str = "price"
    reference: Reference = Reference.BEST
    compared_on: Compared = Compared.GROSS
    skonto_counts: bool = False
    max_lots_bid: int | None = None
    max_lots_per_bidder: int | None = None
    lot_limit_rule: str = ""
    max_bidders: int | None = None
    packages_admitted: bool = False
    variants_admitted: bool = False
    variants_max: int | None = None  # of each firm
    combinations: tuple[tuple[int, ...], ...] = ()
    framework_max_value: Decimal | None = None
    framework_max_percent: Decimal | None = None
    criteria: tuple[Criterion, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """Hold what a member shows."""

    resolution: str
    resolved_on: date
    signatory: str
    funds: Decimal
    valid_until: date | None = None
    resolved_up_to: Decimal | None = None
    signatory_limit: Decimal | None = None
    council_session: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewSummand:
    """Hold one part of the estimate as a person enters it."""

    tender_lot_id: int
    municipality_id: int
    amount: Decimal
    source: Source
    basis: Basis = Basis.NET
    vat_percent: Decimal | None = None
    per: Per = Per.TOTAL
    months: int | None = 12
    extension_months: int = 0
    option_amount: Decimal = Decimal(0)
    surcharge_percent: Decimal = Decimal(0)
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class General:
    """What a bidder says besides prices, as typed."""

    address: str
    contact: str = ""
    discount: str = ""
    skonto: str = ""
    skonto_days: int | None = None
    minimum_value: str = ""
    subcontract: str = ""
    remark: str = ""
    combinations: str = ""
    delivery: Mapping[str, str] | None = None  # by the id of the municipality
    declarations: Mapping[str, bool] | None = None
    statements: Mapping[str, str] | None = None
