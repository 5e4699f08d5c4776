"""What templates say: in the request's language, with values escaped."""

from __future__ import annotations

from flask import Flask, render_template_string


def test_a_template_speaks_the_requests_language_and_escapes_values(app: Flask) -> None:
    days = '{{ ngettext("%(num)d day", "%(num)d days", n) }}'
    said = '{{ _("over %(number)d", number=2) }}, ' + days + ', {{ _(m, f="<") }}'
    with app.test_request_context("/?lang=sv"):
        assert render_template_string(said, n=1, m="<b>%(f)s</b>%%") == "över 2, 1 dag, <b>&lt;</b>%"
    with app.test_request_context("/?lang=en"):
        assert render_template_string(said, n=2, m="100 %%") == "over 2, 2 days, 100 %"
