from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0041_closing_begins'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='learner', name='learner_can_sign_in_or_closed'),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(phone__isnull=False)
                | Q(has_card=True)
                | Q(closed_at__isnull=False)
                | Q(merged_into__isnull=False),
                name='learner_can_sign_in_or_closed',
            ),
        ),
    ]
