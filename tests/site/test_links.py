"""Links are followed outside of any page, and nothing is called broken that cannot be told."""

import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from clinic.accounts.roles import Role
from clinic.site import links as pages
from clinic.site.management.commands import work
from tests import factories
from tests.clinic import desk
from tests.pages import words
from treatments import links
from treatments.links import Answer
from treatments.models import CheckedLink, Concern, Reference, Treatment
from treatments.models.links import Finding, LinkState


class Elsewhere(BaseHTTPRequestHandler):
    """A server that answers each path in its own way."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(2)
        if self.path.startswith("/to-"):
            self.send_response(302)
            self.send_header(
                "Location", {"/to-inside": "http://10.0.0.1/", "/to-file": "file:///etc/passwd"}[self.path]
            )
        else:
            known = {"/": 200, "/slow": 200, "/gone": 410, "/shut": 403, "/ill": 500, "/%E6%AF%9B%E5%AD%94": 200}
            self.send_response(known.get(self.path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


def followed(url: str, own: str = "127.0.0.1") -> tuple[LinkState, Finding | None, int | None]:
    answer = links.follow(url, own=own, seconds=1)
    return answer.state(others_answered=True), answer.finding, answer.status


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", (LinkState.ANSWERS, None, 200)),
        ("/nowhere", (LinkState.BROKEN, Finding.GONE, 404)),
        ("/gone", (LinkState.BROKEN, Finding.GONE, 410)),
        ("/shut", (LinkState.UNCHECKED, Finding.REFUSED, 403)),
        ("/ill", (LinkState.UNCHECKED, Finding.REFUSED, 500)),
        ("/slow", (LinkState.UNCHECKED, Finding.NO_ANSWER, None)),
        ("/to-inside", (LinkState.UNCHECKED, Finding.INSIDE, None)),
        ("/to-file", (LinkState.UNCHECKED, Finding.REFUSED, 302)),
        ("/毛孔", (LinkState.ANSWERS, None, 200)),
    ],
)
def test_what_comes_of_a_link(elsewhere, path, expected):
    assert followed(elsewhere + path) == expected


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://0.0.0.0/"]
)
def test_a_private_network_is_left_alone(url):
    assert followed(url, own="clinic.example") == (LinkState.UNCHECKED, Finding.INSIDE, None)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/", "https://", "http://[", "http://x:y/", "毛孔"]
)
def test_what_is_no_address_is_broken(url):
    assert followed(url)[:2] == (LinkState.BROKEN, Finding.NO_ADDRESS)


def test_a_server_that_is_not_there_or_not_who_it_says_is_not_called_broken(elsewhere):
    assert followed("http://127.0.0.1:9/")[:2] == (LinkState.UNCHECKED, Finding.NO_ANSWER)
    assert followed(elsewhere.replace("http:", "https:"))[:2] == (LinkState.UNCHECKED, Finding.CERTIFICATE)


def test_a_name_that_nobody_knows_is_broken_only_while_the_network_is_there():
    unknown = Answer(Finding.NO_SUCH_HOST)
    assert unknown.state(others_answered=True) == LinkState.BROKEN
    assert unknown.state(others_answered=False) == LinkState.UNCHECKED


@pytest.mark.django_db
def test_links_are_found_in_texts_registers_and_lines_and_lead_to_their_forms():
    factories.clinic(privacy_en="See https://law.example/one.")
    source = Reference.objects.create(tag="S1", citation="A trial (https://doi.example/10.1/x).", status="read")
    pores = desk.concern(what_zh_hant="見https://zh.example/甲。", published_from=None)
    pores.causes.create(name="Genes", text="More: https://genes.example/a, or not.", evidence_grade="B")
    who = desk.practitioner(registration_url="https://register.example/?id=1")
    found = pages.found(desk.NOW)
    assert found["https://law.example/one"][0][0] == "premises.clinic"
    assert found["https://doi.example/10.1/x"] == [("treatments.reference", source.pk)]
    assert found["https://zh.example/甲"] == [("treatments.concern", str(pores.pk))]
    assert found["https://genes.example/a"] == [("treatments.concern", str(pores.pk))]
    assert found["https://register.example/?id=1"] == [("practitioners.practitioner", str(who.pk))]


@pytest.mark.django_db
def test_our_own_pages_are_followed_once_they_are_shown(settings):
    settings.PUBLIC_BASE_URL = "https://clinic.example"
    polish = desk.treatment(published_from=desk.NOW)
    desk.concern(published_from=None)
    assert set(pages.found(desk.NOW)) == {f"https://clinic.example{polish.get_absolute_url()}"}


@pytest.mark.django_db
def test_the_command_keeps_what_came_of_each_link_with_its_time(elsewhere, settings, capsys):
    factories.clinic()
    settings.PUBLIC_BASE_URL = elsewhere
    Reference.objects.create(tag="S1", citation=f"Here: {elsewhere}/ and {elsewhere}/gone.", status="read")
    Reference.objects.create(tag="S2", citation=f"Also {elsewhere}/gone, {elsewhere}/shut", status="read")
    with time_machine.travel(desk.NOW, tick=False):
        call_command("check_links", "--seconds", "1")
    said = capsys.readouterr().out
    assert "1 links answer, 1 are broken, 1 could not be checked." in said
    assert f"{elsewhere}/gone (There is no such page.) in treatments.reference S1, treatments.reference S2" in said
    gone = CheckedLink.objects.get(state="broken")
    assert (gone.status, gone.tried_at, gone.answered_at) == (410, desk.NOW, desk.NOW)

    Reference.objects.filter(tag="S2").delete()
    call_command("check_links", "--seconds", "1")
    assert set(CheckedLink.objects.values_list("url", flat=True)) == {f"{elsewhere}/", f"{elsewhere}/gone"}


@pytest.mark.django_db
def test_staff_read_which_links_are_broken_and_where_they_stand(elsewhere):
    factories.clinic()
    pores, sam = desk.concern(), desk.at_work(Role.STAFF)
    found = {f"{elsewhere}/nowhere": [("treatments.concern", str(pores.pk))], f"{elsewhere}/": []}
    links.check(found, house=elsewhere, now=desk.NOW, seconds=1)
    tile = next(tile for tile in sam.get("/admin/").context["tiles"] if tile.label == "Broken links")
    assert tile.count == 1
    page = sam.get(tile.url)
    assert f"{elsewhere}/nowhere Broken There is no such page." in words(page)
    assert f'href="{desk.the_page(pores)}"' in page.content.decode()
    assert Concern.objects.count() == 1
    assert Treatment.objects.count() == 0


def tried():
    return list(CheckedLink.objects.order_by("tried_at").values_list("tried_at", flat=True))


@pytest.mark.django_db
def test_the_worker_follows_each_link_once_a_week_and_asks_no_server_for_two_at_once(elsewhere, settings):
    factories.clinic()
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    Reference.objects.create(tag="S1", citation=f"Here: {elsewhere}/ and {elsewhere}/gone.", status="read")
    with time_machine.travel(desk.NOW, tick=False) as clock:
        worker = work.Command()
        worker.follow_links()
        worker.follow_links()
        assert tried() == [desk.NOW]
        clock.shift(timedelta(minutes=1))
        worker.follow_links()
        assert tried() == [desk.NOW, desk.NOW + timedelta(minutes=1)]
        clock.shift(timedelta(days=6))
        worker.follow_links()
        assert max(tried()) == desk.NOW + timedelta(minutes=1)
        clock.shift(timedelta(days=1))
        worker.follow_links()
        assert max(tried()) > desk.NOW + timedelta(days=7)
    assert set(CheckedLink.objects.values_list("state", flat=True)) == {"answers", "broken"}


@pytest.mark.django_db
def test_what_leads_nowhere_stands_in_the_list_of_what_is_due(elsewhere):
    factories.clinic()
    links.check({f"{elsewhere}/nowhere": [], f"{elsewhere}/": []}, house=elsewhere, now=desk.NOW, seconds=1)
    page = words(desk.at_work(Role.STAFF).get(reverse("admin:due")))
    assert "Links that lead nowhere" in page
    assert f"{elsewhere}/nowhere : There is no such page. Last tried on " in page
    assert page.count(elsewhere) == 1
