"""The form beside a change of programme."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import Form, TextAreaField
from wtforms.validators import Length

from lti_app.home.programme_service import LONGEST_REASON
from lti_app.web.typed import clean_text


class ReasonForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """Why the programme is changed; may be left empty."""

    reason = TextAreaField(
        _("Reason"),
        filters=[clean_text],
        validators=[Length(max=LONGEST_REASON, message=_("Write at most %(max)d characters."))],
    )
