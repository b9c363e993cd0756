from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0042_address_goes_with_a_merge'),
    ]

    operations = [
        migrations.AlterField(
            model_name='retentionrule',
            name='kind',
            field=models.CharField(choices=[('ACCOUNT', 'Name, addresses, settings'), ('LEDGER', 'Credit record, by number without a name'), ('LEARNING', 'Enrolments, attendance, what was read'), ('CONSENT', 'What I agreed to and withdrew'), ('READINGS', 'Who has read my record'), ('MESSAGE', 'What letters to me said'), ('HELP_REQUEST', 'Requests to be called back'), ('EXPORT', 'Files with all my data'), ('SIGN_IN_CODE', 'Sign-in codes'), ('SESSION', 'Where I am signed in'), ('DEVICE', 'Devices I have signed in on'), ('LOG', 'The portal’s technical log')], max_length=20, verbose_name='what'),
        ),
    ]
