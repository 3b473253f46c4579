"""What was written about a visit, for the desk: what, when, and whether it went out; never its words."""

from uuid import UUID

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.outbox import post
from clinic.outbox.models import PURGED, OutboundMessage
from consultations import access
from consultations.models import Consultation
from consultations.views.reception import at_the_desk


def about(consultation: Consultation) -> QuerySet[OutboundMessage]:
    """Every message about the visit, without its words, newest first."""
    found: QuerySet[OutboundMessage] = OutboundMessage.objects.filter(reference=consultation.reference)
    return found.defer(*PURGED).order_by("-due_at", "pk")


@require_POST
def again(request: HttpRequest, reference: str, message: UUID) -> HttpResponse:
    """Send a message that failed once more, or say why it cannot be."""
    actor = at_the_desk(request)
    one = get_object_or_404(access.at_reception(actor), reference=reference)
    try:
        post.send_again(actor=actor, message=get_object_or_404(about(one), pk=message), now=timezone.now())
        flash.success(request, _("The message is on its way again."))
    except post.CannotSendAgain as refused:
        flash.error(request, str(refused.sentence))
    return redirect("reception:consultation", reference=reference)
