from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

SHOWN = {"Concern": "HistoricalConcern", "Comparison": "HistoricalComparison"}


def keep_what_is_shown(apps, schema_editor):
    """What visitors saw they go on seeing; earlier versions tell since when, as far as it is known."""
    get = lambda name: apps.get_model("treatments", name).objects  # noqa: E731
    for name, history in SHOWN.items():
        get(name).filter(is_published=True).update(published_from=timezone.now())
        get(history).filter(is_published=True).update(published_from=F("history_date"))
    get("FrequentQuestion").update(published_from=timezone.now())


def tell_what_is_shown(apps, schema_editor):
    for names in SHOWN.items():
        for name in names:
            apps.get_model("treatments", name).objects.update(is_published=Q(published_from__isnull=False))


def moments(name):
    fields = [("published_from", "published from"), ("published_until", "published until")]
    return [
        migrations.AddField(name, field, models.DateTimeField(blank=True, null=True, verbose_name=words))
        for field, words in fields
    ]


def ends_after_it_begins(name, sentence):
    return migrations.AddConstraint(
        name,
        models.CheckConstraint(
            condition=Q(published_until=None) | Q(published_until__gt=F("published_from")),
            name=sentence,
            violation_error_message="The end of publication comes before its beginning.",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0008_combinations")]

    operations = [
        *moments("concern"),
        *moments("historicalconcern"),
        *moments("comparison"),
        *moments("historicalcomparison"),
        *moments("frequentquestion"),
        migrations.RunPython(keep_what_is_shown, tell_what_is_shown),
        migrations.RemoveField("concern", "is_published"),
        migrations.RemoveField("historicalconcern", "is_published"),
        migrations.RemoveField("comparison", "is_published"),
        migrations.RemoveField("historicalcomparison", "is_published"),
        ends_after_it_begins("concern", "a_concern_is_withdrawn_after_it_is_published"),
        ends_after_it_begins("comparison", "a_comparison_is_withdrawn_after_it_is_published"),
        ends_after_it_begins("frequentquestion", "a_question_is_withdrawn_after_it_is_published"),
    ]
