"""Moving and cancelling each have a window of their own; what held for both holds for each."""

from django.db import migrations, models
from django.db.models import F


def as_before(apps, schema_editor):
    apps.get_model("premises", "Clinic").objects.update(free_move_hours=F("free_cancel_hours"))


class Migration(migrations.Migration):
    dependencies = [("premises", "0006_first_visit_taken_off")]

    operations = [
        migrations.RenameField("clinic", "free_change_hours", "free_cancel_hours"),
        migrations.AlterField(
            "clinic",
            "free_cancel_hours",
            models.PositiveSmallIntegerField(
                default=24,
                help_text="Hours before the visit until which patients cancel it free of charge.",
                verbose_name="cancelling is free until",
            ),
        ),
        migrations.AddField(
            "clinic",
            "free_move_hours",
            models.PositiveSmallIntegerField(
                default=24,
                help_text="Hours before the visit until which patients move it free of charge.",
                verbose_name="moving is free until",
            ),
        ),
        migrations.AddField(
            "clinic",
            "online_change_hours",
            models.PositiveSmallIntegerField(
                default=0,
                help_text=(
                    "Hours before the visit until which patients change it by themselves; later the page asks them "
                    "to call. 0 means until it begins."
                ),
                verbose_name="changes online until",
            ),
        ),
        migrations.RunPython(as_before, migrations.RunPython.noop),
    ]
