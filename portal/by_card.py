"""
What somebody may open who came in by a printed card: look, enrol, withdraw, learn. Every other address is closed.

Named one by one, so that a new page is closed to cards until somebody has thought about it (decision 0213).
"""

_EVERYBODYS = """
    home favicon robots sitemap sitemap_section health_live health_ready display accepted_csv accepted_json
    roster_worker
    credits:accepted credits:seal credits:seals credits:seal_feed credits:dispute_statistics seal_file
    signing_keys open_data_csv open_data_json syllabus
    courses:catalog courses:suggest courses:course courses:version courses:short courses:run_calendar courses:reviews
    courses:moderation_log courses:course_poster courses:run_poster courses:poster_code courses:embed_line
    courses:embedded courses:open_data courses:following courses:calendar courses:feed courses:providers
    courses:provider courses:wishes learners:unsubscribe learners:card_scan learners:card_sign_in account_login
    account_logout pathway pathways dev_mailbox dev_mailbox_mail learners:help learners:help_numbers learners:closing
    courses:offer_accept courses:offer_decline courses:coming_yes courses:coming_no personal_calendar
    learners:helper_end_by_link learners:second_step_stop learners:way_stop learners:way_not_me learners:left
"""
_ONES_OWN = """
    dashboard courses:enroll courses:enrollment courses:withdraw courses:unit courses:suggestions courses:wish_new
    courses:my_wishes courses:my_wish courses:wait courses:enroll_about courses:ask_place
    courses:place_request courses:my_waiting courses:waiting_leave courses:offer
    courses:group courses:group_join courses:group_act courses:group_take_out
    courses:attendance_history courses:my_walk_ins courses:room courses:room_code
    credits:statement credits:entry credits:timeline my_pathways my_pathway
    learners:card learners:card_end learners:close_stop learners:helpers learners:helper_end learners:claim
    learners:preferences learners:study learners:sign_out_everywhere my_data credits:readers learners:consents
    consent_receipt courses:interests courses:suggestion learners:way_lost learners:way_lost_code
"""
EVERYBODYS = frozenset(_EVERYBODYS.split())  # the same list says which pages ask for nothing (portal/page_levels.py)
OPEN_BY_CARD = EVERYBODYS | frozenset(_ONES_OWN.split())
# Beside it, for who came in by an address that is held: why it has to wait, and the proof by another of theirs.
ASKS_AGAIN = frozenset({"account_reauthenticate", "account_again_code"})
