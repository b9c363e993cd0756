from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import database_rights  # noqa: PLC0415 -- needs the app registry

        # Sent once per app that has models, after the last migration; once is enough.
        sender = apps.get_app_config("learners")
        post_migrate.connect(database_rights.grant, sender=sender, dispatch_uid="portal.database_rights")


class DeskConfig(admin_apps.AdminConfig):
    default = False  # "portal" in INSTALLED_APPS means PortalConfig
    default_site = "portal.desk.CuratorsDesk"
