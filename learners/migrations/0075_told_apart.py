"""Of two accounts that look like one person's a curator may say that they are two people's."""

import django.db.models.deletion
import learners.models.folding
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0074_year_by_a_shown_code'),
    ]

    operations = [
        migrations.CreateModel(
            name='ToldApart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'pair that is two people',
                'verbose_name_plural': 'pairs that are two people',
                'constraints': [models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='told_apart_in_order'), models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('one', 'other'), name='told_apart_once'), models.CheckConstraint(condition=models.Q(models.Q(('said_by', models.F('one')), _negated=True), models.Q(('said_by', models.F('other')), _negated=True)), name='told_apart_by_somebody_else'), models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at__isnull', True), ('taken_back_by__isnull', True)), models.Q(('taken_back_at__gte', models.F('said_at')), ('taken_back_by__isnull', False)), _connector='OR'), name='told_apart_taken_back_by_somebody')],
            },
        ),
        # The desk asks for long names by the year as well, where somebody has said no place.
        migrations.AddIndex(
            model_name='learner',
            index=models.Index(learners.models.folding.NameKey('full_name'), models.F('birth_year'), condition=models.Q(('closed_at__isnull', True)), name='learner_by_name_and_year'),
        ),
    ]
