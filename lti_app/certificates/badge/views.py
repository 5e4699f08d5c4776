"""`/.well-known/did.json` and `/credentials/status/<n>`: what anybody's software reads to check a credential.

Any page's script may read them, since wallets and verifiers run in browsers, too. They are kept for minutes:
that long a revocation or a new key may go unnoticed.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, request
from werkzeug.wrappers import Response

from lti_app.certificates.badge.publishing import published_did, published_list
from lti_app.certificates.badge.sharing import JSON_LD_TYPE, JWT_TYPE
from lti_app.certificates.badge.status import KEPT_SECONDS
from lti_app.errors import NotFound
from lti_app.web.context import parts, reading
from lti_app.web.limits import WHOLE_SCHOOL, limiter

_TOKEN_TYPES = (JWT_TYPE, "application/jwt")

published = Blueprint("badge", __name__)


@published.get("/.well-known/did.json")
@limiter.limit(WHOLE_SCHOOL)
def did() -> Response:
    """The tool's DID document."""
    with reading() as session:
        response = jsonify(published_did(session, parts().settings))
    return _public(response)


@published.get("/credentials/status/<int(min=1, max=1000000):number>")
@limiter.limit(WHOLE_SCHOOL)
def status(number: int) -> Response:
    """A status list: JSON-LD with its proof inside, or a token for whom asks for one."""
    with reading() as session:
        found = published_list(session, parts().settings, number)
    if found is None:
        raise NotFound("no such status list")
    is_token = request.accept_mimetypes.best_match((JSON_LD_TYPE, *_TOKEN_TYPES)) in _TOKEN_TYPES
    response = make_response(found.jwt if is_token else found.json_ld)
    response.content_type = JWT_TYPE if is_token else JSON_LD_TYPE
    response.vary.add("Accept")
    response.set_etag(f"{found.etag}-{'jwt' if is_token else 'ld'}")
    return _public(response).make_conditional(request)


def _public(response: Response) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
