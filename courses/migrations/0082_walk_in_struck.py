"""Who was written down at a door by mistake is struck off, and can be put back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0081_meeting_link_changed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='walkin',
            name='struck_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='struck off'),
        ),
        migrations.AddField(
            model_name='walkin',
            name='struck_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='struck off by'),
        ),
        migrations.AddConstraint(
            model_name='walkin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('struck_at', None), ('struck_by', None)), models.Q(('claimed_at', None), ('struck_at__isnull', False), ('struck_by__isnull', False)), _connector='OR'), name='walk_in_struck_or_claimed'),
        ),
    ]
