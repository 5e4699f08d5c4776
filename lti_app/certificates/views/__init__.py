"""The pages about certificates: the certificate itself, what happens to it afterwards, and verifying."""

from __future__ import annotations

from flask import Blueprint

from lti_app.certificates.views import afterwards, deciding, looks, pictures, staff
from lti_app.certificates.views.certificate import pages
from lti_app.certificates.views.verify import public

assert afterwards
assert deciding
assert looks
assert pictures
assert staff  # importing them is what adds their pages

blueprints: tuple[Blueprint, ...] = (pages, public)
