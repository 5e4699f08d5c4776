"""Who asks, as far as the network tells, and how often one address may ask for what.

Limits are counted in the memory of each server process: they slow down somebody who guesses, and guard
nothing else. Behind `trusted_proxies` reverse proxies the address is the one that the outermost of them saw.
On a developer's own machine (CIM_DEVELOPMENT) the loopback address is not limited.
"""

from __future__ import annotations

from ipaddress import ip_address

from flask import Flask, request
from flask_limiter import Limiter
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_app.web.context import parts


def client_address() -> str:
    """The address of whoever sent this request; empty when the server does not know."""
    return request.remote_addr or ""


def _is_at_home() -> bool:
    return parts().settings.development and _is_loopback(client_address())


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


limiter = Limiter(client_address, storage_uri="memory://", strategy="moving-window", headers_enabled=True)
limiter.request_filter(_is_at_home)


def init_app(app: Flask) -> None:
    """Trust as many proxies as the settings say, and limit what asks to be limited."""
    proxies = app.extensions["cim"].settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    limiter.init_app(app)
