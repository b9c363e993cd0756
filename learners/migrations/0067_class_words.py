"""
What participants wrote for one class has a timer of its own.
"""

from datetime import date
from pathlib import Path

import yaml
from django.db import migrations, models

TIMERS = Path(__file__).resolve().parent.parent / "data" / "personal_data.yaml"
VALID_FROM = date(2026, 11, 26)


def load(apps, schema_editor):
    rules = apps.get_model("learners", "RetentionRule").objects
    with TIMERS.open(encoding="utf-8") as file:
        rows = yaml.safe_load(file)["retention_2"]
    for row in rows:
        rules.create(valid_from=VALID_FROM, **row)


def unload(apps, schema_editor):
    apps.get_model("learners", "RetentionRule").objects.filter(kind="CLASS_WORDS").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0066_look_at_the_counter'),
    ]

    operations = [
        migrations.AlterField(
            model_name='retentionrule',
            name='kind',
            field=models.CharField(choices=[('ACCOUNT', 'Name, addresses, settings'), ('LEDGER', 'Credit record, by number without a name'), ('LEARNING', 'Enrolments, attendance, what was read'), ('CLASS_WORDS', 'What I wrote for one class when I enrolled'), ('CONSENT', 'What I agreed to and withdrew'), ('READINGS', 'Who has read my record'), ('MESSAGE', 'What letters to me said'), ('HELP_REQUEST', 'Requests to be called back'), ('EXPORT', 'Files with all my data'), ('SIGN_IN_CODE', 'Sign-in codes'), ('SESSION', 'Where I am signed in'), ('DEVICE', 'Devices I have signed in on'), ('LOG', 'The portal’s technical log')], max_length=20, verbose_name='what'),
        ),
        migrations.RunPython(load, unload),
    ]
