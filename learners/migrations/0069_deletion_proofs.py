"""Proofs of what an organisation had removed; they stay as they were written."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER learners_deletionproof_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_deletionproof
    FOR EACH STATEMENT EXECUTE FUNCTION learners_stays();
"""
NO_GUARDS = "DROP TRIGGER learners_deletionproof_stays ON learners_deletionproof;"


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0068_dead_way_lapses'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeletionProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('about', models.CharField(max_length=40)),
                ('removed_at', models.DateTimeField(verbose_name='removed')),
                ('document', models.JSONField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deletion_proofs', to='learners.organization')),
            ],
            options={
                'verbose_name': 'proof of deletion',
                'verbose_name_plural': 'proofs of deletion',
                'indexes': [models.Index(fields=['about'], name='deletion_proof_by_about')],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
