"""The closed sets of the pure core as Django choices with words people read."""

from django.utils.translation import gettext_lazy as _

CODE_CHOICES = [
    ("peel_superficial", _("Superficial peel")),
    ("peel_medium", _("Medium peel")),
    ("peel_deep", _("Deep peel")),
    ("laser_nafl", _("Non-ablative fractional laser")),
    ("laser_afl", _("Ablative fractional laser")),
    ("laser_qs_pico", _("Q-switched or picosecond laser")),
    ("laser_ndyag_lp", _("Long-pulsed Nd:YAG laser")),
    ("ipl", _("Intense pulsed light")),
    ("microneedling", _("Microneedling")),
    ("rf_microneedling", _("Radiofrequency microneedling")),
    ("microdermabrasion", _("Microdermabrasion")),
]
CATEGORY_CHOICES = [
    ("peels", _("Peels")),
    ("lasers", _("Lasers and light")),
    ("microneedling", _("Microneedling")),
    ("microdermabrasion", _("Microdermabrasion")),
]
PHOTOTYPE_CHOICES = [(numeral, numeral) for numeral in ("I", "II", "III", "IV", "V", "VI")]
GRADE_CHOICES = [
    ("A", _("A: randomised trials or systematic review")),
    ("B", _("B: controlled or cohort data")),
    ("C", _("C: guideline, expert opinion or case series")),
    ("D", _("D: common practice")),
    ("P", _("P: policy or law")),
]
