"""A class that is taught in both ways may have a meeting link beside its venue."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0079_place_taken_away'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='courserun',
            name='course_run_meeting_url',
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(('meeting_url', ''), ('meeting_url__regex', '^https://[^[:space:]]+$'), _connector='OR'), name='course_run_meeting_url'),
        ),
    ]
