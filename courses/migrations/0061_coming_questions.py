"""Whether somebody is still coming: the question and its answer."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0060_enrollment_terms'),
    ]

    operations = [
        migrations.CreateModel(
            name='ComingQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, choices=[('YES', 'Coming'), ('NO', 'Not coming')], max_length=3)),
                ('enrollment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='coming_question', to='courses.enrollment')),
            ],
            options={
                'verbose_name': 'question whether somebody is coming',
                'verbose_name_plural': 'questions whether somebody is coming',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='coming_question_answer_complete')],
            },
        ),
    ]
