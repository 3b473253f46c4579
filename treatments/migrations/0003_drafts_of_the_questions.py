import clinic.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0002_drafts_of_the_rules'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name='rulechange', old_name='rule_set', new_name='version'),
        migrations.RenameField(model_name='rulechange', old_name='rule_id', new_name='entry'),
        migrations.CreateModel(
            name='QuestionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.CharField(max_length=60, verbose_name='entry')),
                ('field', models.CharField(max_length=120, verbose_name='what')),
                ('before', models.JSONField(null=True, verbose_name='before')),
                ('after', models.JSONField(null=True, verbose_name='after')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('changed_at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'change of a question',
                'verbose_name_plural': 'changes of questions',
                'ordering': ['-changed_at', '-pk'],
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='questionnaire',
            name='a_published_questionnaire_stays_as_it_is',
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='based_on',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.questionnaire', verbose_name='made from'),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='run',
            field=models.JSONField(blank=True, null=True, verbose_name='vignettes'),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='run_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='vignettes run'),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='run_on',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='rulechange',
            name='entry',
            field=models.CharField(max_length=60, verbose_name='entry'),
        ),
        migrations.AlterField(
            model_name='rulechange',
            name='field',
            field=models.CharField(max_length=120, verbose_name='what'),
        ),
        migrations.AddConstraint(
            model_name='questionnaire',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'draft')), fields=('status',), name='one_draft_of_the_questions_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='questionnaire',
            constraint=clinic.constraints.Settled(condition=models.Q(('status', 'draft'), _negated=True), fields=['version', 'status', 'data', 'published_at'], name='a_published_questionnaire_stays_as_it_is'),
        ),
        migrations.AddField(
            model_name='questionchange',
            name='changed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='questionchange',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='treatments.questionnaire'),
        ),
        migrations.AddConstraint(
            model_name='questionchange',
            constraint=clinic.constraints.AppendOnly(name='changes_of_questions_are_append_only'),
        ),
    ]
