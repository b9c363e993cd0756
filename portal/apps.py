from typing import Any

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
        # Permissions are made app by app as the signal goes round; this one comes after ours.
        last = apps.get_app_config("sessions")
        post_migrate.connect(_complete_curators, sender=last, dispatch_uid="portal.curators")


def _complete_curators(*, plan: Any = (), **_signal: Any) -> None:
    from learners.actions import curator  # noqa: PLC0415 -- needs the app registry

    if not any(is_backwards for _migration, is_backwards in plan):
        curator.complete_group()


class DeskConfig(admin_apps.AdminConfig):
    default = False  # "portal" in INSTALLED_APPS means PortalConfig
    default_site = "portal.desk.CuratorsDesk"
