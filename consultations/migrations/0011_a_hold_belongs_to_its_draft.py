from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0010_drafts_in_flight"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='consultation',
            name='form_key',
        ),
        migrations.RemoveField(
            model_name='consultation',
            name='holder_hash',
        ),
    ]
