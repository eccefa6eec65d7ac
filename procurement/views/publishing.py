"""Pages around publication: terms, dates, firms, publishing, questions, new versions."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import from_wall
from commons.database import write
from commons.errors import RuleBroken
from commons.numbers import read_number
from commons.permissions import Permission
from procurement import tendering
from procurement.forms.choosing import choices
from procurement.forms.tendering import AnswerForm, ChangeForm, DatesForm, DirectForm, FirmForm, NoticeForm, PurchaseForm, TermsForm
from procurement.models import Tender, TenderVersion
from procurement.queries import tender_documents as documents
from procurement.queries import tenders as queries
from procurement.queries.bids import quotes_of
from procurement.queries.bundles import get_led_bundle
from procurement.tender_stages import TenderStage
from procurement.views.acting import is_done, moved_on
from procurement.views.tendering import blueprint

P = Permission
NOON = time(12)


def _page(tender_id: int) -> str:
    return url_for("tendering.show_tender", tender_id=tender_id)


@blueprint.route("/<int:tender_id>/bedingungen", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def set_terms(tender_id: int) -> ResponseReturnValue:
    """Fix criteria, weights, formula, tie rule and limits."""
    tender = queries.get_led_tender(tender_id, current_actor)
    version = documents.current_version(tender)
    form = TermsForm(obj=version)
    if request.method == "GET":
        form.criteria.data, form.combinations.data = _criteria(version), _combinations(version)  # the rows, as a person types them
    if is_done(form, lambda: write(tendering.set_terms, tender_id, form.terms, by=current_actor)):
        return moved_on(gettext("Die Bedingungen sind eingetragen."), _page(tender_id))
    return render_template("procurement/tenders/set_terms.html", form=form, tender=queries.get_led_tender(tender_id, current_actor)), form.status


def _criteria(version: TenderVersion) -> str:
    return "\n".join(f"{one.name}; {one.weight.normalize():f}; {one.scale}".replace(".", ",", 1) for one in version.criteria)


def _combinations(version: TenderVersion) -> str:
    return "\n".join("+".join(map(str, lots)) for lots in version.combinations)


@blueprint.route("/<int:tender_id>/fristen", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def set_dates(tender_id: int) -> ResponseReturnValue:
    """Set the deadline; the proposal follows the regime and Saxon holidays."""
    tender, form = queries.get_led_tender(tender_id, current_actor), DatesForm()
    period = tendering.period_for(tender)
    if request.method == "GET":
        _propose_dates(tender, form)
    if is_done(form, lambda: _set_dates(tender_id, form)):
        return moved_on(gettext("Die Fristen sind eingetragen."), _page(tender_id))
    tender = queries.get_led_tender(tender_id, current_actor)
    return render_template("procurement/tenders/set_dates.html", form=form, tender=tender, period=period), form.status


def _set_dates(tender_id: int, form: DatesForm) -> None:
    reason = form.reason.data or ""
    write(tendering.set_dates, tender_id, deadline=form.deadline, reason=reason, binding_until=form.binding_until.data, by=current_actor)


def _propose_dates(tender: Tender, form: DatesForm) -> None:
    period = tendering.period_for(tender)
    proposed = from_wall(period.proposed, NOON) if period else None
    if tender.deadline or proposed:
        form.show(tender.deadline or proposed or clock.now())
    form.reason.data = tender.deadline_reason
    if form.day.data is not None:
        binding = tendering.binding_for(tender, form.day.data)
        form.binding_until.data = tender.binding_until if tender.binding_until and tender.binding_until >= binding.least else binding.until


@blueprint.route("/<int:tender_id>/firmen", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def choose_firms(tender_id: int) -> ResponseReturnValue:
    """Choose who is asked for a bid."""
    tender, form = queries.get_led_tender(tender_id, current_actor), FirmForm()
    suppliers = queries.suppliers_to_invite(tender)
    form.supplier_ids.choices = choices([(firm.id, f"{firm.name} ({', '.join(one.name for one in firm.categories)})") for firm in suppliers])
    if is_done(form, lambda: _invite(tender_id, form)):
        return moved_on(gettext("Die Firmen stehen auf der Liste."), url_for("tendering.choose_firms", tender_id=tender_id))
    tender = queries.get_led_tender(tender_id, current_actor)
    listed = {"firms": queries.invitations(tender), "quotes": quotes_of(tender)}
    return render_template("procurement/tenders/choose_firms.html", form=form, tender=tender, **listed), form.status


def _invite(tender_id: int, form: FirmForm) -> None:
    write(_invite_all, tender_id, form.supplier_ids.data or [], form.name.data or "", form.address.data or "")


def _invite_all(tender_id: int, supplier_ids: list[int], name: str, address: str) -> None:
    for supplier_id in supplier_ids:
        tendering.invite_supplier(tender_id, supplier_id, by=current_actor)
    if name.strip() or address.strip():
        tendering.invite(tender_id, name, address, by=current_actor)


@blueprint.route("/<int:tender_id>/firmen/<int:invitation_id>/entfernen", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def drop_firm(tender_id: int, invitation_id: int) -> ResponseReturnValue:
    """Take a firm off the list before anything was sent."""
    write(tendering.drop, tender_id, invitation_id, by=current_actor)
    return redirect(url_for("tendering.choose_firms", tender_id=tender_id))


@blueprint.route("/<int:tender_id>/veroeffentlichen", methods=["POST"])
@permission_required(P.TENDER_PUBLISH)
def publish(tender_id: int) -> ResponseReturnValue:
    """Publish, or send the request for quotes."""
    write(tendering.publish, tender_id, by=current_actor)
    return moved_on(gettext("Veröffentlicht. Firmen und Gemeinden haben einen Brief bekommen."), _page(tender_id))


@blueprint.route("/<int:tender_id>/direktkauf", methods=["GET", "POST"])
@permission_required(P.TENDER_PUBLISH)
def buy_directly(tender_id: int) -> ResponseReturnValue:
    """Buy directly with one form."""
    tender, form = queries.get_led_tender(tender_id, current_actor), PurchaseForm()
    if is_done(form, lambda: _buy(tender_id, form)):
        return moved_on(gettext("Die Bestellung ist verschickt."), _page(tender_id))
    return render_template("procurement/tenders/buy_directly.html", form=form, tender=tender), form.status


def _buy(tender_id: int, form: PurchaseForm) -> None:
    write(tendering.buy_directly, tender_id, _purchase(form), by=current_actor)


def _purchase(form: PurchaseForm) -> tendering.Purchase:
    return tendering.Purchase(name=form.name.data, address=form.address.data, net=form.net.data or Decimal(0), reason=form.reason.data or "")


@blueprint.route("/aus/<int:bundle_id>/direktkauf", methods=["GET", "POST"])
@permission_required(P.TENDER_PUBLISH)
def buy_lots(bundle_id: int) -> ResponseReturnValue:
    """Buy small lots of a bundle directly: one form from the need to the order."""
    form = DirectForm()
    small = tendering.small_lots(tendering.propose_grouping(get_led_bundle(bundle_id, current_actor), by=current_actor))
    form.lot_ids.choices = choices([(lot.id, f"{lot.number} {lot.title}") for lot in small])
    if request.method == "GET" and len(small) == 1:
        form.lot_ids.data = [small[0].id]
    if is_done(form, lambda: write(tendering.buy_lots, bundle_id, form.lot_ids.data or [], _purchase(form), by=current_actor)):
        return moved_on(gettext("Die Bestellung ist verschickt."), _page(queries.tenders_of(get_led_bundle(bundle_id, current_actor))[-1].id))
    return render_template(
        "procurement/tenders/buy_lots.html", form=form, bundle=get_led_bundle(bundle_id, current_actor), limit=tendering.direct_limit()
    ), form.status


@blueprint.route("/<int:tender_id>/fragen")
@permission_required(P.TENDER_EDIT)
def show_questions(tender_id: int) -> ResponseReturnValue:
    """Show the questions of bidders and what everybody was answered."""
    tender = queries.get_led_tender(tender_id, current_actor)
    return render_template("procurement/tenders/show_questions.html", tender=tender, questions=documents.questions_of(tender))


@blueprint.route("/<int:tender_id>/fragen/<int:question_id>", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def answer(tender_id: int, question_id: int) -> ResponseReturnValue:
    """Answer a question to all alike."""
    tender = queries.get_led_tender(tender_id, current_actor)
    question, form = documents.get_question(tender, question_id), AnswerForm()
    if request.method == "GET" and tender.deadline is not None:
        form.published_text.data = question.text
        form.show((tendering.later_deadline(tender) if tendering.is_answer_due_late(tender) else None) or tender.deadline)
    if is_done(form, lambda: _answer(tender_id, question_id, form)):
        return moved_on(gettext("Die Antwort ist an alle verschickt."), url_for("tendering.show_questions", tender_id=tender_id))
    return render_template("procurement/tenders/answer.html", form=form, tender=tender, question=question), form.status


def _answer(tender_id: int, question_id: int, form: AnswerForm) -> None:
    texts = {"published_text": form.published_text.data or "", "text": form.text.data or ""}
    write(tendering.answer, tender_id, question_id, deadline=form.deadline, by=current_actor, **texts)


@blueprint.route("/<int:tender_id>/aendern", methods=["GET", "POST"])
@permission_required(P.TENDER_PUBLISH)
def change_documents(tender_id: int) -> ResponseReturnValue:
    """Publish a new version of the documents."""
    tender, form = queries.get_led_tender(tender_id, current_actor), ChangeForm()
    version = documents.current_version(tender)
    if request.method == "GET" and tender.deadline is not None:
        form.cover_letter.data = version.cover_letter
        form.show(tender.deadline)
    if is_done(form, lambda: _change(tender_id, version, form)):
        return moved_on(gettext("Die neue Fassung ist veröffentlicht, alle Bieter haben einen Brief bekommen."), _page(tender_id))
    typed = request.form if request.method == "POST" else {}
    return render_template("procurement/tenders/change_documents.html", form=form, tender=tender, version=version, typed=typed), form.status


def _change(tender_id: int, version: TenderVersion, form: ChangeForm) -> None:
    change = tendering.Change(
        text=form.text.data or "",
        is_essential=bool(form.is_essential.data),
        deadline=form.deadline,
        quantities=_quantities(version, request.form),
        cover_letter=form.cover_letter.data or None,
    )
    write(tendering.change_documents, tender_id, change, by=current_actor)


def _quantities(version: TenderVersion, typed: Mapping[str, str]) -> dict[str, Decimal]:
    """Return the quantities that were typed and differ."""
    found = {}
    for position in version.positions:
        text = typed.get(f"quantity-{position.id}", "").strip()
        if text:
            try:
                amount = read_number(text)
            except RuleBroken as broken:
                broken.field = "text"
                raise
            if amount != position.quantity:
                found[position.number] = amount
    return found


@blueprint.route("/<int:tender_id>/ausscheiden/<int:municipality_id>", methods=["GET", "POST"])
@permission_required(P.TENDER_PUBLISH)
def withdraw_buyer(tender_id: int, municipality_id: int) -> ResponseReturnValue:
    """Let a municipality leave before the deadline."""
    tender, form = queries.get_led_tender(tender_id, current_actor), ChangeForm()
    buyer = queries.get_buyer(tender, municipality_id)
    if request.method == "GET" and (proposed := tendering.later_deadline(tender)) is not None:
        form.show(proposed)
    if is_done(form, lambda: _withdraw(tender_id, municipality_id, form)):
        return moved_on(gettext("Die neue Fassung mit geringeren Mengen ist veröffentlicht."), _page(tender_id))
    return render_template("procurement/tenders/withdraw_buyer.html", form=form, tender=tender, buyer=buyer), form.status


def _withdraw(tender_id: int, municipality_id: int, form: ChangeForm) -> None:
    write(tendering.withdraw_buyer, tender_id, municipality_id, reason=form.text.data or "", deadline=form.deadline, by=current_actor)


@blueprint.route("/<int:tender_id>/bekanntmachungen", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def note_notice(tender_id: int) -> ResponseReturnValue:
    """Note where and when the notice appeared."""
    tender, form = queries.get_led_tender(tender_id, current_actor), NoticeForm()
    if is_done(form, lambda: _note(tender_id, form)):
        return moved_on(gettext("Die Bekanntmachung ist vermerkt."), _page(tender_id))
    return render_template("procurement/tenders/note_notice.html", form=form, tender=tender), form.status


def _note(tender_id: int, form: NoticeForm) -> None:
    ex_post = queries.get_led_tender(tender_id, current_actor).stage is TenderStage.AWARDED
    values_of = {"place": form.place.data, "published_on": form.published_on.data, "address": form.address.data or ""}
    write(tendering.note_notice, tender_id, is_ex_post=ex_post, by=current_actor, **values_of)
