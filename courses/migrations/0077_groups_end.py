"""Groups nobody gathers any more end, and the number of who has left one is free for another."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0076_own_priority'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrollmentgroup',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='enrollmentgroup',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('settled_at__isnull', True), _connector='OR'), name='enrollment_group_ended_or_settled'),
        ),
        migrations.AddIndex(
            model_name='enrollmentgroup',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('settled_at__isnull', True)), fields=['made_at'], name='enrollment_group_gathered'),
        ),
        migrations.RemoveConstraint(
            model_name='groupmember',
            name='group_member_position',
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('group', 'position'), name='group_member_position'),
        ),
    ]
