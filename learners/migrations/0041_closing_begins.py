from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0040_a_no_stays'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountclosing',
            name='leaving_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closing begun'),
        ),
        migrations.RunSQL(
            'UPDATE learners_accountclosing SET leaving_at = erased_at WHERE erased_at IS NOT NULL', migrations.RunSQL.noop
        ),
        migrations.RemoveConstraint(model_name='accountclosing', name='account_closing_ends_one_way'),
        migrations.RemoveConstraint(model_name='accountclosing', name='account_closing_waits'),
        migrations.AddConstraint(
            model_name='accountclosing',
            constraint=models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(leaving_at__isnull=True, erased_at__isnull=True),
                name='account_closing_ends_one_way',
            ),
        ),
        migrations.AddConstraint(
            model_name='accountclosing',
            constraint=models.CheckConstraint(
                condition=Q(leaving_at__isnull=True, erased_at__isnull=True)
                | (
                    Q(leaving_at__isnull=False, leaving_at__gte=F('due_at'))
                    & (Q(erased_at__isnull=True) | Q(erased_at__gte=F('leaving_at')))
                ),
                name='account_closing_waits',
            ),
        ),
    ]
