"""A web server that signs people in with Django and Python Social Auth."""
import base64
import json
import os
from urllib.parse import urlencode
from wsgiref.simple_server import make_server

import django
from django.conf import settings

BASE_URL = os.environ["BASE_URL"]

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ["COOKIE_SECRET"],
    ALLOWED_HOSTS=["*"],
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
    LOGIN_REDIRECT_URL="/",
    AUTHENTICATION_BACKENDS=["social_core.backends.open_id_connect.OpenIdConnectAuth"],
    SOCIAL_AUTH_OIDC_OIDC_ENDPOINT=os.environ["ISSUER"],
    SOCIAL_AUTH_OIDC_KEY=os.environ["CLIENT_ID"],
    SOCIAL_AUTH_OIDC_SECRET=os.environ["CLIENT_SECRET"],
    SOCIAL_AUTH_OIDC_SCOPE=["offline_access"],
    # Refresh tokens are given where the person is asked for consent.
    SOCIAL_AUTH_OIDC_AUTH_EXTRA_ARGUMENTS={"prompt": "consent"},
)
django.setup()

from django.contrib.auth import logout  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponseRedirect, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from social_django.utils import load_strategy  # noqa: E402


def signed_claims(id_token):
    """The library has checked issuer, audience, nonce, time and signature before it kept the token."""
    body = id_token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def home(request):
    if not request.user.is_authenticated:
        return JsonResponse({"claims": None})
    account = request.user.social_auth.get(provider="oidc")
    claims = signed_claims(account.extra_data["id_token"])
    told = {name: claims[name] for name in ("sub", "acr", "amr")}
    return JsonResponse({"claims": {**told, "email": request.user.email}})


def refresh(request):
    account = request.user.social_auth.get(provider="oidc")
    account.refresh_token(load_strategy(request))
    return JsonResponse({"is_new": bool(account.extra_data["access_token"])})


def leave(request):
    account = request.user.social_auth.get(provider="oidc")
    end = account.get_backend_instance(load_strategy(request)).oidc_config()["end_session_endpoint"]
    wish = {
        "id_token_hint": account.extra_data["id_token"],
        "post_logout_redirect_uri": BASE_URL + "/",
    }
    logout(request)
    return HttpResponseRedirect(end + "?" + urlencode(wish))


urlpatterns = [
    path("", home),
    path("refresh", refresh),
    path("logout", leave),
    path("", include("social_django.urls", namespace="social")),
]

call_command("migrate", verbosity=0)
make_server("localhost", int(os.environ["PORT"]), get_wsgi_application()).serve_forever()
