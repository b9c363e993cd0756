"""Every address: Vietnamese at ``/``, English at ``/en/``; machines' addresses have no language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from courses.urls import file_urlpatterns as course_files
from credits.urls import file_urlpatterns as credit_files
from learners.urls import account_urlpatterns, provider_urlpatterns
from portal.views import (
    acceptance,
    components,
    dashboard,
    display,
    favicon,
    health,
    home,
    mailbox,
    my_data,
    pathway,
    robots,
    sitemap,
)

# Only where the settings say so: the mailbox of a demonstration machine, the gallery while developing.
not_in_production: list[URLPattern] = []
if settings.DEMO:
    not_in_production += [
        path("dev/mailbox/", mailbox.mailbox, name="dev_mailbox"),
        path("dev/mailbox/<str:name>/", mailbox.mail, name="dev_mailbox_mail"),
    ]
if settings.DEBUG:
    not_in_production.append(path("dev/components/", components.components, name="dev_components"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap.section, name="sitemap_section"),
    path("favicon.ico", favicon.favicon, name="favicon"),
    *course_files,
    *credit_files,
    *provider_urlpatterns,
    *i18n_patterns(
        path("", home.home, name="home"),
        path("me/", dashboard.dashboard, name="dashboard"),
        path("me/data/", my_data.my_data, name="my_data"),
        path("me/data/export/", my_data.export_new, name="export_new"),
        path("me/data/export/<uuid:public_id>.zip", my_data.export_file, name="export_file"),
        path("me/consents/<uuid:public_id>/receipt.json", my_data.consent_receipt, name="consent_receipt"),
        path("me/pathways/", pathway.my_index, name="my_pathways"),
        path("me/pathways/<slug:slug>/", pathway.my_pathway, name="my_pathway"),
        path("me/pathways/<slug:slug>/leave/", pathway.leave, name="pathway_leave"),
        path("me/pathways/<slug:slug>/newer/", pathway.newer, name="pathway_newer"),
        path("me/pathways/<slug:slug>/use/", pathway.use, name="pathway_use"),
        path("organizations/<uuid:organization_id>/accepted/", acceptance.desk, name="acceptance_desk"),
        path(
            "organizations/<uuid:organization_id>/accepted/<uuid:public_id>/end/", acceptance.end, name="acceptance_end"
        ),
        path("pathways/", pathway.index, name="pathways"),
        path("pathways/<slug:slug>/", pathway.pathway, name="pathway"),
        path("pathways/<slug:slug>/start/", pathway.start, name="pathway_start"),
        path("display/", display.display, name="display"),
        path("", include(account_urlpatterns)),
        path("", include("learners.urls")),
        path("", include("courses.urls")),
        path("", include("credits.urls")),
        path("admin/", admin.site.urls),
        *not_in_production,
        prefix_default_language=False,
    ),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.permission_denied"
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.server_error"
