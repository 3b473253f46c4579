from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "clinic.accounts"
    label = "accounts"
    verbose_name = "People who sign in"

    def ready(self) -> None:
        from clinic.accounts.roles import lay_groups  # noqa: PLC0415  models are not loaded earlier

        post_migrate.connect(lay_groups, sender=self)
