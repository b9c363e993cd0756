"""The addresses of people: sign-in, their profile, their letters, their organisations."""

from django.urls import path

from learners.views import (
    closing,
    complaint,
    consent,
    help_desk,
    organization,
    preferences,
    profile,
    sign_in,
    unsubscribe,
)
from learners.views import help as asking

app_name = "learners"
urlpatterns = [
    path("account/name/", sign_in.sign_up, name="sign_up"),
    path("me/profile/", profile.profile, name="profile"),
    path("me/close/", closing.close, name="close"),
    path("closing/<str:token>/", closing.closing, name="closing"),
    path("me/needs/", consent.needs, name="needs"),
    path("me/consents/", consent.consents, name="consents"),
    path("me/preferences/", preferences.preferences, name="preferences"),
    path("me/sign-out-everywhere/", profile.sign_out_everywhere, name="sign_out_everywhere"),
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

# Named as django-allauth names them, so without our namespace: portal/urls.py includes this list beside the other.
account_urlpatterns = [
    path("account/sign-in/", sign_in.sign_in, name="account_login"),
    path("account/code/", sign_in.code, name="account_confirm_login_code"),
    path("account/sign-out/", sign_in.sign_out, name="account_logout"),
]
