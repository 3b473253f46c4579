from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "clinic.site"
    label = "site"
    verbose_name = "Pages over several rooms"
