from django.db import migrations

CHOSEN = {
    "concern": ("treatments", "Concern", "slug"),
    "kind": ("consultations", "Kind", "code"),
    "practitioner": ("practitioners", "Practitioner", "slug"),  # or "anyone", who is nobody
    "user": ("accounts", "User", "pk"),
}


def name_what_was_chosen(apps, schema_editor):
    """Whoever is booking while the house moves keeps what they chose and the time they hold."""
    for draft in apps.get_model("consultations", "Draft").objects.all():
        for name, (app, model, key) in CHOSEN.items():
            if name in draft.steps:
                chosen = apps.get_model(app, model).objects.filter(**{key: draft.steps.pop(name)})
                setattr(draft, name, chosen.first())
        draft.save(update_fields=["steps", *CHOSEN])
        held = apps.get_model("consultations", "Consultation").objects.filter(holder_hash=draft.token_hash)
        standing = held.filter(status__in=["held", "requested", "confirmed"]).order_by("-held_since").first()
        lapsed = held.filter(status="expired", patient=None).order_by("-held_since").first()
        if newest := standing or lapsed:
            newest.draft = draft
            newest.save(update_fields=["draft"])


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0009_drafts_name_what_was_chosen"),
        ("accounts", "0002_sessions"),
    ]

    operations = [migrations.RunPython(name_what_was_chosen, migrations.RunPython.noop)]
