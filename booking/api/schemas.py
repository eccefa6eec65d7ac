"""The forms of the interface, as docs and tests rely on them."""

from marshmallow import Schema, fields, validate

NAME = validate.Length(min=1, max=200)
DECIMAL = validate.Regexp(r"^[0-9]{1,9}(\.[0-9]{1,6})?$", error="Not a decimal.")
COUNT = validate.Range(min=-(2**31), max=2**31 - 1)


class ItemSchema(Schema):
    """A resource and its number."""

    resource = fields.String(required=True, validate=NAME)
    quantity = fields.Integer(load_default=1, strict=True, validate=COUNT)


class AnySchema(Schema):
    """Any device of a kind, with a number that a feature reaches at least."""

    category = fields.String(required=True, validate=NAME)
    feature = fields.String(load_default="", validate=validate.Length(max=200))
    least = fields.String(load_default=None, allow_none=True, validate=DECIMAL)


class WishSchema(Schema):
    """A resource or any of a kind, its number, and of class A what stays in its place."""

    resource = fields.String(validate=NAME)
    any_ = fields.Nested(AnySchema, data_key="any")
    quantity = fields.Integer(load_default=1, strict=True, validate=COUNT)
    substitute = fields.String(validate=NAME)


class TimesSchema(Schema):
    """A period: with offset, or as wall time with its zone."""

    start = fields.String(required=True, validate=NAME)
    end = fields.String(required=True, validate=NAME)
    timezone = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["Europe/Berlin"]))


class WishesSchema(TimesSchema):
    """When, and either one wish or a list of them."""

    resource = fields.String(validate=NAME)
    any_ = fields.Nested(AnySchema, data_key="any")
    quantity = fields.Integer(strict=True, validate=COUNT)
    substitute = fields.String(validate=NAME)
    items = fields.List(fields.Nested(WishSchema), validate=validate.Length(min=1, max=50))


class RequestSchema(WishesSchema):
    """A booking to be made."""

    purpose = fields.String(required=True, validate=validate.Length(max=200))
    note = fields.String(load_default="", validate=validate.Length(max=2000))
    for_ = fields.String(data_key="for", load_default=None, allow_none=True)


class ChangeSchema(Schema):
    """What of a booking shall be different."""

    start = fields.String(validate=NAME)
    end = fields.String(validate=NAME)
    timezone = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["Europe/Berlin"]))
    purpose = fields.String(validate=validate.Length(max=200))
    note = fields.String(validate=validate.Length(max=2000))
    reason = fields.String(load_default="", validate=validate.Length(max=1000), metadata={"description": "Nötig, wenn der Eigentümer verlegt."})
    for_ = fields.String(data_key="for", load_default=None, allow_none=True)


class CancelSchema(Schema):
    """Why a booking is given up."""

    reason = fields.String(load_default="", validate=validate.Length(max=1000))
    for_ = fields.String(data_key="for", load_default=None, allow_none=True)


class BookingSchema(Schema):
    """A booking."""

    id = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["requested", "confirmed", "declined", "cancelled", "out", "returned"]))
    items = fields.List(fields.Nested(ItemSchema), required=True)
    start = fields.String(required=True)
    end = fields.String(required=True)
    purpose = fields.String(required=True)
    for_ = fields.String(data_key="for", attribute="for", required=True)
    etag = fields.String(required=True)


class BookingsSchema(Schema):
    """A page of bookings."""

    items = fields.List(fields.Nested(BookingSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ResourceSchema(Schema):
    """A resource."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["single", "pool", "kit"]))
    quantity = fields.Integer(required=True)
    category = fields.String(required=True)
    owner = fields.String(required=True)
    site = fields.String(required=True)


class ResourcesSchema(Schema):
    """A page of resources."""

    items = fields.List(fields.Nested(ResourceSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class AlternativeSchema(Schema):
    """A resource that is free, and when."""

    resource = fields.String(required=True)
    start = fields.String(required=True)
    end = fields.String(required=True)
    reason = fields.String(required=True)


class FreeSchema(Schema):
    """How many of a resource are free."""

    resource = fields.String(required=True)
    free = fields.Integer(required=True)
    fits = fields.Boolean(required=True)
    reason = fields.String(required=True)
    alternatives = fields.List(fields.Nested(AlternativeSchema), required=True)


class AvailabilitySchema(Schema):
    """What is free in a period."""

    items = fields.List(fields.Nested(FreeSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ResourceQuery(Schema):
    """Which resources."""

    category = fields.String()
    for_ = fields.String(data_key="for")


class AvailabilityQuery(Schema):
    """When, what kind, how many."""

    from_ = fields.String(data_key="from", required=True, validate=NAME)
    until = fields.String(required=True, validate=NAME)
    timezone = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["Europe/Berlin"]))
    category = fields.String()
    feature = fields.String(load_default="", validate=validate.Length(max=200))
    least = fields.String(load_default=None, validate=DECIMAL)
    quantity = fields.Integer(load_default=1, validate=validate.Range(min=1, max=2**31 - 1))
    for_ = fields.String(data_key="for")


class SeriesPreviewSchema(WishesSchema):
    """A series to be looked at: the first date and its rule; what else the form of the series says does not matter yet."""

    rrule = fields.String(required=True, validate=NAME)
    purpose = fields.String(load_default="", validate=validate.Length(max=200))
    note = fields.String(load_default="", validate=validate.Length(max=2000))
    choice = fields.String(load_default="all", validate=validate.OneOf(["all", "free", "chosen"]))
    dates = fields.List(fields.Date(), load_default=list, validate=validate.Length(max=400))
    for_ = fields.String(data_key="for", load_default=None, allow_none=True)


class SeriesRequestSchema(SeriesPreviewSchema):
    """A series to be booked: all dates or none, the free ones, or chosen ones."""

    purpose = fields.String(required=True, validate=validate.Length(max=200))


class RivalSchema(Schema):
    """What stands in the way, and who where the caller may know."""

    resource = fields.String(required=True)
    start = fields.String(required=True)
    end = fields.String(required=True)
    who = fields.String()


class SeriesDateSchema(Schema):
    """A date of a preview."""

    day = fields.Date(required=True)
    start = fields.String(required=True, allow_none=True)
    end = fields.String(required=True, allow_none=True)
    free = fields.Boolean(required=True)
    reason = fields.String(required=True)
    rivals = fields.List(fields.Nested(RivalSchema), required=True)
    alternative = fields.Nested(TimesSchema(only=("start", "end")), required=True, allow_none=True)


class SeriesDatesSchema(Schema):
    """Every date of a series."""

    items = fields.List(fields.Nested(SeriesDateSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class FateSchema(Schema):
    """What became of a date."""

    day = fields.Date(required=True)
    fate = fields.String(required=True, validate=validate.OneOf(["booked", "taken", "left_out", "no_such_time"]))
    booking = fields.Integer(required=True, allow_none=True)


class SeriesSchema(Schema):
    """A booked series."""

    id = fields.Integer(required=True)
    dates = fields.List(fields.Nested(FateSchema), required=True)
