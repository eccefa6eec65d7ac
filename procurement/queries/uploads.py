"""Which uploaded lists an actor may see."""

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import contains_eager

from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Permission
from procurement.models import PurchaseRequest, RememberedMapping, Upload, UploadAnswer, UploadFault, UploadRow
from procurement.stages import EDITABLE, RowKind, UploadStage

PENDING = (UploadStage.READING, UploadStage.SETTLING, UploadStage.UNREADABLE)


def _visible(actor: Actor) -> ColumnElement[bool]:
    return Upload.organisation_id == actor.organisation_id if actor.may(Permission.DEMAND_SUBMIT) else false()


def get_upload(upload_id: int, actor: Actor) -> Upload:
    """Return a list that was handed in for the organisation acted for."""
    found = db.session.scalar(select(Upload).where(_visible(actor), Upload.id == upload_id))
    if found is None:
        raise NotFound
    return found


def lock_upload(upload_id: int, actor: Actor) -> Upload:
    """Return a list for changing it; nobody else changes it meanwhile."""
    query = select(Upload).where(_visible(actor), Upload.id == upload_id).with_for_update(of=Upload)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def find_same_file(sha256: str, actor: Actor) -> Upload | None:
    """Return the list that the organisation already handed in with the same content."""
    query = select(Upload).where(_visible(actor), Upload.sha256 == sha256, Upload.stage != UploadStage.DISCARDED)
    return db.session.scalar(query)


def pending(actor: Actor) -> list[Upload]:
    """Return the lists that are not yet taken over, the latest first."""
    return list(db.session.scalars(select(Upload).where(_visible(actor), Upload.stage.in_(PENDING)).order_by(Upload.id.desc())))


def faults_of(upload: Upload) -> list[UploadFault]:
    """Return the faults of a list in the order of its rows."""
    query = select(UploadFault).join(UploadFault.upload_row).where(UploadRow.upload_id == upload.id)
    with_cells = contains_eager(UploadFault.upload_row).undefer_group("cells")
    return list(db.session.scalars(query.options(with_cells).order_by(UploadRow.id, UploadFault.id)))


def count_open_faults(upload: Upload) -> int:
    """Return how many faults still wait for an answer."""
    query = select(func.count()).select_from(UploadFault).join(UploadRow).where(UploadRow.upload_id == upload.id)
    return db.session.scalar(query) or 0


def rows_of(upload: Upload, kind: RowKind, *, offset: int = 0, most: int = 200) -> list[UploadRow]:
    """Return rows of one kind, page by page."""
    query = select(UploadRow).where(UploadRow.upload_id == upload.id, UploadRow.kind == kind)
    return list(db.session.scalars(query.order_by(UploadRow.id).offset(offset).limit(most)))


def counts_of(upload: Upload) -> dict[RowKind, int]:
    """Return how many rows of each kind a list has."""
    query = select(UploadRow.kind, func.count()).where(UploadRow.upload_id == upload.id).group_by(UploadRow.kind)
    counts = {row[0]: row[1] for row in db.session.execute(query)}
    return {kind: counts.get(kind, 0) for kind in RowKind}


def answers_of(upload: Upload) -> list[UploadAnswer]:
    """Return what was answered for a list, in the order of its rows."""
    query = select(UploadAnswer).where(UploadAnswer.upload_id == upload.id)
    return list(db.session.scalars(query.order_by(UploadAnswer.sheet, UploadAnswer.row, UploadAnswer.field)))


def hidden_rows(upload: Upload) -> list[UploadRow]:
    """Return the rows that are hidden in the file."""
    return list(db.session.scalars(select(UploadRow).where(UploadRow.upload_id == upload.id, UploadRow.reason == "hidden").order_by(UploadRow.id)))


def remembered_mappings(actor: Actor) -> dict[str, dict[int, str]]:
    """Return which column means what in the layouts that the organisation has used before."""
    found = db.session.scalars(select(RememberedMapping).where(RememberedMapping.organisation_id == actor.organisation_id))
    return {row.layout: {int(number): field for number, field in row.mapping.items()} for row in found}


def replaceable(actor: Actor) -> list[Upload]:
    """Return the lists that a corrected file may take the place of: those that are not yet handed on for approval."""
    stages = [*PENDING, UploadStage.TAKEN_OVER]
    found = db.session.scalars(select(Upload).where(_visible(actor), Upload.stage.in_(stages)).order_by(Upload.id.desc()))
    return [upload for upload in found if upload.stage is not UploadStage.TAKEN_OVER or _still_written(upload)]


def _still_written(upload: Upload) -> bool:
    found = requests_of(upload)
    return bool(found) and all(request.stage in EDITABLE for request in found)


def requests_of(upload: Upload) -> list[PurchaseRequest]:
    """Return the requests that a list has become, one for each municipality that pays."""
    return list(db.session.scalars(select(PurchaseRequest).where(PurchaseRequest.upload_id == upload.id).order_by(PurchaseRequest.id)))
