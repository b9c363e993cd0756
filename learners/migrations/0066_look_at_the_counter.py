"""The look of pages is among what staff at a counter set for somebody."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0065_consent_words_again'),
    ]

    operations = [
        migrations.AlterField(
            model_name='correction',
            name='what',
            field=models.CharField(choices=[('NAME', 'Full name'), ('BIRTH_YEAR', 'Birth year'), ('LOOK', 'How pages look')], max_length=10, verbose_name='what'),
        ),
    ]
