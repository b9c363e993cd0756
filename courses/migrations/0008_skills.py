"""Skills, first from ``courses/data/skills.csv``, and which a course version teaches."""

import csv
from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

DATA = Path(__file__).resolve().parent.parent / "data" / "skills.csv"
GUARD = """
CREATE TRIGGER taught_skill_published_stays BEFORE INSERT OR UPDATE OR DELETE ON courses_taughtskill
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_change_of_published_part();

INSERT INTO courses_searchgeneration (name, number, made_of) VALUES ('skills', 1, '');

CREATE FUNCTION courses_skills_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE courses_searchgeneration SET number = number + 1 WHERE name = 'skills';
    RETURN NULL;
END $$;

CREATE TRIGGER skills_changed AFTER INSERT OR UPDATE OR DELETE ON courses_skill
    FOR EACH STATEMENT EXECUTE FUNCTION courses_skills_changed();
"""
NO_GUARD = """
DROP TRIGGER skills_changed ON courses_skill;
DROP FUNCTION courses_skills_changed();
DELETE FROM courses_searchgeneration WHERE name = 'skills';
DROP TRIGGER taught_skill_published_stays ON courses_taughtskill;
"""


def load(apps, schema_editor):
    skill = apps.get_model("courses", "Skill")
    with DATA.open(encoding="utf-8", newline="") as lines:
        skill.objects.bulk_create(skill(**row) for row in csv.DictReader(lines))


class Migration(migrations.Migration):
    dependencies = [("courses", "0007_wishes")]
    operations = [
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('code', models.SlugField(max_length=40, primary_key=True, serialize=False, verbose_name='code')),
                ('group', models.CharField(choices=[('DIGITAL', 'Digital skills'), ('FARMING', 'Farming and gardens'), ('CRAFTS', 'Crafts and sewing'), ('HEALTH', 'Health and care'), ('FAMILY', 'Home and everyday life'), ('LANGUAGES', 'Languages'), ('CULTURE', 'Culture and heritage'), ('BUSINESS', 'Trade, food and hosting guests'), ('TRADES', 'Technical work and data')], max_length=12, verbose_name='group')),
                ('name_vi', models.CharField(max_length=100, unique=True, validators=[django.core.validators.MinLengthValidator(2)], verbose_name='name')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('is_offered', models.BooleanField(default=True, verbose_name='offered')),
            ],
            options={
                'verbose_name': 'skill',
                'verbose_name_plural': 'skills',
                'ordering': ['group', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='skill_code_of_letters'), models.CheckConstraint(condition=models.Q(models.Q(('name_vi', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='skill_says_what_it_is')],
            },
        ),
        migrations.CreateModel(
            name='TaughtSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('outcome', models.PositiveSmallIntegerField(null=True)),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taught', to='courses.skill')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taught_skills', to='courses.courseversion')),
            ],
            options={
                'ordering': ['version', 'position'],
                'constraints': [models.UniqueConstraint(fields=('version', 'skill'), name='taught_skill_once'), models.UniqueConstraint(fields=('version', 'position'), name='taught_skill_position'), models.CheckConstraint(condition=models.Q(('position__range', (1, 5))), name='taught_skill_at_most_so_many'), models.CheckConstraint(condition=models.Q(('outcome__isnull', True), ('outcome__range', (1, 8)), _connector='OR'), name='taught_skill_of_an_outcome')],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
