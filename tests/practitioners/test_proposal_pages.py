"""A practitioner's own profile, and what staff make of the words that wait."""

import pytest

from clinic.accounts import roles
from clinic.accounts.roles import Role
from practitioners import proposals
from practitioners.models import Practitioner, ProposedWords
from tests import factories
from tests.cast import signed_in
from tests.factories import LONG_AGO, NOW

ABOUT = "I trained in Leeds and listen first."


@pytest.fixture
def imani(cast):
    Practitioner.objects.filter(slug="dr-imani").update(bio_en="Trained.", bio_zh_hant="曾受訓。")
    return Practitioner.objects.get(slug="dr-imani")


@pytest.fixture
def waiting(imani):
    return factories.proposal(imani, bio_en=ABOUT)


def typed(imani, **texts):
    """What the form sends when it is opened now."""
    return {"seen": proposals.fingerprint(imani)} | proposals.public_words(imani) | texts


def decide(browser, proposal, how, **data):
    return browser.post(f"/moderation/words/{proposal.pk}/{how}/", data)


# --- the practitioner ------------------------------------------------------------------------------------------------


def test_a_practitioner_reads_their_public_words_and_proposes_others(as_dr_imani, visitor, imani):
    page = as_dr_imani.get("/own-profile/")
    assert "Trained." in page.text
    assert "曾受訓。" in page.text
    answer = as_dr_imani.post("/own-profile/", typed(imani, bio_en=ABOUT), follow=True)
    assert "Nobody has decided about it yet." in answer.text
    assert ProposedWords.objects.get().words == {"bio_en": ABOUT}
    public = visitor.get(imani.get_absolute_url()).text
    assert ABOUT not in public
    assert "Trained." in public
    assert answer.context["form"]["bio_en"].value() == ABOUT, "one goes on from what waits"


def test_a_page_that_is_older_than_the_profile_proposes_no_old_words_back(as_dr_imani, imani):
    opened = typed(imani, approach_en="Gently.")
    Practitioner.objects.filter(pk=imani.pk).update(bio_en="Trained in London.")
    answer = as_dr_imani.post("/own-profile/", opened)
    assert answer.status_code == 409
    assert "Your profile was changed after you opened this page." in answer.text
    assert "Trained in London." in answer.text, "what it says now"
    assert answer.context["form"]["approach_en"].value() == "Gently.", "what was typed stays"
    assert not ProposedWords.objects.exists()
    again = {column: answer.context["form"][column].value() or "" for column in opened}
    again["bio_en"] = "Trained in London."
    assert as_dr_imani.post("/own-profile/", again).status_code == 302
    assert ProposedWords.objects.get().words == {"approach_en": "Gently."}


def test_words_that_are_too_long_or_cannot_be_printed_are_refused_and_kept_on_the_page(as_dr_imani, imani):
    for text in ("x" * 2001, "right to \u202eleft"):
        answer = as_dr_imani.post("/own-profile/", typed(imani, bio_en=text))
        assert answer.status_code == 422
        assert text in answer.text
    assert not ProposedWords.objects.exists()


def test_words_that_change_nothing_are_said_to(as_dr_imani, imani):
    answer = as_dr_imani.post("/own-profile/", typed(imani))
    assert answer.status_code == 409
    assert "These are the words that your profile shows already." in answer.text


def test_words_are_taken_back_by_whose_they_are(as_dr_imani, as_dr_reyes, waiting):
    assert as_dr_reyes.post("/own-profile/withdraw/").status_code == 404
    assert "You took back the words" in as_dr_imani.post("/own-profile/withdraw/", follow=True).text
    assert ProposedWords.objects.get().state == "withdrawn"
    assert as_dr_imani.post("/own-profile/withdraw/").status_code == 404


def test_a_practitioner_reads_why_their_words_were_declined(as_dr_imani, cast, waiting):
    proposals.decline(actor=cast.sam, proposal=waiting, reason="Leeds is not in the register.", now=NOW)
    page = as_dr_imani.get("/own-profile/")
    assert "Leeds is not in the register." in page.text
    assert ABOUT in page.text
    assert page.context["form"]["bio_en"].value() == "Trained."


def test_nobody_reads_or_writes_the_words_of_another(as_dr_reyes, as_sam, as_alice, waiting):
    assert ABOUT not in as_dr_reyes.get("/own-profile/").text
    for browser in (as_sam, as_alice):
        assert browser.get("/own-profile/").status_code == 404
        assert browser.post("/own-profile/", {"bio_en": "Hello."}).status_code == 404


