from django.db import migrations, models
from django.db.models import F


def their_own_box(apps, schema_editor):
    """Codes live for a day: those of today are counted by their address as it is."""
    apps.get_model("learners", "SignInCode").objects.update(box=F("address"))


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0030_joined_accounts'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='signincode',
            name='sign_in_code_by_address',
        ),
        migrations.AddField(
            model_name='signincode',
            name='box',
            field=models.CharField(default='', max_length=254),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='signincode',
            name='is_known',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='signincode',
            name='is_trusted',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='signincode',
            name='is_withheld',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(their_own_box, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='signincode',
            index=models.Index(fields=['box', 'asked_at'], name='sign_in_code_by_box'),
        ),
        migrations.AddIndex(
            model_name='signincode',
            index=models.Index(condition=models.Q(('is_known', False), ('is_withheld', False)), fields=['asked_at'], name='sign_in_code_to_strangers'),
        ),
        migrations.AddConstraint(
            model_name='signincode',
            constraint=models.CheckConstraint(condition=models.Q(('is_known', True), ('is_withheld', True), _negated=True), name='sign_in_code_for_the_known'),
        ),
    ]
