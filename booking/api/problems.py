"""How a refusal looks on the wire (RFC 9457)."""

from marshmallow import Schema, fields


class ProblemSchema(Schema):
    """A refusal: what kind, in words, and where the time is taken with what stands in the way and what is free instead."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    field = fields.String()
    errors = fields.Dict()
    rivals = fields.List(fields.Dict())
    alternatives = fields.List(fields.Dict())
    substitutes = fields.List(fields.String())
    conflicts = fields.List(fields.Dict())
