"""When the meeting link of a class last changed, and how often: calendars go by it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0080_link_of_a_blended_class'),
    ]

    operations = [
        migrations.AddField(
            model_name='courserun',
            name='meeting_revision',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='courserun',
            name='meeting_changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('meeting_changed_at__isnull', True), ('meeting_revision', 0)), models.Q(('meeting_changed_at__isnull', False), ('meeting_revision__gt', 0)), _connector='OR'), name='course_run_meeting_changed_at'),
        ),
    ]
