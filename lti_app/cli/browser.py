"""A browser without eyes: opens pages, follows links, fills in forms, keeps cookies by host and path.

It does what the demo's pages need of a browser. A `Secure` cookie is sent to http://localhost, as Chromium
and Firefox do; a form that a page sends off by script is sent off; nothing else of a script runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import requests

from lti_app.cli.html import Element, field_labelled, fields_of, read

_MOST_HOPS = 12
_TIMEOUT_SECONDS = 30
_SENT_BY_SCRIPT = "post-form"  # the id of the form that the small Canvas's pages submit on their own

Upload = tuple[str, bytes, str]


class LostError(Exception):
    """The way ahead is not there; the message is one sentence that says where and what."""


@dataclass(frozen=True)
class Page:
    """A page that was answered with 200."""

    url: str
    content: bytes
    media_type: str
    root: Element

    @property
    def heading(self) -> str:
        """The page's h1."""
        found = self.root.first("h1")
        return found.words if found else ""

    @property
    def words(self) -> str:
        """All words of the page's main part."""
        found = self.root.first("main")
        return (found or self.root).words

    def frame(self) -> str:
        """What the page's visible frame holds. Raises LostError."""
        for each in self.root.all("iframe"):
            if each.get("aria-hidden") != "true" and each.get("src"):
                return urljoin(self.url, each.get("src"))
        raise self.lost("has no frame")

    def control(self, words: str) -> Element:
        """The button, else the link, with these words. Raises LostError."""
        for tag in ("button", "a"):
            for each in self.root.all(tag):
                if words in (each.words, each.get("aria-label")):
                    return each
        raise self.lost(f"has no button or link {words!r}")

    def lost(self, how: str) -> LostError:
        """An error about this page."""
        return LostError(f"the page {self.heading or self.url!r} {how}: {self.words[:200]}")


@dataclass(frozen=True)
class _Cookie:
    host: str
    path: str
    name: str
    value: str

    def is_for(self, host: str, path: str) -> bool:
        """Whether it goes along (RFC 6265 §5.1.4)."""
        below = path == self.path or path.startswith(self.path.rstrip("/") + "/")
        return host == self.host and below


class Browser:
    """One person's browser."""

    def __init__(self, language: str = "en") -> None:
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy knows nothing of this machine
        self._http.headers["Accept-Language"] = language
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def open(self, url: str) -> Page:
        """Open an address, as far as redirects and self-sending forms lead. Raises LostError."""
        return self._go("GET", url, {}, {})

    def press(self, page: Page, words: str, values: Mapping[str, str | Upload] | None = None) -> Page:
        """Follow the link or press the button with these words, its form filled in by the fields' labels.

        A label need only begin as given. Raises LostError.
        """
        control = page.control(words)
        if control.tag == "a":
            return self.open(urljoin(page.url, control.get("href")))
        form = control.around("form")
        if form is None:
            raise page.lost(f"has no form around its button {words!r}")
        fields, uploads = dict(fields_of(form)), {}
        for label, value in (values or {}).items():
            field = field_labelled(form, label)
            if field is None:
                raise page.lost(f"asks for no {label!r}")
            if isinstance(value, tuple):
                uploads[field.get("name")] = value
            else:
                fields[field.get("name")] = _chosen(page, field, value)
        if control.get("name"):
            fields[control.get("name")] = control.get("value")
        return self._send(page.url, form, fields, uploads)

    def _send(
        self, here: str, form: Element, fields: Mapping[str, str], uploads: Mapping[str, Upload]
    ) -> Page:
        action = urljoin(here, form.get("action")) if form.get("action") else here
        if form.get("method").lower() == "post":
            return self._go("POST", action, fields, uploads)
        return self.open(f"{action.partition('?')[0]}?{urlencode(fields)}")

    def _go(self, method: str, url: str, fields: Mapping[str, str], uploads: Mapping[str, Upload]) -> Page:
        for _ in range(_MOST_HOPS):
            answer = self._ask(method, url, fields, uploads)
            if answer.is_redirect:
                url = urljoin(url, answer.headers["Location"])
                if answer.status_code in {301, 302, 303}:
                    method, fields, uploads = "GET", {}, {}
                continue
            page = self._page(url, answer)
            form = next((each for each in page.root.all("form") if each.get("id") == _SENT_BY_SCRIPT), None)
            if form is None:
                return page
            method, fields, uploads = "POST", dict(fields_of(form)), {}
            url = urljoin(url, form.get("action"))
        raise LostError(f"{url} leads in circles")

    def _ask(
        self, method: str, url: str, fields: Mapping[str, str], uploads: Mapping[str, Upload]
    ) -> requests.Response:
        parts = urlsplit(url)
        host, path = parts.hostname or "", parts.path or "/"
        sent = [each for each in self._cookies.values() if each.is_for(host, path)]
        sent.sort(key=lambda each: len(each.path), reverse=True)
        headers = {"Cookie": "; ".join(f"{each.name}={each.value}" for each in sent)} if sent else {}
        try:
            answer = self._http.request(
                method,
                urldefrag(url).url,
                data=fields or None,
                files=uploads or None,
                headers=headers,
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise LostError(f"{url} does not answer ({type(error).__name__})") from error
        self._http.cookies.clear()  # ours are kept below, with what the standard jar does not know
        for line in answer.raw.headers.getlist("Set-Cookie"):
            self._keep(host, path, line)
        return answer

    def _keep(self, host: str, path: str, line: str) -> None:
        pair, *attributes = (part.strip() for part in line.split(";"))
        name, _, value = pair.partition("=")
        more = {key.lower(): found for key, _, found in (part.partition("=") for part in attributes)}
        directory = path.rpartition("/")[0] or "/"
        where = more.get("path") or directory
        if more.get("max-age") == "0" or "1970" in more.get("expires", ""):
            self._cookies.pop((host, where, name), None)
        else:
            self._cookies[host, where, name] = _Cookie(host, where, name, value)

    def _page(self, url: str, answer: requests.Response) -> Page:
        media_type = answer.headers.get("Content-Type", "").partition(";")[0]
        root = read(answer.text) if media_type == "text/html" else Element("", {})
        page = Page(url, answer.content, media_type, root)
        if answer.status_code != 200:
            raise page.lost(f"answered {answer.status_code}")
        return page


def _chosen(page: Page, field: Element, value: str) -> str:
    """What the field sends for a value as a person sees it: an option's words, a choice that is marked."""
    if field.tag == "select":
        for option in field.all("option"):
            if option.words == value:
                return option.attributes.get("value", value)
        raise page.lost(f"offers no {value!r}")
    return field.get("value") if field.get("type") in {"radio", "checkbox"} else value
