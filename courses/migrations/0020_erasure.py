"""Words of reviews and remarks of attendance may be erased, of a closed account; what was counted stays counted."""

from django.db import migrations

ERASE = """
-- With the owner's rights, because the serving role has none to some of these; see learners 0023.
CREATE FUNCTION courses_erase(person bigint) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    theirs bigint[];
    done integer;
BEGIN
    PERFORM portal_only_of_closed(person);
    PERFORM set_config('portal.erasing', 'on', true);
    SELECT coalesce(array_agg(f.id), '{}') INTO theirs FROM courses_feedback f
    JOIN courses_feedbackrequest r ON r.id = f.request_id JOIN courses_enrollment e ON e.id = r.enrollment_id
    WHERE e.learner_id = person;
    UPDATE courses_feedback SET text = '' WHERE id = ANY (theirs);
    GET DIAGNOSTICS done = ROW_COUNT;
    UPDATE courses_feedbackedition SET text = '' WHERE feedback_id = ANY (theirs);
    UPDATE courses_feedbackreply SET text = '—' WHERE feedback_id = ANY (theirs);
    UPDATE courses_feedbackobjection o SET text = '—'
    FROM courses_moderationdecision d WHERE d.id = o.decision_id AND d.feedback_id = ANY (theirs);
    UPDATE courses_moderationdecision SET note = '' WHERE feedback_id = ANY (theirs) AND note <> '';
    UPDATE courses_feedbackreport SET note = '' WHERE (reporter_id = person OR feedback_id = ANY (theirs)) AND note <> '';
    UPDATE courses_attendancerecord a SET reason = ''
    FROM courses_enrollment e WHERE e.id = a.enrollment_id AND e.learner_id = person AND a.reason <> '';
    PERFORM set_config('portal.erasing', '', true);
    RETURN done;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_many_at_once"), ("learners", "0023_my_data_closing")]
    operations = [migrations.RunSQL(ERASE, "DROP FUNCTION courses_erase(bigint);")]
