"""The rules of the house that no linter knows."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("clinic", "treatments", "practitioners", "consultations")


def modules(*packages: str) -> list[Path]:
    """Our own modules, without the migrations, which the machine writes."""
    found = (path for package in packages or PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def templates() -> list[Path]:
    """Every page and part of a page; e-mails follow rules of their own."""
    return [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
