from django.db.backends.postgresql.psycopg_any import is_psycopg3


def test_the_postgresql_driver_is_psycopg2():
    """Django switches to psycopg 3 as soon as any package brings it along, and the locks were measured without it."""
    assert not is_psycopg3
