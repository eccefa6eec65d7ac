"""The tables of procurement, one file a chapter."""

from procurement.models.awards import AwardComplaint, AwardDecision, AwardedLot, AwardLetter, AwardRun, RecordDocument, RecordNote
from procurement.models.bids import Bid, BidDraft, BidLine, BidPackage, OpenedBid, OpeningEntry, TenderInvitation
from procurement.models.bundles import Bundle, BundleChange, BundleLine, BundleMember, BundlePosition, BundleRequest, Lot, MatchProposal
from procurement.models.catalogue import Article, ArticlePack, ArticleSynonym, RememberedPair
from procurement.models.documents import TenderCriterion, TenderPosition, TenderQuestion, TenderVersion
from procurement.models.evaluation import BidFinding, Clarification, CriterionScore, DrawCall, Evaluation, TieDraw
from procurement.models.keys import KeyShare, OfficerKey, OpeningSession, TenderHolder
from procurement.models.requests import PurchaseRequest, PurchaseRequestLine, RequestAttachment, RequestComment
from procurement.models.rounds import DemandRound, RoundInvitation, RoundParticipation
from procurement.models.suppliers import Supplier, SupplierCategory, SupplierRemark
from procurement.models.tenders import EstimateSummand, ProcedureDecision, Tender, TenderBuyer, TenderLot, TenderNotice
from procurement.models.uploads import RememberedMapping, Upload, UploadAnswer, UploadFault, UploadRow

__all__ = [
    "Article",
    "ArticlePack",
    "ArticleSynonym",
    "AwardComplaint",
    "AwardDecision",
    "AwardLetter",
    "AwardRun",
    "AwardedLot",
    "Bid",
    "BidDraft",
    "BidFinding",
    "BidLine",
    "BidPackage",
    "Bundle",
    "BundleChange",
    "BundleLine",
    "BundleMember",
    "BundlePosition",
    "BundleRequest",
    "Clarification",
    "CriterionScore",
    "DemandRound",
    "DrawCall",
    "EstimateSummand",
    "Evaluation",
    "KeyShare",
    "Lot",
    "MatchProposal",
    "OfficerKey",
    "OpenedBid",
    "OpeningEntry",
    "OpeningSession",
    "ProcedureDecision",
    "PurchaseRequest",
    "PurchaseRequestLine",
    "RecordDocument",
    "RecordNote",
    "RememberedMapping",
    "RememberedPair",
    "RequestAttachment",
    "RequestComment",
    "RoundInvitation",
    "RoundParticipation",
    "Supplier",
    "SupplierCategory",
    "SupplierRemark",
    "Tender",
    "TenderBuyer",
    "TenderCriterion",
    "TenderHolder",
    "TenderInvitation",
    "TenderLot",
    "TenderNotice",
    "TenderPosition",
    "TenderQuestion",
    "TenderVersion",
    "TieDraw",
    "Upload",
    "UploadAnswer",
    "UploadFault",
    "UploadRow",
]
