"""What was written before there was a ledger gets its links, its moderator, its first version and its acts."""

from django.db import migrations

from practitioners import ledger


def open_invitations(apps, schema_editor):
    """A link was mailed with each invitation as soon as it was minted."""
    link = apps.get_model("practitioners", "InvitationLink")
    for one in apps.get_model("practitioners", "Invitation").objects.iterator():
        link.objects.create(invitation=one, token_hash=one.token_hash, made_at=one.minted_at)
        one.due_at = one.sent_at = one.minted_at
        one.save()


def name_moderators(apps, schema_editor):
    """The trail knows who decided; its newest row about a review counts."""
    entries = apps.get_model("audit", "AuditEntry").objects.filter(action="review_moderated", object_type="review")
    actors = dict(entries.order_by("at").values_list("object_id", "actor"))
    for review in apps.get_model("practitioners", "Review").objects.exclude(moderated_at=None).iterator():
        review.moderated_by_id = actors.get(str(review.pk))
        review.save()


def begin_the_chain(apps, schema_editor):
    """Each review was received, and then decided about, in the order in which that happened."""
    version, act = apps.get_model("practitioners", "ReviewVersion"), apps.get_model("practitioners", "LedgerAct")
    head = apps.get_model("practitioners", "LedgerHead")(pk=1, number=0, digest="")
    acts = []
    for review in apps.get_model("practitioners", "Review").objects.iterator():
        words = {"stars": review.stars, "text": review.text, "author": review.author}
        version.objects.create(review=review, number=1, at=review.submitted_at, **words)
        acts.append((review.submitted_at, 0, review, "received", "", None))
        if review.moderated_at:
            by = review.moderated_by_id
            acts.append((review.moderated_at, 1, review, review.state, review.withheld_for, by))
    for at, _order, review, what, reason, by in sorted(acts, key=lambda each: (each[0], each[1], each[2].pk)):
        link = act(
            number=head.number + 1, review=review, act=what, reason=reason, by_id=by, at=at,
            content=ledger.content(review), previous=head.digest,
        )  # fmt: skip
        link.digest = ledger.digest(link)
        link.save(force_insert=True)
        head.number, head.digest = link.number, link.digest
    if acts:
        head.save()


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0004_acts_about_reviews"),
        ("practitioners", "0003_reviews_of_treatments"),
    ]

    operations = [
        migrations.RunPython(open_invitations, migrations.RunPython.noop),
        migrations.RunPython(name_moderators, migrations.RunPython.noop),
        migrations.RunPython(begin_the_chain, migrations.RunPython.noop),
    ]
