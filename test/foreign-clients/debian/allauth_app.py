"""django-allauth's provider weixin, on the QR page and inside WeChat."""

import emulated
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SITE_ID=1,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.sites",
        "django.contrib.messages",
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.weixin",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    LOGIN_REDIRECT_URL="/done",
    SOCIALACCOUNT_LOGIN_ON_GET=True,
    ACCOUNT_EMAIL_VERIFICATION="none",
)
django.setup()

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from allauth.socialaccount.models import SocialAccount

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("done", lambda request: HttpResponse("done")),
]
call_command("migrate", verbosity=0)


def configure(app, **provider):
    keys = {"client_id": app[0], "secret": app[1], "key": ""}
    settings.SOCIALACCOUNT_PROVIDERS = {"weixin": {"APP": keys, **provider}}


AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
WAYS = [
    ("qrconnect", emulated.WEBSITE, {}, emulated.scan),
    ("authorize", emulated.ACCOUNT, {"AUTHORIZE_URL": AUTHORIZE, "SCOPE": ["snsapi_userinfo"]}, emulated.consent),
]
for name, app, provider, person in WAYS:
    configure(app, **provider)
    browser = Client(HTTP_HOST="localhost:8000")
    address = browser.get("/accounts/weixin/login/")["Location"]
    callback = person(address)
    done = browser.get(callback.removeprefix("http://localhost:8000"))
    emulated.check(f"{name}: redirect", done["Location"], "/done")
    account = SocialAccount.objects.filter(provider="weixin").last()
    emulated.check(f"{name}: nickname", account.extra_data["nickname"], "阿梅🌸")
    emulated.tell(f"django-allauth {name}")
