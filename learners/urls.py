"""The addresses of people: sign-in, their profile, their letters, their organisations."""

from django.urls import path

from learners.views import card, claim, complaint, mandate, organization, profile, registration, sign_in, unsubscribe

app_name = "learners"
urlpatterns = [
    path("account/name/", sign_in.sign_up, name="sign_up"),
    path("me/profile/", profile.profile, name="profile"),
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
    path("me/helping/", mandate.helping, name="helping"),
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
    path("organizations/new/", organization.organization_new, name="organization_new"),
    path("providers/<int:organization_id>/complain/", complaint.complaint_new, name="complaint_new"),
    path("me/complaints/", complaint.complaints, name="complaints"),
    path("messages/stop/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]

# Named as django-allauth names them, so without our namespace: portal/urls.py includes this list beside the other.
account_urlpatterns = [
    path("account/sign-in/", sign_in.sign_in, name="account_login"),
    path("account/code/", sign_in.code, name="account_confirm_login_code"),
    path("account/sign-out/", sign_in.sign_out, name="account_logout"),
]
