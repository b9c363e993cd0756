"""The time somebody was asked about: when the first class session was to begin."""

from django.db import migrations, models

OF_THOSE_ASKED = """
UPDATE courses_comingquestion AS question SET begins_at = coalesce(
    (SELECT min(held.starts_at) FROM courses_classsession held JOIN courses_enrollment place ON place.run_id = held.run_id
     WHERE place.id = question.enrollment_id AND held.cancelled_at IS NULL),
    question.asked_at);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0066_place_had_otherwise'),
    ]

    operations = [
        migrations.AddField(model_name='comingquestion', name='begins_at', field=models.DateTimeField(null=True)),
        migrations.RunSQL(OF_THOSE_ASKED, migrations.RunSQL.noop),
        migrations.AlterField(model_name='comingquestion', name='begins_at', field=models.DateTimeField()),
    ]
