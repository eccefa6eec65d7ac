"""The tables of procurement, one file a chapter."""

from procurement.models.bundles import Bundle, BundleChange, BundleLine, BundleMember, BundlePosition, BundleRequest, Lot, MatchProposal
from procurement.models.catalogue import Article, ArticlePack, ArticleSynonym, RememberedPair
from procurement.models.requests import PurchaseRequest, PurchaseRequestLine, RequestAttachment, RequestComment
from procurement.models.rounds import DemandRound, RoundParticipation
from procurement.models.uploads import RememberedMapping, Upload, UploadAnswer, UploadFault, UploadRow

__all__ = [
    "Article",
    "ArticlePack",
    "ArticleSynonym",
    "Bundle",
    "BundleChange",
    "BundleLine",
    "BundleMember",
    "BundlePosition",
    "BundleRequest",
    "DemandRound",
    "Lot",
    "MatchProposal",
    "PurchaseRequest",
    "PurchaseRequestLine",
    "RememberedMapping",
    "RememberedPair",
    "RequestAttachment",
    "RequestComment",
    "RoundParticipation",
    "Upload",
    "UploadAnswer",
    "UploadFault",
    "UploadRow",
]
