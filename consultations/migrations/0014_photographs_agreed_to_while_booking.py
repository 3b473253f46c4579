from django.db import migrations


def carry_over(apps, schema_editor):
    """Who agreed to photographs while booking, for themselves or a ward, agrees to them in the record."""
    PictureConsent = apps.get_model("consultations", "PictureConsent")
    Consent = apps.get_model("consultations", "Consent")
    PatientAccess = apps.get_model("consultations", "PatientAccess")
    may = set(PatientAccess.objects.filter(may_read_health=True).values_list("user", "patient"))
    agreed = Consent.objects.filter(text__kind="photo", withdrawn_at=None).order_by("given_at")
    newest = {each.patient_id: each for each in agreed if (each.given_by_id, each.patient_id) in may}
    PictureConsent.objects.bulk_create(
        PictureConsent(
            patient_id=patient,
            scope="record",
            text_id=consent.text_id,
            given_at=consent.given_at,
            given_by_id=consent.given_by_id,
        )
        for patient, consent in newest.items()
    )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0013_photographs")]
    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
