"""The migrated database that is kept between runs: it must not outlive what made it."""

from pathlib import Path

from django.apps import apps

from tests import migrated
from tests.house import ROOT


def test_it_hangs_on_every_migration_of_ours():
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).is_relative_to(ROOT / "clinic")]
    ours += [ROOT / name for name in ("treatments", "practitioners", "consultations")]
    written = {path for app in ours for path in app.glob("migrations/*.py")}
    assert len(written) > 50
    assert written <= set(migrated.sources())


def test_it_hangs_on_what_migrations_import():
    leaned_on = {str(path.relative_to(ROOT)) for path in migrated.sources() if "migrations" not in path.parts}
    assert {"clinic/constraints.py", "clinic/fields.py", "practitioners/ledger.py"} <= leaned_on


def test_another_migration_makes_another_file(tmp_path, monkeypatch):
    before = migrated.kept_in(tmp_path)
    assert before == migrated.kept_in(tmp_path)
    changed = tmp_path / "0001_initial.py"
    changed.write_text("import clinic.fields\n")
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").touch()
    nothing = migrated.kept_in(tmp_path)
    folder = tmp_path / "clinic" / "audit" / "migrations"
    folder.mkdir(parents=True)
    changed.rename(folder / changed.name)
    assert len({before, nothing, migrated.kept_in(tmp_path)}) == 3
