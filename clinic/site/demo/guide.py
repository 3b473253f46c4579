"""Who signs in to the demo clinic. `seed_demo` makes these accounts and `demo` prints them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Login:
    """An account of the demo clinic; a patient has no password and signs in with a mailed code."""

    who: str
    email: str
    sees: str


PASSWORD = "lumen demo clinic"  # noqa: S105  printed at every start; nothing in the demo is real
OWNER = Login("Owner", "owner@lumen.example", "people, policy, the audit trail")
DESK = Login(
    "Front desk", "desk@lumen.example", "catalogue, rosters, visits without health answers, reviews to moderate"
)
LEAD = Login(
    "Clinical lead (fictional)",
    "lead@lumen.example",
    "today's visits with briefs; in the admin the rules and the questionnaire, to read, draft, try, publish and sign",
)
PRACTITIONER = Login("Practitioner", "practitioner@lumen.example", "today's visits with briefs")
PATIENT = Login("Patient", "patient@lumen.example", "their own visits")
WITH_PASSWORD = (OWNER, DESK, LEAD, PRACTITIONER)
