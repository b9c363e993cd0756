"""Seals: their tables, and what the database promises about them (``0010_seals.sql``)."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FORWARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARDS = """
DROP TRIGGER credits_check_seal ON credits_seal;
DROP TRIGGER credits_check_seal_nodes ON credits_sealnode;
DROP TRIGGER credits_check_seal_leaves ON credits_sealleaf;
DROP TRIGGER credits_append_only ON credits_ledgercheck;
DROP TRIGGER credits_append_only ON credits_sealnode;
DROP TRIGGER credits_append_only ON credits_sealleaf;
DROP TRIGGER credits_append_only ON credits_seal;
DROP FUNCTION credits_check_seal();
DROP FUNCTION credits_check_seal_nodes();
DROP FUNCTION credits_check_seal_leaves();
DROP FUNCTION credits_next_seal();
DROP FUNCTION credits_lock_seals();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0003_take'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('sealed_at', models.DateTimeField(verbose_name='sealed')),
                ('size', models.PositiveIntegerField(verbose_name='records')),
                ('entries', models.PositiveBigIntegerField(verbose_name='entries')),
                ('tree_root', models.BinaryField(max_length=32)),
                ('prev_hash', models.BinaryField(max_length=32, null=True)),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'verbose_name': 'seal',
                'verbose_name_plural': 'seals',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('prev_hash__isnull', True)), models.Q(('number__gt', 1), ('prev_hash__isnull', False)), _connector='OR'), name='seal_follows_one_unless_first'), models.CheckConstraint(condition=models.Q(('entries__gte', models.F('size'))), name='seal_entry_for_each_record')],
            },
        ),
        migrations.CreateModel(
            name='SealLeaf',
            fields=[
                ('index', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('first_seal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credits.seal')),
                ('learner', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal_leaf', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(db_index=True, verbose_name='checked')),
                ('findings_count', models.PositiveIntegerField(verbose_name='findings')),
                ('first_finding', models.TextField(blank=True, verbose_name='first finding')),
                ('unfinished', models.TextField(blank=True, verbose_name='questions not finished')),
                ('head_hash', models.BinaryField(max_length=32, null=True)),
                ('seal', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credits.seal', verbose_name='newest seal')),
            ],
            options={
                'verbose_name': 'check of the ledger',
                'verbose_name_plural': 'checks of the ledger',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('findings_count', 0), ('first_finding', '')), models.Q(('findings_count__gt', 0), models.Q(('first_finding', ''), _negated=True)), _connector='OR'), name='ledger_check_finding_when_counted'), models.CheckConstraint(condition=models.Q(models.Q(('head_hash__isnull', True), ('seal__isnull', True)), models.Q(('head_hash__isnull', False), ('seal__isnull', False)), _connector='OR'), name='ledger_check_head_of_seal')],
            },
        ),
        migrations.CreateModel(
            name='SealNode',
            fields=[
                ('pk', models.CompositePrimaryKey('level', 'index', 'seal_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('level', models.PositiveSmallIntegerField()),
                ('index', models.PositiveIntegerField()),
                ('sequence', models.PositiveBigIntegerField(null=True)),
                ('hash', models.BinaryField(max_length=32)),
                ('seal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='nodes', to='credits.seal')),
            ],
            options={
                'indexes': [models.Index(fields=['seal', 'level', 'index'], name='seal_node_by_seal')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('level', 0), ('sequence__gte', 1), ('sequence__isnull', False)), models.Q(('level__gt', 0), ('sequence__isnull', True)), _connector='OR'), name='seal_node_sequence_of_leaf')],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
