"""
A table of sessions that says beside each whose it is; those that are open move there, once decoded.

Not those of who works here: they do not know when they began, which their pages ask (``rules.STAFF_SESSION``).
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone


def move(apps, schema_editor):
    from learners.queries.session import beside
    from learners.sessions import SessionStore

    before, session = apps.get_model("sessions", "Session"), apps.get_model("learners", "Session")
    people = apps.get_model("learners", "Learner").objects
    works = Q(memberships__isnull=False, memberships__ended_at__isnull=True)
    staff = set(people.filter(Q(is_staff=True) | works).values_list("pk", flat=True))
    for row in before.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=1000):
        columns = beside(SessionStore().decode(row.session_data))
        if columns["learner_id"] not in staff:
            session.objects.create(
                session_key=row.session_key, session_data=row.session_data, expire_date=row.expire_date, **columns
            )
    before.objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0028_birth_year_confirmed'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('learner_id', models.BigIntegerField(null=True)),
                ('waits_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, size=None)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('learner_id__isnull', False)), fields=['learner_id'], name='session_by_learner'), django.contrib.postgres.indexes.GinIndex(fields=['waits_for'], name='session_by_address')],
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop),  # on the way back everybody signs in again
    ]
