"""Every room's tables in one import: for the migrations and for the test that models and migrations agree."""

from __future__ import annotations

from lti_app.certificates import models as certificates
from lti_app.certificates.badge import models as badge
from lti_app.jobs import models as jobs
from lti_app.lti import models as lti
from lti_app.lti.ags import models as ags
from lti_app.lti.deep_linking import models as deep_linking
from lti_app.lti.nrps import models as nrps
from lti_app.people import models as people
from lti_app.portfolio import models as portfolio
from lti_app.portfolio import moves
from lti_app.schemes import models as schemes
from lti_app.storage import models as storage
from lti_app.web import models as web

ALL_MODELS = (
    *(people, storage, jobs, web),
    *(lti, ags, nrps, deep_linking),
    *(schemes, portfolio, moves, certificates, badge),
)
