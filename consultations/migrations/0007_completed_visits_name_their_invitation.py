from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_it(apps, schema_editor):
    """Every completed visit has minted one invitation; now it points at it."""
    minted = apps.get_model("consultations", "VisitInvitation").objects.filter(consultation=OuterRef("pk"))
    completed = apps.get_model("consultations", "Consultation").objects.filter(status="completed")
    completed.update(invitation=Subquery(minted.values("pk")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0006_treatments_carried_out"),
    ]

    operations = [migrations.RunPython(name_it, migrations.RunPython.noop)]
