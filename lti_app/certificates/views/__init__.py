"""The pages about certificates: the certificate itself, what happens to it afterwards, and verifying."""

from __future__ import annotations

from flask import Blueprint

from lti_app.certificates.views import afterwards
from lti_app.certificates.views.certificate import pages
from lti_app.certificates.views.verify import public

assert afterwards  # importing it is what adds its pages

blueprints: tuple[Blueprint, ...] = (pages, public)
