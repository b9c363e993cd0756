"""Which languages somebody understands, when they are free, and whether pages are read to them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('learners', '0060_mended_at_the_counter'),
    ]

    operations = [
        migrations.AddField(
            model_name='learner',
            name='aloud',
            field=models.CharField(blank=True, choices=[('', 'No'), ('1', 'Yes: each page has a button that reads it to me')], default='', max_length=1, verbose_name='reading aloud'),
        ),
        migrations.AddField(
            model_name='learner',
            name='free_slots',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=13), blank=True, default=list, size=None, verbose_name='when I am free'),
        ),
        migrations.AddField(
            model_name='learner',
            name='understands',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English'), ('km', 'Khmer'), ('ja', 'Japanese'), ('zh', 'Chinese'), ('ko', 'Korean'), ('fr', 'French'), ('de', 'German'), ('ru', 'Russian'), ('es', 'Spanish')], max_length=2), blank=True, default=list, size=None, verbose_name='languages I understand'),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(('free_slots__contained_by', ['mon-morning', 'mon-afternoon', 'mon-evening', 'tue-morning', 'tue-afternoon', 'tue-evening', 'wed-morning', 'wed-afternoon', 'wed-evening', 'thu-morning', 'thu-afternoon', 'thu-evening', 'fri-morning', 'fri-afternoon', 'fri-evening', 'sat-morning', 'sat-afternoon', 'sat-evening', 'sun-morning', 'sun-afternoon', 'sun-evening']), ('understands__contained_by', ['vi', 'en', 'km', 'ja', 'zh', 'ko', 'fr', 'de', 'ru', 'es']), ('aloud__in', ['', '1'])), name='learner_studying_known'),
        ),
    ]
