from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "clinic.site"
    label = "site"
    verbose_name = _("Pages over several rooms")
    default = True

    def ready(self) -> None:
        from clinic import checks  # noqa: F401, PLC0415  models are not loaded earlier
        from clinic.accounts.roles import lay_groups  # noqa: PLC0415

        # Django tells only apps with tables; the admin is the last of those.
        post_migrate.connect(lay_groups, sender=apps.get_app_config("admin"))


class DeskConfig(admin.AdminConfig):
    """Django's admin, with our own site in it."""

    default_site = "clinic.site.admin_site.Desk"
    default = False
