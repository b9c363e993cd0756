"""Type-ahead reads an index in its order: by weight after one, two and four letters, and titles by their letters."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0073_turns_in_the_order_of_joining'),
        ('learners', '0062_confirmed_year_follows'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='catalogentry',
            name='catalog_entry_title_start',
        ),
        migrations.RemoveIndex(
            model_name='searchterm',
            name='search_term_one_letter',
        ),
        migrations.RemoveIndex(
            model_name='searchterm',
            name='search_term_two_letters',
        ),
        migrations.RemoveIndex(
            model_name='searchterm',
            name='search_term_start',
        ),
        migrations.AlterField(
            model_name='catalogentry',
            name='title_fold',
            field=models.TextField(db_collation='C'),
        ),
        migrations.AlterField(
            model_name='searchterm',
            name='start',
            field=models.CharField(db_collation='C', max_length=120),
        ),
        migrations.AddIndex(
            model_name='catalogentry',
            index=models.Index(models.F('title_fold'), name='catalog_entry_title_start'),
        ),
        migrations.AddIndex(
            model_name='searchterm',
            index=models.Index(django.db.models.functions.text.Left('start', 1), models.OrderBy(models.F('courses'), descending=True), models.F('start'), name='search_term_one_letter'),
        ),
        migrations.AddIndex(
            model_name='searchterm',
            index=models.Index(django.db.models.functions.text.Left('start', 2), models.OrderBy(models.F('courses'), descending=True), models.F('start'), name='search_term_two_letters'),
        ),
        migrations.AddIndex(
            model_name='searchterm',
            index=models.Index(django.db.models.functions.text.Left('start', 4), models.OrderBy(models.F('courses'), descending=True), models.F('start'), name='search_term_four_letters'),
        ),
        migrations.AddIndex(
            model_name='searchterm',
            index=models.Index(models.F('start'), name='search_term_start'),
        ),
    ]
