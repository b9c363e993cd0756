"""A human: requests to be called back, their answers, and the helpers organisations name."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0013_one_person'),
    ]

    operations = [
        migrations.CreateModel(
            name='HelpRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('once', models.UUIDField(editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('reach', models.CharField(max_length=120, verbose_name='how to be reached')),
                ('about', models.TextField(max_length=500, verbose_name='what somebody would like to ask')),
                ('language', models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('due_on', models.DateField(verbose_name='answer due')),
                ('scrubbed_at', models.DateTimeField(blank=True, null=True)),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='help_requests', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.place', verbose_name='commune, ward')),
            ],
            options={
                'verbose_name': 'request to be called back',
                'verbose_name_plural': 'requests to be called back',
            },
        ),
        migrations.CreateModel(
            name='CommuneHelper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='phone')),
                ('hours_vi', models.CharField(max_length=120, verbose_name='when')),
                ('hours_en', models.CharField(blank=True, max_length=120, verbose_name='when, in English')),
                ('named_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='helpers', to='learners.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organization',), name='helper_one_current'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('name', ''), _negated=True), models.Q(('hours_vi', ''), _negated=True)), ('ended_at__isnull', False), _connector='OR'), name='helper_says_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='HelpAnswer',
            fields=[
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='answer', serialize=False, to='learners.helprequest', verbose_name='request')),
                ('tag', models.CharField(choices=[('SIGNING_IN', 'Signing in'), ('FINDING', 'Finding a course'), ('ENROLLING', 'Enrolling, or leaving a class'), ('RECORD', 'The credit record'), ('DEVICE', 'The telephone or the computer'), ('ORGANIZATION', 'An organisation or a class'), ('OTHER', 'Something else')], max_length=12, verbose_name='what was asked')),
                ('outcome', models.CharField(choices=[('HELPED', 'Helped'), ('PASSED_ON', 'Passed on to somebody else'), ('NOT_REACHED', 'Not reached, tried twice')], max_length=12, verbose_name='outcome')),
                ('note', models.TextField(blank=True, max_length=500, verbose_name='note')),
                ('answered_at', models.DateTimeField(db_index=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization')),
            ],
            options={
                'verbose_name': 'answer to a request',
                'verbose_name_plural': 'answers to requests',
            },
        ),
        migrations.AddIndex(
            model_name='helprequest',
            index=models.Index(fields=['place', 'asked_at'], name='help_by_place'),
        ),
        migrations.AddIndex(
            model_name='helprequest',
            index=models.Index(fields=['learner', '-asked_at'], name='help_by_learner'),
        ),
        migrations.AddConstraint(
            model_name='helprequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scrubbed_at__isnull', True), models.Q(('name', ''), _negated=True), models.Q(('reach', ''), _negated=True), models.Q(('about', ''), _negated=True)), models.Q(('about', ''), ('learner__isnull', True), ('name', ''), ('reach', ''), ('scrubbed_at__isnull', False)), _connector='OR'), name='help_says_everything_or_nothing'),
        ),
        migrations.AddConstraint(
            model_name='helprequest',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('about'), 500), name='help_letters_max'),
        ),
        migrations.AddConstraint(
            model_name='helpanswer',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('note'), 500), name='help_note_max'),
        ),
    ]
