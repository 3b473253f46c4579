from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0007_completed_visits_name_their_invitation"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'completed'), _negated=True), ('invitation__isnull', False), _connector='OR'), name='a_completed_visit_invites_a_review'),
        ),
    ]
