"""Every address: Vietnamese at ``/``, English at ``/en/``; machines' addresses have no language."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from learners.urls import account_urlpatterns
from portal.views import display, health, home

extra = []
if find_spec("credits.urls"):
    extra.append(path("", include("credits.urls")))
if find_spec("portal.views.dashboard"):
    from portal.views import dashboard
    extra.append(path("me/", dashboard.dashboard, name="dashboard"))
if find_spec("portal.views.mailbox"):
    from portal.views import mailbox
    extra += [
        path("dev/mailbox/", mailbox.mailbox, name="dev_mailbox"),
        path("dev/mailbox/<str:name>/", mailbox.mail, name="dev_mailbox_mail"),
    ]
robots_urls = []
if find_spec("portal.views.robots"):
    from portal.views import robots
    robots_urls.append(path("robots.txt", robots.robots, name="robots"))
if find_spec("portal.views.sitemap"):
    from portal.views import sitemap
    robots_urls.append(path("sitemap.xml", sitemap.sitemap, name="sitemap"))

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    *robots_urls,
]

urlpatterns += i18n_patterns(
    path("", home.home, name="home"),
    path("display/", display.display, name="display"),
    path("", include(account_urlpatterns)),
    path("", include("learners.urls")),
    path("", include("courses.urls")),
    *extra,
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.permission_denied"
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.server_error"
