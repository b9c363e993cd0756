"""The addresses of people: sign-in, their profile, their letters, their organisations."""

from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import path

from learners.choices import Level
from learners.levels import needs
from learners.views import (
    again,
    card,
    changed_way,
    claim,
    closing,
    complaint,
    consent,
    counter_answers,
    counter_record,
    counter_ways,
    devices,
    guardian,
    help_desk,
    identity,
    lost_second_step,
    lost_way,
    mandate,
    organization,
    preferences,
    profile,
    registration,
    second_step,
    sign_in,
    staff,
    unsubscribe,
    ways,
)
from learners.views import help as asking

set_up = needs(Level.REDEEM, to_set_up=True)  # a second step, also after one was taken off

app_name = "learners"
urlpatterns = [
    path("account/name/", sign_in.sign_up, name="sign_up"),
    path("me/sign-in/", ways.ways, name="ways"),
    path("me/sign-in/taken-off/<uuid:public_id>/", ways.way_give_back, name="way_give_back"),
    path("me/sign-in/code/", ways.way_code, name="way_code"),
    path("me/sign-in/<str:way>/", ways.way_new, name="way_new"),
    path("me/sign-in/<str:way>/remove/", ways.way_remove, name="way_remove"),
    path("me/sign-in/<str:way>/of/<uuid:account_id>/remove/", ways.joined_way_remove, name="joined_way_remove"),
    path("me/profile/", profile.profile, name="profile"),
    path("account/left/", devices.left, name="left"),
    path("account/identity/", identity.identity, name="identity"),
    path("me/sign-in/identity/<int:account_id>/remove/", identity.identity_remove, name="identity_remove"),
    path("me/devices/", devices.devices, name="devices"),
    path("me/devices/others/sign-out/", devices.devices_sign_out, name="devices_sign_out"),
    path("me/devices/<uuid:public_id>/sign-out/", devices.device_sign_out, name="device_sign_out"),
    path("me/close/", closing.close, name="close"),
    path("me/close/stop/", closing.close_stop, name="close_stop"),
    path("closing/<str:token>/", closing.closing, name="closing"),
    path("me/needs/", consent.needs, name="needs"),
    path("me/consents/", consent.consents, name="consents"),
    path("me/preferences/", preferences.preferences, name="preferences"),
    path("me/study/", preferences.study, name="study"),
    path("me/sign-out-everywhere/", profile.sign_out_everywhere, name="sign_out_everywhere"),
    path("card/", card.sign_in, name="card_sign_in"),
    path("card/<str:token>/", card.scan, name="card_scan"),
    path("me/card/", card.card, name="card"),
    path("me/card/end/", card.card_end, name="card_end"),
    path("me/claim/", claim.claim, name="claim"),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/claim/", claim.person_claim, name="person_claim"
    ),
    path("me/helpers/", mandate.helpers, name="helpers"),
    path("me/helpers/<uuid:mandate_id>/end/", mandate.helper_end, name="helper_end"),
    path("helpers/end/<str:token>/", mandate.helper_end_by_link, name="helper_end_by_link"),
    path("second-step/stop/<uuid:public_id>/", lost_second_step.stop, name="second_step_stop"),
    path("ways/stop/<uuid:public_id>/", lost_way.stop, name="way_stop"),
    path("ways/not-me/<str:token>/", changed_way.not_me, name="way_not_me"),
    path("me/lost-way/", lost_way.lost, name="way_lost"),
    path("me/lost-way/code/", lost_way.lost_code, name="way_lost_code"),
    path("me/helping/", mandate.helping, name="helping"),
    path("me/helping/<uuid:mandate_id>/look/", mandate.look_for, name="look_for"),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/helpers/",
        mandate.person_helpers,
        name="person_helpers",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/helpers/<uuid:mandate_id>/end/",
        mandate.person_helper_end,
        name="person_helper_end",
    ),
    path("me/children/", guardian.children, name="children"),
    path("me/children/<uuid:guardian_id>/answer/", guardian.child_answer, name="child_answer"),
    path("me/children/<uuid:guardian_id>/end/", guardian.guardian_end, name="guardian_end"),
    path("organizations/join/", staff.staff_join, name="staff_join"),
    path("organizations/<uuid:organization_id>/staff/", staff.staff, name="staff"),
    path(
        "organizations/<uuid:organization_id>/staff/invitations/<uuid:invitation_id>/take-back/",
        staff.staff_take_back,
        name="staff_take_back",
    ),
    path("organizations/<uuid:organization_id>/guardians/", guardian.guardian_by_code, name="guardian_by_code"),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/guardians/",
        guardian.person_guardians,
        name="person_guardians",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/guardians/<uuid:guardian_id>/end/",
        guardian.person_guardian_end,
        name="person_guardian_end",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/answers/",
        counter_answers.person_answers,
        name="person_answers",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/answers/needs/",
        counter_answers.person_needs,
        name="person_needs",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/answers/child/",
        counter_answers.person_take_up,
        name="person_take_up",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/answers/<uuid:guardian_id>/",
        counter_answers.person_answer,
        name="person_answer",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/name/",
        counter_record.person_name,
        name="person_name",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/look/",
        counter_record.person_look,
        name="person_look",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/consents/withdraw/",
        counter_record.person_withdraw,
        name="person_withdraw",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/close/",
        counter_record.person_close,
        name="person_close",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/close/confirm/",
        counter_record.person_close_confirm,
        name="person_close_confirm",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/close/stop/",
        counter_record.person_close_stop,
        name="person_close_stop",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/ways/",
        counter_ways.person_ways,
        name="person_ways",
    ),
    path("organizations/<uuid:organization_id>/people/", registration.people, name="people"),
    path("organizations/<uuid:organization_id>/people/new/", registration.person_new, name="person_new"),
    path("organizations/<uuid:organization_id>/people/<uuid:person_id>/", registration.person, name="person"),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/card.pdf",
        registration.card_print,
        name="card_print",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/card/end/",
        registration.card_revoke,
        name="card_revoke",
    ),
    path(
        "organizations/<uuid:organization_id>/people/<uuid:person_id>/birth-year/",
        registration.person_birth_year,
        name="person_birth_year",
    ),
    path("organizations/new/", organization.organization_new, name="organization_new"),
    path("providers/<int:organization_id>/complain/", complaint.complaint_new, name="complaint_new"),
    path("me/complaints/", complaint.complaints, name="complaints"),
    path("help/", asking.help_page, name="help"),
    path("help/numbers/", asking.numbers, name="help_numbers"),
    path("organizations/<uuid:organization_id>/help/", help_desk.help_waiting, name="help_waiting"),
    path("organizations/<uuid:organization_id>/help/<uuid:public_id>/", help_desk.help_answer, name="help_answer"),
    path("organizations/<uuid:organization_id>/helper/", help_desk.helper, name="helper"),
    path("messages/stop/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]

# Registered with the providers, so in no language: portal/urls.py includes this list outside those of the languages.
provider_urlpatterns = [
    path("account/with/<slug:provider_id>/", identity.sign_in, name="openid_connect_login"),
    path("account/with/<slug:provider_id>/callback/", openid_connect.callback, name="openid_connect_callback"),
]

# Named as django-allauth names them, so without our namespace: portal/urls.py includes this list beside the other.
account_urlpatterns = [
    path("account/sign-in/", sign_in.sign_in, name="account_login"),
    path("account/code/", sign_in.code, name="account_confirm_login_code"),
    path("account/again/", again.again, name="account_reauthenticate"),
    path("account/again/code/", again.again_code, name="account_again_code"),
    path("account/second-step/", second_step.SecondStepView.as_view(), name="mfa_authenticate"),
    path("account/second-step/lost/", lost_second_step.lost, name="account_second_step_lost"),
    path("account/passkey/", second_step.passkey, name="account_passkey"),
    path("account/passkey/sign-in/", second_step.passkey_sign_in, name="mfa_login_webauthn"),
    path("me/second-step/", second_step.second_step, name="mfa_index"),
    path("me/second-step/app/", set_up(totp.activate_totp), name="mfa_activate_totp"),
    path("me/second-step/app/remove/", set_up(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("me/second-step/codes/", set_up(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("me/second-step/codes/new/", set_up(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("me/second-step/passkeys/", second_step.passkeys, name="mfa_list_webauthn"),
    path("me/second-step/passkeys/new/", set_up(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("me/second-step/passkeys/<int:pk>/remove/", set_up(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("account/sign-out/", sign_in.sign_out, name="account_logout"),
]
