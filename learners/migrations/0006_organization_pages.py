"""
What the public pages of organizations need: the words they are found by, and complaints about them.

Complaints and their answers are never changed, and nobody answers one of their own or about where they work: the
database refuses it.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import learners.models.folding
from django.conf import settings
from django.db import migrations, models

DOCUMENT = """
CREATE FUNCTION learners_organization_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT setweight(to_tsvector('simple', regexp_replace(vn_fold(NEW.name_vi || ' ' || NEW.name_en), '[[:punct:]]+', ' ', 'g')), 'A')
        || setweight(to_tsvector('simple', regexp_replace(vn_fold(place.name || ' ' || coalesce(parent.name, '')), '[[:punct:]]+', ' ', 'g')), 'B')
    INTO NEW.document
    FROM learners_place place LEFT JOIN learners_place parent ON parent.code = place.parent_id
    WHERE place.code = NEW.place_id;
    NEW.document := coalesce(NEW.document, ''::tsvector);  -- a place that does not exist: the foreign key says so
    RETURN NEW;
END $$;
CREATE TRIGGER learners_organization_document BEFORE INSERT OR UPDATE ON learners_organization
    FOR EACH ROW EXECUTE FUNCTION learners_organization_document();
UPDATE learners_organization SET name_vi = name_vi;
"""
NO_DOCUMENT = """
DROP TRIGGER learners_organization_document ON learners_organization;
DROP FUNCTION learners_organization_document();
"""
GUARDS = """
CREATE FUNCTION learners_complaint_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND portal_is_erasing() THEN
        RETURN NULL;  -- learners_erase, of a closed account
    END IF;
    RAISE EXCEPTION 'a complaint and its answer are never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER learners_complaint_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_organizationcomplaint
    FOR EACH STATEMENT EXECUTE FUNCTION learners_complaint_stays();
CREATE TRIGGER learners_complaint_answer_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON learners_organizationcomplaintanswer
    FOR EACH STATEMENT EXECUTE FUNCTION learners_complaint_stays();

CREATE FUNCTION learners_complaint_answered_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM learners_organizationcomplaint complaint
        WHERE complaint.id = NEW.complaint_id AND (
            complaint.learner_id = NEW.answered_by_id
            OR EXISTS (
                SELECT 1 FROM learners_membership membership
                WHERE membership.organization_id = complaint.organization_id
                AND membership.learner_id = NEW.answered_by_id AND membership.ended_at IS NULL
            )
        )
    ) THEN
        RAISE EXCEPTION 'nobody answers a complaint of their own or about where they work'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_complaint_answered_by_another BEFORE INSERT ON learners_organizationcomplaintanswer
    FOR EACH ROW EXECUTE FUNCTION learners_complaint_answered_by_another();
"""
NO_GUARDS = """
DROP TRIGGER learners_complaint_answered_by_another ON learners_organizationcomplaintanswer;
DROP TRIGGER learners_complaint_answer_stays ON learners_organizationcomplaintanswer;
DROP TRIGGER learners_complaint_stays ON learners_organizationcomplaint;
DROP FUNCTION learners_complaint_answered_by_another();
DROP FUNCTION learners_complaint_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0005_former_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrganizationComplaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('NOT_AS_DESCRIBED', 'The class was not as described'), ('NOT_HELD', 'Classes were cancelled or not held'), ('MONEY', 'Money was asked for that was not announced'), ('CONDUCT', 'How people were treated'), ('NOT_WHO_THEY_SAY', 'They are not who they say they are'), ('OTHER', 'Something else')], max_length=20, verbose_name='what it is about')),
                ('text', models.TextField(max_length=2000, verbose_name="in the learner's words")),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('due_on', models.DateField(verbose_name='answer due')),
            ],
            options={
                'verbose_name': 'complaint about an organisation',
                'verbose_name_plural': 'complaints about organisations',
            },
        ),
        migrations.AddField(
            model_name='organization',
            name='document',
            field=django.contrib.postgres.search.SearchVectorField(default='', editable=False),
        ),
        migrations.RunSQL(DOCUMENT, NO_DOCUMENT),
        migrations.AddIndex(
            model_name='organization',
            index=django.contrib.postgres.indexes.GinIndex(fields=['document'], name='organization_document'),
        ),
        migrations.AddIndex(
            model_name='organization',
            index=models.Index(learners.models.folding.VnFold('name_vi'), models.F('id'), condition=models.Q(('status', 'VERIFIED')), name='organization_by_name'),
        ),
        migrations.AddField(
            model_name='organizationcomplaint',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints_made', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='organizationcomplaint',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='learners.organization', verbose_name='organisation'),
        ),
        migrations.CreateModel(
            name='OrganizationComplaintAnswer',
            fields=[
                ('complaint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='answer', serialize=False, to='learners.organizationcomplaint', verbose_name='complaint')),
                ('outcome', models.CharField(choices=[('UPHELD', 'The complaint is right'), ('PARTLY', 'The complaint is right in part'), ('NOT_UPHELD', 'Nothing was found'), ('PASSED_ON', 'Passed on to the authority in charge')], max_length=12, verbose_name='outcome')),
                ('text', models.TextField(max_length=2000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(verbose_name='answered')),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'answer to a complaint',
                'verbose_name_plural': 'answers to complaints',
            },
        ),
        migrations.AddIndex(
            model_name='organizationcomplaint',
            index=models.Index(fields=['learner', '-made_at'], name='complaint_by_learner'),
        ),
        migrations.AddConstraint(
            model_name='organizationcomplaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 2000)), name='complaint_says_something'),
        ),
        migrations.AddConstraint(
            model_name='organizationcomplaintanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 2000)), name='complaint_answer_says_something'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
