"""social-core (social_django): its backends weixin (QR code) and weixinapp (inside WeChat)."""

import emulated
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "social_django",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    AUTHENTICATION_BACKENDS=[
        "social_core.backends.weixin.WeixinOAuth2",
        "social_core.backends.weixin.WeixinOAuth2APP",
    ],
    LOGIN_REDIRECT_URL="/done",
    SOCIAL_AUTH_WEIXIN_KEY=emulated.WEBSITE[0],
    SOCIAL_AUTH_WEIXIN_SECRET=emulated.WEBSITE[1],
    SOCIAL_AUTH_WEIXINAPP_KEY=emulated.ACCOUNT[0],
    SOCIAL_AUTH_WEIXINAPP_SECRET=emulated.ACCOUNT[1],
    # Its default joins two scopes by a space, which WeChat does not take.
    SOCIAL_AUTH_WEIXINAPP_IGNORE_DEFAULT_SCOPE=True,
    SOCIAL_AUTH_WEIXINAPP_SCOPE=["snsapi_userinfo"],
)
django.setup()

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from social_django.models import UserSocialAuth

urlpatterns = [
    path("", include("social_django.urls", namespace="social")),
    path("done", lambda request: HttpResponse("done")),
]
call_command("migrate", verbosity=0)

for name, person in [("weixin", emulated.scan), ("weixinapp", emulated.consent)]:
    browser = Client(HTTP_HOST="localhost:8000")
    address = browser.get(f"/login/{name}/")["Location"]
    callback = person(address)
    done = browser.get(callback.removeprefix("http://localhost:8000"))
    emulated.check(f"{name}: redirect", done["Location"], "/done")
    user = UserSocialAuth.objects.get(provider=name)
    emulated.check(f"{name}: nickname", user.extra_data["username"], "阿梅🌸")
    emulated.tell(f"social-core {name}")
