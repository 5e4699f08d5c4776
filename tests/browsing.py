"""A browser without scripts that goes from site to site: some answer in this process, others over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

import requests
from flask.testing import FlaskClient

_MOST_REDIRECTS = 8


@dataclass(frozen=True)
class Shown:
    """The page that the browser shows now."""

    url: str
    status: int
    text: str
    headers: Mapping[str, str]

    def form(self) -> tuple[str, dict[str, str]]:
        """Address and hidden fields of the page's first form."""
        action = re.search(r'<form[^>]*\baction="([^"]*)"', self.text)
        assert action, self.text
        fields = {}
        for tag in re.findall(r"<input[^>]*>", self.text.partition("</form>")[0]):
            attributes = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
            if attributes.get("type") == "hidden":
                fields[attributes["name"]] = attributes.get("value", "")
        return urljoin(self.url, unescape(action[1])), fields

    @property
    def role(self) -> str:
        """The role whose page this is, in the tool's frame."""
        found = re.search(r'<body[^>]*\bdata-role="(\w+)"', self.text)
        assert found, self.text
        return found[1]

    @property
    def problem(self) -> str:
        """The slug of the tool's problem page; empty on any other page."""
        found = re.search(r'data-error-code="([\w-]+)"', self.text)
        return found[1] if found else ""


@dataclass
class Browser:
    """`sites` maps the origins that answer in this process to their test clients, which keep the cookies."""

    sites: Mapping[str, FlaskClient]
    visited: list[str] = field(default_factory=list)

    def send(self, method: str, url: str, fields: Mapping[str, str] | None = None) -> Shown:
        """Ask, and follow redirects as a browser does: by GET, also from site to site."""
        for _ in range(_MOST_REDIRECTS):
            self.visited.append(url)
            shown = self._once(method, url, fields)
            if not 300 <= shown.status < 400:
                return shown
            method, url, fields = "GET", urljoin(url, shown.headers["Location"]), None
        raise AssertionError(f"redirects without end: {self.visited[-3:]}")

    def submit(self, page: Shown) -> Shown:
        """Send the page's form as it is."""
        action, fields = page.form()
        return self.send("POST", action, fields)

    def launch(self, method: str, url: str, fields: Mapping[str, str]) -> Shown:
        """Begin a launch as a platform's page does, and go on to the page that the tool shows at its end."""
        return self.submit(self.send(method, url, fields))

    def _once(self, method: str, url: str, fields: Mapping[str, str] | None) -> Shown:
        parts = urlsplit(url)
        sent = {"params" if method == "GET" else "data": dict(fields or {})}
        client = self.sites.get(f"{parts.scheme}://{parts.netloc}")
        if client is None:
            with requests.Session() as http:
                http.trust_env = False
                answer = http.request(method, url, allow_redirects=False, timeout=60, **sent)
            return Shown(url, answer.status_code, answer.text, answer.headers)
        options = {"query_string": sent["params"]} if fields and "params" in sent else {}
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        response = client.open(
            path,
            method=method,
            base_url=f"{parts.scheme}://{parts.netloc}",
            data=sent.get("data"),
            **options,  # type: ignore[arg-type]
        )
        return Shown(url, response.status_code, response.text, response.headers)
