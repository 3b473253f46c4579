from django.apps import AppConfig


class ThrottleConfig(AppConfig):
    name = "clinic.throttle"
    label = "throttle"
    verbose_name = "Throttle"
