"""What was added by a card that staff have printed is held too; nobody of staff has said yet whose it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0076_lost_second_steps'),
    ]

    operations = [
        migrations.AlterField(
            model_name='addedway',
            name='added_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddConstraint(
            model_name='addedway',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), ('added_by__isnull', False), _connector='OR'), name='added_way_two_say_so'),
        ),
    ]
