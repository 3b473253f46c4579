"""Every address of the house, in both languages."""

from allauth.account import views as account
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from clinic.site import account as own_account
from clinic.site import costs, crawlers, fit, health, marking, plan, search, styleguide, views

handler400 = "clinic.site.errors.bad_request"
handler404 = "clinic.site.errors.not_found"
handler500 = "clinic.site.errors.our_fault"

sign_in = [
    path("login/", own_account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("login/code/", own_account.request_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("password/change/", own_account.change_password, name="account_change_password"),
    path("password/reset/", own_account.reset_password, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("signup/", account.signup, name="account_signup"),
    path("email/", own_account.email, name="account_email"),
    path("where-next/", views.after_sign_in, name="after_sign_in"),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("about/", views.about, name="about"),
        path("privacy/", views.privacy, name="privacy"),
        path("practitioners/", views.practitioners, name="practitioners"),
        path("practitioners/<slug:slug>/", views.practitioner, name="practitioner"),
        path("stories/", views.stories, name="stories"),
        path("search/", search.search, name="search"),
        path("costs/", costs.costs, name="costs"),
        path("plan/", plan.plan, name="plan"),
        path("concerns/<slug:slug>/where/", marking.mark, name="mark"),
        path("fit/", fit.fit, name="fit"),
        path("fit/skin-type/", fit.skin_type, name="fit_skin_type"),
        path("fit/clear/", fit.clear, name="fit_clear"),
        path("reviews/ledger/", views.ledger, name="ledger"),
        path("styleguide/", styleguide.index, name="styleguide"),
        path("", include("treatments.urls")),
        path("", include("practitioners.urls")),
        path("", include("consultations.urls")),
        path("account/", include(sign_in)),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
