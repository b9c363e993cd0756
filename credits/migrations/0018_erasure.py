"""
Words beside the chain may be erased, of a closed account, all of a request with its salt (decision 0141).

A request is still not written without its words.
"""

import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


ERASE = """
CREATE FUNCTION credits_request_says_why() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger_request_says_why: a request is not written without its words'
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER credits_request_says_why BEFORE INSERT ON credits_ledgerrequest
    FOR EACH ROW WHEN (length(NEW.salt) = 0) EXECUTE FUNCTION credits_request_says_why();

-- With the owner's rights, because the serving role has none to these columns; the guards let through what is emptied
-- here and nothing else (portal_is_erasing).
CREATE FUNCTION credits_erase(person bigint) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched integer;
    done integer := 0;
BEGIN
    PERFORM portal_only_of_closed(person);
    PERFORM set_config('portal.erasing', 'on', true);
    UPDATE credits_ledgerdecision d SET note = CASE d.note WHEN '' THEN '' ELSE '—' END
    FROM credits_ledgerrequest q WHERE q.id = d.request_id AND person IN (q.learner_id, q.other_learner_id);
    UPDATE credits_ledgerrequest SET reason = '', authority = '', seen = '', salt = ''
    WHERE person IN (learner_id, other_learner_id);
    GET DIAGNOSTICS touched = ROW_COUNT;
    done := done + touched;
    UPDATE credits_dispute SET text = '—', answer = CASE answer WHEN '' THEN '' ELSE '—' END WHERE learner_id = person;
    GET DIAGNOSTICS touched = ROW_COUNT;
    done := done + touched;
    UPDATE credits_freeze SET reason = '—' WHERE learner_id = person;
    GET DIAGNOSTICS touched = ROW_COUNT;
    done := done + touched;
    UPDATE credits_ledgeraccess SET reason = '—' WHERE learner_id = person AND what = 'STATEMENT';
    GET DIAGNOSTICS touched = ROW_COUNT;
    PERFORM set_config('portal.erasing', '', true);
    RETURN done + touched;
END $$;
"""
NOTHING_TO_ERASE = """
DROP FUNCTION credits_erase(bigint);
DROP TRIGGER credits_request_says_why ON credits_ledgerrequest;
DROP FUNCTION credits_request_says_why();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0017_award'),
        ('learners', '0023_my_data_closing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ledgerrequest',
            name='ledger_request_says_why',
        ),
        migrations.AddConstraint(
            model_name='ledgerrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('reason', ''), _negated=True), models.Q(('authority', ''), _negated=True), django.db.models.lookups.Exact(django.db.models.functions.text.Length('salt'), 16)), models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('salt'), 0), ('authority', ''), ('reason', ''), ('seen', '')), _connector='OR'), name='ledger_request_says_why'),
        ),
        migrations.RunSQL(ERASE, NOTHING_TO_ERASE),
    ]
