"""A second step that is lost is taken off by two curators, after three days in which its person can stop it."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0075_told_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='LostSecondStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('vouched_at', models.DateTimeField(blank=True, null=True, verbose_name='first curator')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lost_second_steps', to=settings.AUTH_USER_MODEL)),
                ('vouched_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'lost second step',
                'verbose_name_plural': 'lost second steps',
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('stopped_at__isnull', True)), fields=('learner',), name='lost_step_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('vouched_at__isnull', True), ('vouched_by__isnull', True)), models.Q(('vouched_at__gte', models.F('asked_at')), ('vouched_by__isnull', False), models.Q(('vouched_by', models.F('learner')), _negated=True)), _connector='OR'), name='lost_step_first_is_another'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True), ('due_at__isnull', True)), models.Q(('confirmed_at__gte', models.F('vouched_at')), ('confirmed_by__isnull', False), ('due_at__gt', models.F('confirmed_at')), models.Q(('confirmed_by', models.F('vouched_by')), _negated=True), models.Q(('confirmed_by', models.F('learner')), _negated=True)), _connector='OR'), name='lost_step_second_is_another'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), models.Q(('done_at__gte', models.F('due_at')), ('due_at__isnull', False), ('stopped_at__isnull', True)), _connector='OR'), name='lost_step_waits')],
            },
        ),
    ]
