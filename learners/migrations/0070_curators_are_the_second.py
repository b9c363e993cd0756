"""Where one person works alone at a counter, a curator confirms what they have written down, and it says so."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0069_deletion_proofs'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountclosing',
            name='is_by_curator',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='accountclosing',
            constraint=models.CheckConstraint(condition=models.Q(('is_by_curator', False), ('confirmed_by__isnull', False), _connector='OR'), name='account_closing_curator_named'),
        ),
        migrations.AddField(
            model_name='deadway',
            name='is_by_curator',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='deadway',
            constraint=models.CheckConstraint(condition=models.Q(('is_by_curator', False), ('confirmed_by__isnull', False), _connector='OR'), name='dead_way_curator_named'),
        ),
    ]
