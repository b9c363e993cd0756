"""The first rules for all pathways, and the first schemes with their policies, from ``credits/rules.py``."""

from datetime import UTC, datetime

from django.db import migrations

from credits.rules import FIRST_RULES, FIRST_RULES_FROM, FIRST_SCHEMES

RECORDED_AT = datetime(2026, 11, 21, tzinfo=UTC)


def load(apps, schema_editor):
    apps.get_model("credits", "CreditRule").objects.bulk_create(
        apps.get_model("credits", "CreditRule")(
            code=rule.code,
            version=1,
            kind=rule.kind,
            percent=rule.percent,
            legal_source_vi=rule.source_vi,
            legal_source_en=rule.source_en,
            valid_from=FIRST_RULES_FROM,
            recorded_at=RECORDED_AT,
        )
        for rule in FIRST_RULES
    )
    for scheme in FIRST_SCHEMES:
        row = apps.get_model("credits", "Scheme").objects.create(
            code=scheme.code, name_vi=scheme.name_vi, name_en=scheme.name_en
        )
        apps.get_model("credits", "SchemePolicy").objects.create(
            policy_id=scheme.policy_id,
            scheme=row,
            numerator=scheme.numerator,
            denominator=scheme.denominator,
            legal_source_vi=scheme.source_vi,
            legal_source_en=scheme.source_en,
            valid_from=FIRST_RULES_FROM,
            recorded_at=RECORDED_AT,
        )


def unload(apps, schema_editor):
    """Take them out; their guards rest meanwhile."""
    for name in ("CreditRule", "SchemePolicy"):
        table = apps.get_model("credits", name)._meta.db_table
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER credits_stays')
        apps.get_model("credits", name).objects.all().delete()
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER credits_stays')
    apps.get_model("credits", "Scheme").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("credits", "0014_pathway_guards")]
    operations = [migrations.RunPython(load, unload)]
