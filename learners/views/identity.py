"""An identity from elsewhere: asked about after the record's own way was proved, and taken away again."""

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners import identities
from learners.actions import identity as joining
from learners.actions import ways
from learners.choices import Level
from learners.levels import IS_SHARED, needs
from learners.models import Learner
from learners.queries.ways import identities as identities_of
from learners.views import codes
from learners.views.limits import limited


def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to a provider; the session keeps until somebody comes back whether the computer is shared."""
    if provider_id not in {each["id"] for each in identities.offered()}:
        raise Http404
    if (refusal := limited(request, "ask")) is not None:
        return refusal
    if not request.user.is_authenticated:
        request.session[IS_SHARED] = "shared" in request.GET
    answer: HttpResponse = openid_connect.login(request, provider_id)
    return answer


@never_cache
@needs(Level.REDEEM)
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """Ask whether the identity shall open this record: whoever left it in the browser may be somebody else."""
    waiting = identities.waiting(request)
    if waiting is None:
        return redirect("learners:ways")
    if request.method != "POST":
        return render(request, "account/identity.html", {"identity": waiting})
    del request.session[identities.IDENTITY]
    if "join" in request.POST:
        try:
            joining.join(
                learner=_learner(request),
                provider=waiting.provider,
                provider_name=waiting.provider_name,
                uid=waiting.uid,
                now=timezone.now(),
            )
        except ways.BelongsToAnother as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("From now on you can sign in with %(way)s.") % {"way": waiting.provider_name})
    return redirect(codes.own_path(waiting.then) or "learners:ways")


@never_cache
@needs(Level.REDEEM)
@require_http_methods(["GET", "HEAD", "POST"])
def identity_remove(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(identities_of(_learner(request)), pk=account_id)
    name = identities.name_of(account.provider)
    if request.method != "POST":
        return render(request, "account/identity_remove.html", {"name": name})
    joining.part(learner=_learner(request), account_id=account.pk, provider_name=name, now=timezone.now())
    messages.success(request, _("%(way)s no longer opens your record.") % {"way": name})
    return redirect("learners:ways")


def _learner(request: HttpRequest) -> Learner:
    learner: Learner = request.user  # type: ignore[assignment]  # a level above
    return learner
