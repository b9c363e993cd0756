"""Everything the portal keeps of a person, in one file for a few days."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0021_my_data_consents'),
    ]

    operations = [
        migrations.AlterField(
            model_name='retentionrule',
            name='kind',
            field=models.CharField(choices=[('ACCOUNT', 'Name, addresses, settings'), ('LEDGER', 'Credit record, by number without a name'), ('LEARNING', 'Enrolments, attendance, what was read'), ('CONSENT', 'What I agreed to and withdrew'), ('READINGS', 'Who has read my record'), ('MESSAGE', 'What letters to me said'), ('HELP_REQUEST', 'Requests to be called back'), ('EXPORT', 'Files with all my data'), ('SIGN_IN_CODE', 'Sign-in codes'), ('SESSION', 'Where I am signed in'), ('LOG', 'The portal’s technical log')], max_length=20, verbose_name='what'),
        ),
        migrations.CreateModel(
            name='DataExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('language', models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English')], max_length=2)),
                ('state', models.CharField(choices=[('WAITING', 'Being prepared'), ('READY', 'Ready'), ('EXPIRED', 'No longer kept'), ('FAILED', 'Could not be prepared')], default='WAITING', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claim_token', models.UUIDField(blank=True, null=True)),
                ('lease_ends_at', models.DateTimeField(blank=True, null=True)),
                ('steps_done', models.PositiveSmallIntegerField(default=0)),
                ('steps_total', models.PositiveSmallIntegerField(default=0)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('content', models.BinaryField(null=True)),
                ('bytes_count', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_exports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'export of one’s data',
                'verbose_name_plural': 'exports of one’s data',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['WAITING', 'READY'])), fields=('learner',), name='data_export_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('expires_at__isnull', False), ('ready_at__isnull', False), ('state', 'READY')), models.Q(models.Q(('state', 'READY'), _negated=True), ('content__isnull', True)), _connector='OR'), name='data_export_ready_has_file')],
            },
        ),
    ]
