from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0018_erasure'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledgeraccess',
            name='what',
            field=models.CharField(choices=[('STATEMENT', 'The whole record'), ('ENTRY', 'One line'), ('LIST', 'Lines of several people in a list'), ('SEARCH', 'Lines found by a search'), ('ACCOUNT', 'An account of the ledger'), ('REQUEST', 'A request to change the record'), ('DISPUTE', 'A report of a mistake'), ('PERSON', 'Who I am'), ('PEOPLE', 'Who I am, in a list of several people')], max_length=12, verbose_name='what was shown'),
        ),
    ]
