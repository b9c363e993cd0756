"""What nobody has confirmed in a month lapses: it is undone by nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0067_class_words'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='deadway',
            name='dead_way_undone_by_somebody',
        ),
        migrations.AddConstraint(
            model_name='deadway',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), models.Q(('confirmed_at__isnull', True), ('undone_at__isnull', False)), _connector='OR'), name='dead_way_undone_by_somebody'),
        ),
    ]
