"""A number or address that reaches nobody is taken off a record in front of staff; afterwards another one can be claimed."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0063_closing_by_two'),
    ]

    operations = [
        migrations.AlterField(
            model_name='claim',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='DeadWay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('email', 'E-mail address'), ('phone', 'Mobile number')], max_length=5)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dead_ways', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'way that reaches nobody',
                'verbose_name_plural': 'ways that reach nobody',
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True), ('undone_at__isnull', True)), fields=('learner', 'kind'), name='dead_way_asked_once'), models.CheckConstraint(condition=models.Q(models.Q(('asked_by', models.F('learner')), _negated=True), models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__gte', models.F('asked_at')), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__gte', models.F('asked_at')), models.Q(('confirmed_by', models.F('asked_by')), _negated=True), models.Q(('confirmed_by', models.F('learner')), _negated=True)), _connector='OR')), name='dead_way_second_is_another'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='dead_way_undone_by_somebody')],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER learners_only_where_registered BEFORE INSERT ON learners_deadway"
            " FOR EACH ROW EXECUTE FUNCTION learners_only_where_registered()",
            "DROP TRIGGER learners_only_where_registered ON learners_deadway",
        ),
    ]
