"""Names of the fields that the curators' desk shows; nothing changes in the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0019_who_people_are'),
        ('learners', '0072_desk_labels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='dispute',
            name='answered_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disputes_answered', to='learners.organization', verbose_name='organisation that answers'),
        ),
        migrations.AlterField(
            model_name='dispute',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='freeze',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_freezes', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='ledgerrequest',
            name='entry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal_requests', to='credits.journalentry', verbose_name='journal entry'),
        ),
        migrations.AlterField(
            model_name='ledgerrequest',
            name='other_learner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger_requests_as_other', to=settings.AUTH_USER_MODEL, verbose_name='emptied'),
        ),
        migrations.AlterField(
            model_name='merge',
            name='in_entry',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merge_in', to='credits.journalentry', verbose_name='journal entry in'),
        ),
        migrations.AlterField(
            model_name='merge',
            name='kept',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_merges', to=settings.AUTH_USER_MODEL, verbose_name='kept'),
        ),
        migrations.AlterField(
            model_name='merge',
            name='merged',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_merges_away', to=settings.AUTH_USER_MODEL, verbose_name='emptied'),
        ),
        migrations.AlterField(
            model_name='merge',
            name='out_entry',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merge_out', to='credits.journalentry', verbose_name='journal entry out'),
        ),
        migrations.AlterField(
            model_name='merge',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='merge', to='credits.ledgerrequest', verbose_name='ledger request'),
        ),
        migrations.AlterField(
            model_name='qualification',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='qualification', to='credits.journalentry', verbose_name='journal entry'),
        ),
        migrations.AlterField(
            model_name='qualification',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='qualification',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='credits.pathwayversion', verbose_name='pathway version'),
        ),
    ]
