"""What was added to a record in front of one member of staff, how long it is held, and what came of it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0072_desk_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='AddedWay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('email', 'E-mail address'), ('phone', 'Mobile number')], max_length=5, verbose_name='what')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('held_until', models.DateTimeField(verbose_name='held until')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('is_by_curator', models.BooleanField(db_default=False, default=False)),
                ('taken_off_at', models.DateTimeField(blank=True, null=True, verbose_name='taken off')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='added_ways', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization')),
            ],
            options={
                'verbose_name': 'way added at a counter',
                'verbose_name_plural': 'ways added at counters',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('added_by', models.F('learner')), _negated=True), ('held_until__gt', models.F('added_at'))), name='added_way_held_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__gte', models.F('added_at')), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__gte', models.F('added_at')), models.Q(('confirmed_by', models.F('added_by')), _negated=True), models.Q(('confirmed_by', models.F('learner')), _negated=True)), _connector='OR'), name='added_way_second_is_another'), models.CheckConstraint(condition=models.Q(('is_by_curator', False), ('confirmed_by__isnull', False), _connector='OR'), name='added_way_curator_named'), models.CheckConstraint(condition=models.Q(('taken_off_at__isnull', True), models.Q(('confirmed_at__isnull', True), ('taken_off_at__gte', models.F('added_at')), ('taken_off_at__lt', models.F('held_until'))), _connector='OR'), name='added_way_taken_off_while_held')],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER learners_only_where_registered BEFORE INSERT ON learners_addedway"
            " FOR EACH ROW EXECUTE FUNCTION learners_only_where_registered()",
            "DROP TRIGGER learners_only_where_registered ON learners_addedway",
        ),
    ]
