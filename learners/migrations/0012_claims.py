"""Claims of accounts that were opened at a counter; written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER learners_claim_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_claim
    FOR EACH STATEMENT EXECUTE FUNCTION learners_stays();
"""
NO_GUARDS = "DROP TRIGGER learners_claim_stays ON learners_claim;"


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0011_mandates'),
    ]

    operations = [
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claimed_at', models.DateTimeField(verbose_name='claimed')),
                ('learner', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='claim', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims_witnessed', to='learners.organization')),
                ('witnessed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims_witnessed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'claimed account',
                'verbose_name_plural': 'claimed accounts',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('organization__isnull', True), ('witnessed_by__isnull', True)), models.Q(('organization__isnull', False), ('witnessed_by__isnull', False), models.Q(('witnessed_by', models.F('learner')), _negated=True)), _connector='OR'), name='claim_witness_complete')],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
