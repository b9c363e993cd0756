"""Nobody changes what is written, and the application cannot take the guards away."""

import pytest
from django.apps import apps

from credits.queries import ledger as queries
from tests.credits.by_hand import TABLES, entry, owner, posting, refused, run

pytestmark = pytest.mark.django_db


def column_of(table: str) -> str:
    model = next(model for model in apps.get_app_config("credits").get_models() if model._meta.db_table == table)
    return model._meta.concrete_fields[0].column


@pytest.mark.parametrize("role", ["lh_app", "lh_owner"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {} = {} WHERE false"],
)
def test_nobody_changes_what_is_written(held, role, table, statement):
    column = column_of(table)
    statement = statement.format(table, column, column)
    if role == "lh_app":
        assert "permission denied" in refused(statement)
        return
    with owner():
        assert f"{statement.split()[0]} on {table} is refused" in refused(statement)


WITH_WORDS = {"credits_ledgerrequest", "credits_ledgerdecision", "credits_freeze", "credits_ledgeraccess"}


@pytest.mark.parametrize("table", [table for table in TABLES if table not in WITH_WORDS])
def test_erasing_words_is_no_way_to_change_what_is_hashed_or_sums(held, table):
    """Not for the owner either, whose switch lets the words of a closed account be emptied."""
    column = column_of(table)
    with owner():
        run("SET LOCAL portal.erasing = 'on'")
        assert f"UPDATE on {table} is refused" in refused(f"UPDATE {table} SET {column} = {column} WHERE false")


def test_the_one_column_the_application_may_name_to_lock_a_row_does_not_change_either(held):
    assert "the ledger is only added to" in refused("UPDATE credits_account SET opened_at = now()")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE credits_posting DISABLE TRIGGER ALL",
        "ALTER TABLE credits_posting DROP CONSTRAINT posting_amount_positive",
        "DROP TRIGGER credits_append_only ON credits_posting",
        "DROP TABLE credits_posting",
        "ALTER TABLE credits_posting OWNER TO lh_app",
        "CREATE OR REPLACE FUNCTION credits_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE FUNCTION public.credits_mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "CREATE RULE mine AS ON INSERT TO credits_posting DO INSTEAD NOTHING",
        "CREATE TRIGGER mine BEFORE INSERT ON credits_posting EXECUTE FUNCTION credits_append_only()",
        "COPY credits_posting TO PROGRAM 'true'",
    ],
    ids=lambda statement: " ".join(statement.split()[:3]),
)
def test_the_application_cannot_take_the_guards_away(statement):
    assert "permission denied" in (answer := refused(statement)) or "must be owner" in answer

    assert queries.audit() == []


def test_the_application_cannot_give_itself_rights():
    run("GRANT UPDATE ON credits_posting TO lh_app")  # PostgreSQL answers with a warning and grants nothing

    assert queries.audit() == []


def test_a_table_of_ones_own_does_not_stand_in_for_the_real_one(held):
    """The guards look into the real tables, also when the session has temporary ones of the same names."""
    run("CREATE TEMPORARY TABLE credits_account AS SELECT * FROM public.credits_account WHERE false")
    too_much = posting(destination_balance=25).replace("credits_account", "public.credits_account")

    assert "bounds or its order" in refused(entry().replace("credits_account", "public.credits_account"), too_much)
