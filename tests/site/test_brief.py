"""The brief, heading by heading: the page that answers it, and words of the answer, in both languages."""

import re

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import translation

from practitioners.models import Practitioner
from tests.factories import NOW
from tests.pages import words
from tests.site.crawl import opened
from treatments.codes import TreatmentCode
from treatments.models import Treatment

pytestmark = pytest.mark.django_db

GUIDE = "/concerns/enlarged-pores/"
PLAN = "/plan/?treatment=rf-microneedling&treatment=glycolic-acid-peel&start=2027-06-01"
# heading of the brief: its page, what it says in English, what it says in Chinese
BRIEF = {
    "What are pores": (
        GUIDE,
        ["opening of a hair follicle and its oil gland", "Sweat leaves through other openings", "毛孔粗大"],
        ["毛囊與 皮脂 腺的共同開口", "毛孔沒有肌肉", "毛孔粗大"],
    ),
    "Contributing factors": (
        GUIDE,
        ["Genes and sex", "Age", "Hormones", "Sun", "Acne", "correlation 0.47 in men",
         "Evidence B: controlled or cohort data. Sources: R13 , R14"],
        ["遺傳與性別", "年齡", "荷爾蒙", "日曬", "暗瘡", "證據 B：對照或隊列研究數據。 來源： R13 , R14"],
    ),
    "Common areas": (GUIDE, ["1 nose", "2 cheeks", "3 chin", "Mark where it shows on you"],
                     ["1 鼻", "2 面頰", "3 下巴", "標示出現的位置"]),
    "Areas go into the intake": ("/concerns/enlarged-pores/where/", ["Nose", "Your practitioner looks at these"],
                                 ["鼻", "下巴"]),
    "Prevention and lifestyle": (
        GUIDE,
        ["Habits that help", "Sunscreen every morning", "Do not squeeze", "Do not smoke", "Treat acne early"],
        ["每朝防曬", "不要擠", "不吸煙", "及早處理暗瘡"],
    ),
    "Cleansers and exfoliants": (
        GUIDE,
        ["Gentle cleanser", "Exfoliating acids", "How to start: Twice a day", "What not to combine"],
        ["溫和潔面", "去角質酸", "如何開始： 每日兩次", "不宜合用"],
    ),
    "Serums and toners": (
        GUIDE,
        ["Salicylic acid serum or toner", "Niacinamide serum, 2 to 5%", "After 2 weeks", "After 4 weeks",
         "After 8 weeks", "After 12 weeks", "When to see someone"],
        ["水楊酸精華或爽膚水", "煙酰胺精華", "何時應該求診"],
    ),
    "Moisturisers": (GUIDE, ["Non-comedogenic moisturiser", "not for shrinking pores"],
                     ["不致粉刺保濕霜", "而非縮小毛孔"]),
    "Chemical peels": ("/treatments/salicylic-acid-peel/", ["Salicylic acid peel", "Side effects", "Care, day by day"],
                       ["水楊酸換膚", "副作用", "逐日護理"]),
    "Microdermabrasion": ("/treatments/diamond-microdermabrasion/", ["Diamond microdermabrasion", "HK$700"],
                          ["鑽石微晶磨皮", "HK$700"]),
    "Laser therapy": ("/treatments/?category=lasers", ["Fractional CO2 laser", "Carbon laser", "What to expect"],
                      ["碳粉激光", "長脈衝 Nd:YAG 激光"]),
    "Microneedling": ("/treatments/microneedling-face/", ["Microneedling", "3 sessions, 4 weeks apart"],
                      ["微針", "可以問的問題"]),
    "Microdermabrasion vs microneedling": (
        "/compare/microdermabrasion-or-microneedling/",
        ["The outer layer of the epidermis", "The dermis", "No study has set the two against each other for pores."],
        ["表皮外層", "真皮", "由此可知"],
    ),
    "Lasers vs peels": (
        "/compare/laser-or-peel/",
        ["no study has compared a laser with a peel for pores", "Fewer plugs, less oil", "R30"],
        ["堵塞及油脂減少；毛孔開口改變不大（D）", "較低，容易重複進行"],
    ),
    "Side by side": ("/compare/?treatment=carbon-laser&treatment=rf-microneedling", ["Feels like", "differs"],
                     ["碳粉激光", "微針射頻", "HK$1,800"]),
    "Combination treatments": (
        PLAN,
        ["Session 1: Tuesday 1 June (1 June 2027)", "The peel comes first", "All courses together from HK$20,400",
         "Book a consultation about this plan"],
        ["先甘醇酸（果酸）換膚，後微針射頻", "所有療程合計 由 HK$20,400 起", "就此計劃預約諮詢"],
    ),
    "Skin type and sensitivity": ("/fit/skin-type/", ["natural colour of your eyes", "Hardly reacts"], ["不確定"]),
    "What fits": ("/fit/", ["How does your face take new products?", "Show what fits"], ["膚色深", "不確定"]),
    "Downtime and recovery": (
        "/treatments/fractional-co2-laser/",
        ["Most people look as usual after 8 days; plan for 14 days before an event."],
        ["大部分人在 8 日後外觀回復平常；如有重要場合，請預留 14 日。"],
    ),
    "Post-treatment care": (
        "/treatments/ipl-face/care/?on=2027-06-01",
        ["For a session on Tuesday 1 June (1 June 2027).", "Add the days to your calendar", "Print"],
        ["6月1日", "列印"],
    ),
    "Cost and budgeting, long-term value": (
        "/costs/?treatment=carbon-laser",
        ["HK$14,400", "HK$28,800", "How this is counted"],
        ["HK$14,400", "HK$28,800", "計算方法"],
    ),
    "Finding a reputable practitioner": ("/practitioners/dr-imani/", ["Registration", "Medical Council", "Dr Imani"],
                                         ["註冊", "Medical Council"]),
    "Research and reviews": ("/practitioners/dr-imani/", ["4.5 of 5 stars", "all after a completed visit"],
                             ["4.5 星（滿分 5 星）", "均來自已完成的面診"]),
    "Open ledger": ("/reviews/ledger/", ["invitation"], ["邀請"]),
    "Consultation and questions to ask": (
        "/treatments/rf-microneedling/",
        ["What will I look like on days 1, 3, 7 and 14?", "your practitioner answers them in the visit"],
        ["第1、3、7和14天我看起來會怎樣？", "醫護人員會在面診時回答"],
    ),
    "Booking": ("/book/?concern=enlarged-pores&treatment=rf-microneedling", ["What brings you here?"], ["毛孔粗大"]),
    "Success stories": ("/stories/", ["How these were chosen"], ["這些分享如何選出"]),
    "FAQs": (
        "/questions/",
        ["Can enlarged pores be reduced for good?", "Are there side effects?", "Can I combine treatments?",
         "Can every skin type be treated?", "Which treatment does most for pores?", "How soon will I see a change?",
         "Do pores open with steam", "Will shaving, sun or squeezing help?", "isotretinoin",
         "pregnant or breastfeeding", "Does it hurt?", "What does “ask first” mean?", "a diagnosis?",
         "Is it different for men?", "under 18", "R24"],
        ["換膚會令毛孔變小嗎？", "來源：", "R24"],
    ),
    "Words": ("/glossary/", ["Sebum", "皮脂"], ["皮脂", "Sebum"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def visitor(django_db_setup, django_db_blocker):
    """Somebody who looks round a clinic with everything on its shelf."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        opened()
        imani = Practitioner.objects.get(slug="dr-imani")
        imani.offerings.get_or_create(treatment=Treatment.objects.get(slug="rf-microneedling"))
        yield Client()
        transaction.set_rollback(True)


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("heading", BRIEF)
def test_a_heading_of_the_brief_is_answered(visitor, heading, language):
    path, english, chinese = BRIEF[heading]
    with time_machine.travel(NOW, tick=False):
        page = visitor.get(path if language == "en" else f"/zh-hant{path}")
    translation.activate("en")
    text = words(page)
    assert page.status_code == 200
    assert [fact for fact in (english if language == "en" else chinese) if fact not in text] == []
    assert not re.search(r"\bsafe\b", text, re.IGNORECASE)


PARTS = {
    "en": [
        "How is it on my skin type?", "The days after", "How it works, and how deep", "Feels like", "Evidence",
        "What it does for pores", "Side effects", "Common", "Before a session", "Care, day by day", "Sources",
        "Who should wait or not have it", "Combining it", "Questions to ask",
    ],
    "zh-hant": [
        "我的膚色分型適合嗎？", "其後數日", "原理與深度", "痛感", "對毛孔的作用", "證據", "副作用", "常見",
        "療程前的準備", "逐日護理", "誰應等候或不應進行", "配合其他療程", "可以問的問題", "資料來源",
    ],
}  # fmt: skip
SOLD = {
    "en": ["A session", "Course", "First year", "The price includes", "Who does it here", "Book a consultation"],
    "zh-hant": ["每次", "療程次數", "價錢包括", "這裏由誰進行", "預約諮詢"],
}


@pytest.mark.parametrize("language", PARTS)
@pytest.mark.parametrize("code", TreatmentCode)
def test_each_of_the_eleven_has_a_page_with_all_its_parts(visitor, code, language):
    sold = Treatment.objects.filter(facts=code).first()
    path = sold.get_absolute_url() if sold else f"/treatments/not-here/{code}/"
    with time_machine.travel(NOW, tick=False):
        page = visitor.get(path if language == "en" else f"/zh-hant{path}")
    translation.activate("en")
    text, wanted = words(page), PARTS[language] + (SOLD[language] if sold else [])
    if sold and not sold.plan.is_priced:
        wanted = [part for part in wanted if part != "First year"]
    assert [part for part in wanted if part not in text] == []
    assert 'class="skin-strip' in page.text
    assert "<svg" in page.text[page.text.index('id="how-it-works"') :]
