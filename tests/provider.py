"""A provider of OpenID Connect on this machine, who knows one person and can be told to lie."""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT, SECRET = "answerable", "a secret / with signs+"


class Accounts:
    """The provider.

    Attributes:
        groups: what it says the person does.
        changes: claims that it says otherwise than it should; nothing leaves one out.
        sign: how it signs: as it should, with another key, with the secret, or not at all.
        silent: whether it answers nothing but faults.
        methods: how clients may prove themselves, if it says.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.groups: object = ["data-sharing"]
        self.changes: dict[str, object] = {}
        self.sign, self.silent, self.methods = "well", False, None
        self.asked, self.codes = [], {}
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": str(time.monotonic_ns()), "use": "sig"})

    def app(self) -> Starlette:
        """Put it together."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._said),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _said(self, _request: Request):
        if self.silent:
            return JSONResponse({}, 500)
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        if self.methods:
            said["token_endpoint_auth_methods_supported"] = self.methods
        return JSONResponse(said)

    async def _keys(self, _request: Request):
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request):
        said = dict(request.query_params)
        self.asked.append(said)
        if self.groups is None:
            said = {"error": "access_denied", "state": said["state"]} | {
                "back": said["redirect_uri"]
            }
            return RedirectResponse(f"{said.pop('back')}?{urlencode(said)}", 303)
        code = f"code-{len(self.asked)}"
        self.codes[code] = said
        query = urlencode({"code": code, "state": said["state"]})
        return RedirectResponse(f"{said['redirect_uri']}?{query}", 303)

    async def _token(self, request: Request):
        form = dict(await request.form())
        said = self.codes.pop(form["code"], None)
        if said is None or not self._proven(request, form) or not _fits(said, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": "x", "token_type": "Bearer", "id_token": self._id(said)}
        )

    def _proven(self, request: Request, form) -> bool:
        if self.methods == ["client_secret_post"]:
            return (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
        scheme, _, given = request.headers["authorization"].partition(" ")
        return (scheme, b64decode(given).decode()) == (
            "Basic",
            "answerable:a%20secret%20%2F%20with%20signs%2B",
        )

    def _id(self, said) -> str:
        now = int(self.now())
        claims = {
            "iss": self.issuer,
            "sub": "person-7",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": said["nonce"],
            "groups": self.groups,
        }
        claims = {k: v for k, v in {**claims, **self.changes}.items() if v is not None}
        if self.sign == "secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        if self.sign == "not":
            head, body = (
                urlsafe_b64encode(json.dumps(x).encode()) for x in ({"alg": "none"}, claims)
            )
            return f"{head.decode().rstrip('=')}.{body.decode().rstrip('=')}."
        key = self.key if self.sign == "well" else RSAKey.generate_key(2048)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)

    def now(self) -> float:
        """Tell the time."""
        return time.time()


def _fits(said, form) -> bool:
    challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode()
    return (
        said["code_challenge"] == challenge.rstrip("=")
        and said["code_challenge_method"] == "S256"
        and said["redirect_uri"] == form["redirect_uri"]
        and form["grant_type"] == "authorization_code"
    )
