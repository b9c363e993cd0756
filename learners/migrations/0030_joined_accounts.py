"""
Ways removed from accounts merged away, kept as long as the merge can be undone; such an account may have none.

Who witnessed a mandate is not its helper.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0029_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='RemovedWay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('verified_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='learner',
            name='learner_can_sign_in_or_closed',
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(('email__isnull', False), ('phone__isnull', False), ('has_card', True), ('closed_at__isnull', False), ('merged_into__isnull', False), _connector='OR'), name='learner_can_sign_in_or_closed'),
        ),
        migrations.AddField(
            model_name='removedway',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='removed_ways', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='removedway',
            constraint=models.UniqueConstraint(fields=('learner', 'address'), name='removed_way_once'),
        ),
        migrations.AddConstraint(
            model_name='removedway',
            constraint=models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='removed_way_says_which'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('witnessed_by__isnull', True), ('helper__isnull', True), models.Q(('witnessed_by', models.F('helper')), _negated=True), _connector='OR'), name='mandate_witness_is_no_helper'),
        ),
    ]
