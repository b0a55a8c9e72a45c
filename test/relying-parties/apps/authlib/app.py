"""A web server that signs people in with Authlib and Flask."""
import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, redirect, session

BASE_URL = os.environ["BASE_URL"]

app = Flask(__name__)
app.secret_key = os.environ["COOKIE_SECRET"]
app.config.update(SESSION_COOKIE_SAMESITE="Lax")

mien = OAuth(app).register(
    "mien",
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={
        "scope": "openid email offline_access",
        "code_challenge_method": "S256",
    },
)


@app.get("/")
def home():
    return jsonify(claims=session.get("claims"))


@app.get("/login")
def login():
    # Refresh tokens are given where the person is asked for consent.
    return mien.authorize_redirect(BASE_URL + "/callback", prompt="consent")


@app.get("/callback")
def callback():
    # Checks the state, the nonce and the signature of the ID token.
    token = mien.authorize_access_token()
    signed = token["userinfo"]
    told = mien.userinfo(token=token)
    session["claims"] = {
        "sub": signed["sub"],
        "acr": signed["acr"],
        "amr": signed["amr"],
        "email": told["email"],
    }
    session["id_token"] = token["id_token"]
    session["refresh_token"] = token["refresh_token"]
    return redirect("/")


@app.post("/refresh")
def refresh():
    token = mien.fetch_access_token(
        grant_type="refresh_token", refresh_token=session["refresh_token"]
    )
    session["refresh_token"] = token["refresh_token"]
    return jsonify(expires_in=token["expires_in"])


@app.get("/logout")
def logout():
    wish = {
        "id_token_hint": session.get("id_token", ""),
        "post_logout_redirect_uri": BASE_URL + "/",
    }
    session.clear()
    end = mien.load_server_metadata()["end_session_endpoint"]
    return redirect(end + "?" + urlencode(wish))
