"""The curators' desk: Django admin behind the portal's own sign-in."""

from typing import Any, NoReturn

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

# Of the packages we use: rights are given in code (learners.actions.curator), and addresses stand on the learner.
LEFT_OUT = {"auth.Group", "account.EmailAddress", "account.EmailConfirmation"}


class CuratorsDesk(AdminSite):
    """Who is not signed in is sent to the sign-in page; for a signed-in learner who is no curator it does not exist."""

    site_header = _("Curators' desk")
    site_title = "Học Suốt Đời"
    index_title = _("What waits for you")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        for model in models:
            if model._meta.label not in LEFT_OUT:
                super().register(model, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        if request.user.is_authenticated and not super().has_permission(request):
            raise Http404
        return super().has_permission(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's own form is closed: it knows neither codes nor limits."""
        self.has_permission(request)
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> NoReturn:
        raise Http404  # nobody has a password

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> NoReturn:
        raise Http404
