from django.db import migrations, models

# What the patient's page named by jurisdiction before it became the clinic's own.
HELP_LINES = {
    "HK": ("18111, the Mental Health Support Hotline, day and night", "「情緒通」精神健康支援熱線18111，24小時運作"),
    "TW": (
        "1925, the mental health line of the Ministry of Health and Welfare, day and night",
        "衛生福利部「安心專線」1925，24小時運作",
    ),
}


def keep_the_lines(apps, schema_editor):
    clinics = apps.get_model("premises", "Clinic").objects
    for jurisdiction, (english, chinese) in HELP_LINES.items():
        clinics.filter(jurisdiction=jurisdiction).update(
            help_line=english, help_line_en=english, help_line_zh_hant=chinese
        )


class Migration(migrations.Migration):

    dependencies = [
        ('premises', '0003_rules_of_the_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='help_line',
            field=models.CharField(blank=True, help_text='A number for people whom their looks weigh on, and who answers when; patients read it before a visit after “Somebody to talk to:”. Without it the page names none.', max_length=200, verbose_name='help line'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='help_line_en',
            field=models.CharField(blank=True, help_text='A number for people whom their looks weigh on, and who answers when; patients read it before a visit after “Somebody to talk to:”. Without it the page names none.', max_length=200, null=True, verbose_name='help line'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='help_line_zh_hant',
            field=models.CharField(blank=True, help_text='A number for people whom their looks weigh on, and who answers when; patients read it before a visit after “Somebody to talk to:”. Without it the page names none.', max_length=200, null=True, verbose_name='help line'),
        ),
        migrations.RunPython(keep_the_lines, migrations.RunPython.noop, elidable=True),
    ]
