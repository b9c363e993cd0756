from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0024_guardians'),
    ]

    operations = [
        migrations.AlterField(
            model_name='registration',
            name='idempotency_key',
            field=models.UUIDField(),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(fields=('organization', 'idempotency_key'), name='registration_once'),
        ),
    ]
