import clinic.constraints
from django.db import migrations, models


def remember_what_shipped(apps, schema_editor):
    """A clinic makes its own versions from others, so what was made from none came with the product."""
    for model in ("Questionnaire", "RuleSet"):
        found = apps.get_model("treatments", model).objects.filter(status="published", based_on=None)
        found.update(shipped_as=models.F("version"))


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0003_drafts_of_the_questions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='questionnaire',
            name='a_published_questionnaire_stays_as_it_is',
        ),
        migrations.RemoveConstraint(
            model_name='ruleset',
            name='a_published_rule_set_stays_as_it_is',
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='shipped_as',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='shipped as'),
        ),
        migrations.AddField(
            model_name='ruleset',
            name='shipped_as',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='shipped as'),
        ),
        migrations.AlterField(
            model_name='questionnaire',
            name='status',
            field=models.CharField(choices=[('offered', 'Offered'), ('draft', 'Draft'), ('published', 'Published'), ('discarded', 'Discarded')], default='draft', max_length=10, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='ruleset',
            name='status',
            field=models.CharField(choices=[('offered', 'Offered'), ('draft', 'Draft'), ('published', 'Published'), ('discarded', 'Discarded')], default='draft', max_length=10, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='questionnaire',
            constraint=clinic.constraints.Settled(condition=models.Q(('status__in', ['published', 'discarded'])), fields=['version', 'status', 'data', 'published_at'], name='a_published_questionnaire_stays_as_it_is'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=clinic.constraints.Settled(condition=models.Q(('status__in', ['published', 'discarded'])), fields=['version', 'status', 'data', 'published_at'], name='a_published_rule_set_stays_as_it_is'),
        ),
        migrations.RunPython(remember_what_shipped, migrations.RunPython.noop, elidable=True),
    ]
