"""Reports of mistakes, the log of who has read whose ledger, and their guards (``0012_disputes_and_access.sql``)."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from pathlib import Path

from django.conf import settings
from django.db import migrations, models

FORWARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARDS = """
DROP TRIGGER credits_append_only ON credits_ledgeraccess;
DROP TRIGGER credits_append_only ON credits_dispute;
DROP TRIGGER credits_check_dispute ON credits_dispute;
DROP FUNCTION credits_check_dispute();
"""


class Migration(migrations.Migration):
    dependencies = [
        ('credits', '0010_seals'),
        ('learners', '0004_holidays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('case_number', models.CharField(max_length=20, unique=True, verbose_name='case number')),
                ('complaint', models.CharField(choices=[('NOT_MINE', 'I did not do this learning'), ('WRONG_AMOUNT', 'The hours or credits are wrong'), ('MISSING_EVIDENCE', 'Evidence is missing or wrong'), ('WRONG_COURSE', 'The course or the field is wrong'), ('OTHER', 'Something else is wrong')], max_length=20, verbose_name='what is wrong')),
                ('text', models.TextField(max_length=2000, verbose_name="in the learner's words")),
                ('opened_at', models.DateTimeField(verbose_name='reported')),
                ('due_on', models.DateField(verbose_name='answer due')),
                ('escalated_at', models.DateTimeField(blank=True, null=True, verbose_name='with the curators since')),
                ('state', models.CharField(choices=[('OPEN', 'Waiting for an answer'), ('ANSWERED', 'Answered'), ('WITHDRAWN', 'Taken back')], default='OPEN', max_length=10, verbose_name='state')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('outcome', models.CharField(blank=True, choices=[('UPHELD', 'The line is wrong, as reported'), ('PARTLY', 'The line is wrong in part'), ('NOT_UPHELD', 'The line is right')], max_length=12, verbose_name='outcome')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answered_after_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days until the answer')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disputes_answered', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('answered_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disputes_answered', to='learners.organization')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='credits.journalentry', verbose_name='journal entry')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='learners.organization', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'report of a mistake',
                'verbose_name_plural': 'reports of mistakes',
                'indexes': [models.Index(condition=models.Q(('state', 'OPEN')), fields=['due_on'], name='dispute_open_by_due_on')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('entry',), name='dispute_one_open_per_entry'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_after_days__isnull', True), ('answered_at__isnull', True), ('answered_by__isnull', True), ('answered_for__isnull', True), ('outcome', ''), ('state', 'OPEN'), ('withdrawn_at__isnull', True)), models.Q(('answer', ''), ('answered_after_days__isnull', True), ('answered_at__isnull', True), ('answered_by__isnull', True), ('answered_for__isnull', True), ('outcome', ''), ('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False)), models.Q(('answered_after_days__isnull', False), ('answered_at__isnull', False), ('answered_by__isnull', False), ('outcome__in', ['UPHELD', 'PARTLY', 'NOT_UPHELD']), ('state', 'ANSWERED'), ('withdrawn_at__isnull', True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='dispute_facts_of_state'), models.CheckConstraint(condition=models.Q(('answered_by__isnull', True), models.Q(('answered_by', models.F('learner')), _negated=True), _connector='OR'), name='dispute_not_answered_by_its_learner'), models.CheckConstraint(condition=models.Q(('answered_for__isnull', True), models.Q(('answered_for', models.F('organization')), ('organization__isnull', False)), _connector='OR'), name='dispute_answered_for_its_organization'), models.CheckConstraint(condition=models.Q(('organization__isnull', False), ('escalated_at__isnull', False), _connector='OR'), name='dispute_has_somebody_to_answer'), models.CheckConstraint(condition=models.Q(models.Q(('escalated_at__isnull', True), ('escalated_at__gte', models.F('opened_at')), _connector='OR'), models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('opened_at')), _connector='OR'), models.Q(('answered_at__isnull', True), ('answered_at__gte', models.F('opened_at')), _connector='OR')), name='dispute_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 2000)), name='dispute_text_length'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('answer'), 2000)), name='dispute_answer_length')],
            },
        ),
        migrations.CreateModel(
            name='LedgerAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(verbose_name='read')),
                ('what', models.CharField(choices=[('STATEMENT', 'The whole record'), ('ENTRY', 'One line'), ('LIST', 'Lines of several people in a list'), ('SEARCH', 'Lines found by a search'), ('ACCOUNT', 'An account of the ledger'), ('REQUEST', 'A request to change the record'), ('DISPUTE', 'A report of a mistake')], max_length=12, verbose_name='what was shown')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_accesses', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger_accesses_made', to='learners.organization')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_accesses_made', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reading of a record',
                'verbose_name_plural': 'readings of records',
                'indexes': [models.Index(fields=['learner', '-read_at', '-id'], name='ledger_access_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('learner', models.F('reader')), _negated=True), name='ledger_access_by_somebody_else'), models.CheckConstraint(condition=models.Q(models.Q(('what', 'STATEMENT'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='ledger_access_statement_says_why')],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
