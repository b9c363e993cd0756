"""Every address: Vietnamese at ``/``, English at ``/en/``; machines' addresses have no language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

from portal.views import display, health, home

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
]

urlpatterns += i18n_patterns(
    path("", home.home, name="home"),
    path("display/", display.display, name="display"),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.permission_denied"
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.server_error"
