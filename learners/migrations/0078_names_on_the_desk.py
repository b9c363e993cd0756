"""Names of fields that the curators' desk shows; nothing changes in the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0077_added_by_a_card'),
    ]

    operations = [
        migrations.AlterField(
            model_name='addedway',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='added_ways', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='addedway',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='lostsecondstep',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lost_second_steps', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
    ]
