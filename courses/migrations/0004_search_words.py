"""Words of the search, first from ``courses/data/search_words.yaml``, and the catalogue's own words."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.db import migrations, models

from courses.actions import search_words
from courses.importers.search_words import read

COUNT_UP = """
INSERT INTO courses_searchgeneration (name, number, made_of) VALUES ('words', 1, ''), ('terms', 1, '');

CREATE FUNCTION courses_search_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE courses_searchgeneration SET number = number + 1 WHERE name = 'words';
    RETURN NULL;
END $$;

CREATE TRIGGER search_words_changed AFTER INSERT OR UPDATE OR DELETE ON courses_searchword
    FOR EACH STATEMENT EXECUTE FUNCTION courses_search_words_changed();
"""

NO_COUNT = """
DROP TRIGGER search_words_changed ON courses_searchword;
DROP FUNCTION courses_search_words_changed();
"""


def load(apps, schema_editor):
    search_words.load(rows=read(), model=apps.get_model("courses", "SearchWord"))


class Migration(migrations.Migration):
    dependencies = [("courses", "0003_published_stays"), ("learners", "0005_former_places")]
    operations = [
        migrations.CreateModel(
            name="SearchGeneration",
            fields=[
                ("name", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("made_of", models.CharField(blank=True, max_length=120)),
                ("refreshed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("WORD", "Word"), ("PHRASE", "Words in a row"), ("FIELD", "Field"), ("ORGANIZATION", "Organisation"), ("PLACE", "Place")], max_length=12)),
                ("start", models.CharField(max_length=120)),
                ("text_vi", models.CharField(max_length=300)),
                ("text_en", models.CharField(blank=True, max_length=300)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("courses", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("SYNONYM", "Other words for the same thing"), ("REGIONAL", "Words of North, Centre and South"), ("ABBREVIATION", "Abbreviation"), ("CHAT", "Chat word"), ("MISSPELLING", "Misspelling"), ("STOP", "Left out"), ("FILTER", "Turned into a filter"), ("HINT", "Ranks first, not required"), ("PLACE", "Other name of a place"), ("AMBIGUOUS", "Has other meanings: only beside another word")], max_length=12, verbose_name="kind")),
                ("phrase", models.CharField(max_length=100, verbose_name="what people write")),
                ("means", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name="what it means")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("is_used", models.BooleanField(default=True, verbose_name="in use")),
                ("key", models.CharField(editable=False, max_length=200)),
                ("folded", models.TextField(editable=False)),
                ("loaded_as", models.CharField(blank=True, editable=False, max_length=220)),
                ("edited_at", models.DateTimeField(editable=False, null=True, verbose_name="edited")),
            ],
            options={
                "verbose_name": "search word",
                "verbose_name_plural": "search words",
                "ordering": ["kind", "phrase"],
            },
        ),
        migrations.AddIndex(
            model_name="catalogentry",
            index=models.Index(django.contrib.postgres.indexes.OpClass("title_fold", "text_pattern_ops"), name="catalog_entry_title_start"),
        ),
        migrations.AddField(
            model_name="searchterm",
            name="organization",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="learners.organization"),
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.UniqueConstraint(fields=("kind", "key"), name="search_word_once_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.UniqueConstraint(condition=models.Q(("loaded_as", ""), _negated=True), fields=("loaded_as",), name="search_word_loaded_once"),
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="search_word_has_letters"),
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind__in", ["STOP", "AMBIGUOUS"]), ("means__len", 0)), models.Q(("kind__in", ["CHAT", "MISSPELLING", "FILTER"]), ("means__len", 1)), models.Q(("kind__in", ["SYNONYM", "REGIONAL", "ABBREVIATION", "PLACE"]), ("means__len__gt", 0)), ("kind", "HINT"), _connector="OR"), name="search_word_meanings_of_its_kind"),
        ),
        migrations.AddIndex(
            model_name="searchterm",
            index=models.Index(django.db.models.functions.text.Left("start", 1), models.OrderBy(models.F("courses"), descending=True), name="search_term_one_letter"),
        ),
        migrations.AddIndex(
            model_name="searchterm",
            index=models.Index(django.db.models.functions.text.Left("start", 2), models.OrderBy(models.F("courses"), descending=True), name="search_term_two_letters"),
        ),
        migrations.AddIndex(
            model_name="searchterm",
            index=models.Index(django.contrib.postgres.indexes.OpClass("start", "text_pattern_ops"), name="search_term_start"),
        ),
        migrations.AddConstraint(
            model_name="searchterm",
            constraint=models.UniqueConstraint(fields=("kind", "start", "text_vi", "code", "organization"), name="search_term_once", nulls_distinct=False),
        ),
        migrations.RunSQL(COUNT_UP, NO_COUNT),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
