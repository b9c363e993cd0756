"""Names of the fields that the curators' desk shows; nothing changes in the database."""

import django.contrib.postgres.fields
import django.db.models.deletion
import learners.choices.message
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0071_helpers_set_the_look'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accountclosing',
            name='certificate',
            field=models.JSONField(blank=True, null=True, verbose_name='certificate'),
        ),
        migrations.AlterField(
            model_name='accountclosing',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='accountclosing',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='accountclosing',
            name='public_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='accountclosing',
            name='witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by staff'),
        ),
        migrations.AlterField(
            model_name='card',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims_witnessed', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims_witnessed', to=settings.AUTH_USER_MODEL, verbose_name='recorded by staff'),
        ),
        migrations.AlterField(
            model_name='consentanswer',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ended'),
        ),
        migrations.AlterField(
            model_name='deadway',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AlterField(
            model_name='deadway',
            name='kind',
            field=models.CharField(choices=[('email', 'E-mail address'), ('phone', 'Mobile number')], max_length=5, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='deadway',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dead_ways', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='deadway',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='formerplace',
            name='code',
            field=models.CharField(max_length=5, primary_key=True, serialize=False, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='formerplace',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='learners.formerplace', verbose_name='belongs to'),
        ),
        migrations.AlterField(
            model_name='formerplace',
            name='successors',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None, verbose_name='is now part of'),
        ),
        migrations.AlterField(
            model_name='guardian',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardians_recorded', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='guardian',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AlterField(
            model_name='helprequest',
            name='learner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='help_requests', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='helprequest',
            name='scrubbed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='words erased'),
        ),
        migrations.AlterField(
            model_name='learner',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='account closed'),
        ),
        migrations.AlterField(
            model_name='learner',
            name='created_at',
            field=models.DateTimeField(verbose_name='account opened'),
        ),
        migrations.AlterField(
            model_name='learner',
            name='email_verified_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='e-mail confirmed'),
        ),
        migrations.AlterField(
            model_name='learner',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='account is open'),
        ),
        migrations.AlterField(
            model_name='learner',
            name='is_staff',
            field=models.BooleanField(default=False, verbose_name='curator'),
        ),
        migrations.AlterField(
            model_name='mandate',
            name='helper',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates_held', to=settings.AUTH_USER_MODEL, verbose_name='account of the helper'),
        ),
        migrations.AlterField(
            model_name='mandate',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates_witnessed', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='mandate',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_given', to=settings.AUTH_USER_MODEL, verbose_name='person who is helped'),
        ),
        migrations.AlterField(
            model_name='mandate',
            name='witnessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates_witnessed', to=settings.AUTH_USER_MODEL, verbose_name='recorded by staff'),
        ),
        migrations.AlterField(
            model_name='mandateact',
            name='title_vi',
            field=models.CharField(blank=True, max_length=200, verbose_name='title of the course'),
        ),
        migrations.AlterField(
            model_name='message',
            name='language',
            field=models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English')], max_length=2, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='message',
            name='public_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='body',
            field=models.TextField(verbose_name='text'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='kind',
            field=models.CharField(choices=learners.choices.message.message_kinds, max_length=30, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='language',
            field=models.CharField(choices=[('vi', 'Vietnamese'), ('en', 'English')], max_length=2, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='source',
            field=models.CharField(max_length=200, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='subject',
            field=models.CharField(blank=True, max_length=200, verbose_name='subject line'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='valid_from',
            field=models.DateTimeField(verbose_name='valid from'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='valid_to',
            field=models.DateTimeField(blank=True, null=True, verbose_name='valid to'),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='version',
            field=models.PositiveIntegerField(verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='organizationcomplaint',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints_made', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
        migrations.AlterField(
            model_name='place',
            name='code',
            field=models.CharField(max_length=8, primary_key=True, serialize=False, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='place',
            name='latitude',
            field=models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name='latitude'),
        ),
        migrations.AlterField(
            model_name='place',
            name='longitude',
            field=models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name='longitude'),
        ),
        migrations.AlterField(
            model_name='place',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='learners.place', verbose_name='belongs to'),
        ),
        migrations.AlterField(
            model_name='place',
            name='valid_from',
            field=models.DateField(verbose_name='valid from'),
        ),
        migrations.AlterField(
            model_name='place',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='valid to'),
        ),
        migrations.AlterField(
            model_name='registration',
            name='learner',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='registration', to=settings.AUTH_USER_MODEL, verbose_name='learner'),
        ),
    ]
