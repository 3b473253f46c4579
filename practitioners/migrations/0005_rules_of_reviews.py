from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("practitioners", "0004_what_was_there_joins_the_ledger"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='invitation',
            name='token_hash',
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('sent_at', None)), models.Q(('expires_at__isnull', False), ('sent_at__isnull', False)), _connector='OR'), name='an_invitation_runs_from_when_it_is_sent'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'withdrawn']), models.Q(('moderated_at__isnull', False), ('moderated_by__isnull', False)), _connector='OR'), name='a_moderated_review_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('heard_at', None), ('heard_by', None)), models.Q(('appealed_at__isnull', False), ('heard_at__isnull', False), ('heard_by__isnull', False), models.Q(('heard_by', models.F('moderated_by')), _negated=True)), _connector='OR'), name='an_appeal_is_heard_by_somebody_else'),
        ),
    ]
