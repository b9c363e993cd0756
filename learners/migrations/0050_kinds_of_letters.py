"""Kinds of letters are named by a function: their words come after each migration (``learners.apps``)."""

from django.db import migrations, models

from learners.choices import message_kinds


class Migration(migrations.Migration):
    dependencies = [
        ("learners", "0043_retention_of_devices"),
    ]

    operations = [
        migrations.AlterField("message", "kind", models.CharField(choices=message_kinds, max_length=30, verbose_name="kind")),
        migrations.AlterField("messagetext", "kind", models.CharField(choices=message_kinds, max_length=30)),
        migrations.AlterField("unsubscribelink", "kind", models.CharField(choices=message_kinds, max_length=30)),
    ]