def test_a_practitioner_whose_profile_is_not_theirs_yet_has_no_page(cast):
    stranger = factories.user("new@clinic.test", Role.PRACTITIONER)
    assert signed_in(stranger).get("/own-profile/").status_code == 404


# --- the clinic ------------------------------------------------------------------------------------------------------


def test_staff_read_old_and_new_beside_each_other_with_what_is_barred(as_sam, imani):
    factories.proposal(imani, approach_en="Every treatment is painless.", bio_en=ABOUT)
    page = as_sam.get("/moderation/").text
    assert "Trained." in page
    assert ABOUT in page
    assert "<mark>painless</mark> How much it hurts differs; say what most people feel. (Sources: The Just" in page
    assert "曾受訓。" not in page, "what would not change is not shown"


def test_published_words_stand_on_the_profile(as_sam, as_dr_imani, visitor, imani, waiting):
    answer = decide(as_sam, waiting, "publish")
    assert answer.headers["Location"] == "/moderation/"
    assert ABOUT in visitor.get(f"{imani.get_absolute_url()}?page=1").text
    assert "were published on" in as_dr_imani.get("/own-profile/").text
    assert ABOUT not in as_sam.get("/moderation/").text


def test_words_are_declined_only_for_a_reason(as_owner, waiting):
    refused = decide(as_owner, waiting, "decline", reason=" ")
    assert refused.status_code == 422
    assert "Write why these words are declined." in refused.text
    assert ProposedWords.objects.get().state == "pending"
    assert decide(as_owner, waiting, "decline", reason="Too long.").status_code == 302
    assert ProposedWords.objects.get().reason == "Too long."


def test_a_profile_that_has_moved_on_is_shown_with_what_it_read_then(as_sam, as_dr_imani, imani, waiting):
    Practitioner.objects.filter(pk=imani.pk).update(bio_en="Trained in London.")
    page = as_sam.get("/moderation/").text
    assert "so they cannot be published as they are" in page
    assert page.index("Trained in London.") < page.index("it read:") < page.index("Trained.</p>")
    assert f"/moderation/words/{waiting.pk}/publish/" not in page
    answer = as_sam.post(f"/moderation/words/{waiting.pk}/publish/", follow=True)
    assert "Nothing was published." in answer.text
    assert "so it cannot be published as it is" in as_dr_imani.get("/own-profile/").text
    imani.refresh_from_db()
    as_dr_imani.post("/own-profile/", typed(imani, bio_en=ABOUT))
    decide(as_sam, ProposedWords.objects.pending().get(), "publish")
    assert Practitioner.objects.get(pk=imani.pk).bio_en == ABOUT


def test_what_was_decided_meanwhile_is_said_and_not_done(as_sam, as_dr_imani, waiting):
    as_dr_imani.post("/own-profile/withdraw/")
    for how in ("publish", "decline"):
        answer = as_sam.post(f"/moderation/words/{waiting.pk}/{how}/", {"reason": "Too long."}, follow=True)
        assert "These words no longer wait" in answer.text
    assert ProposedWords.objects.get().state == "withdrawn"


def test_a_practitioner_at_the_desk_leaves_their_own_words_to_others(cast, imani, waiting):
    roles.give(cast.dr_imani, Role.STAFF)
    browser = signed_in(cast.dr_imani)
    assert "Somebody else has to decide about them." in browser.get("/moderation/").text
    for how in ("publish", "decline"):
        answer = browser.post(f"/moderation/words/{waiting.pk}/{how}/", {"reason": "Mine."}, follow=True)
        assert "These are your own words." in answer.text
    assert ProposedWords.objects.get().state == "pending"


def test_only_staff_and_the_owner_decide(visitor, as_alice, as_dr_imani, as_dr_reyes, waiting):
    for browser in (as_alice, as_dr_imani, as_dr_reyes):
        for how in ("publish", "decline"):
            assert decide(browser, waiting, how, reason="No.").status_code == 404
    assert decide(visitor, waiting, "publish").headers["Location"].startswith("/account/login/")
    assert ProposedWords.objects.get().state == "pending"


def test_what_waits_longest_stands_first(as_sam, imani):
    factories.proposal(imani, bio_en="The newer words.")
    factories.proposal(Practitioner.objects.get(slug="dr-reyes"), bio_en="The older words.", now=LONG_AGO)
    page = as_sam.get("/moderation/").text
    assert page.index("The older words.") < page.index("The newer words.")
