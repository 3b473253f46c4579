from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "clinic.premises"
    label = "premises"
    verbose_name = "The clinic"
