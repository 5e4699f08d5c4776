"""Every route of the tool, as data: which things its address names, what its form holds, who gets in.

A test fails for a route that has no row here. access.py says how to read one.
"""

from __future__ import annotations

from tests.journeys.access import (
    BAD,
    CONFLICT,
    DONE,
    GONE,
    NO,
    NONE,
    NOT_IN,
    OK,
    ON,
    UNFIT,
    Place,
    Public,
    Thing,
)

SOME = "00000000-0000-4000-8000-000000000000"
DRAFT = {"item_id": "draft"}
TALK = {"item_id": "presentation"}
HIS = {"portfolio_id": "portfolio"}
CERTIFICATE = {"certificate_id": "certificate"}
ASKED = {"correction_id": "correction"}
CAFE = {"type_code": "language_cafe"}
LUND = {"scheme": "lund-medicine", "programme": "lakare"}
SLUG = {"slug": "lund-medicine"}
# Revisions begin at 1, so that these forms come too late and use nothing up.
LATE = {"revision": "0"}
OLDER = {"version": SOME}
ROUTES: dict[str, list[Thing | Place | Public]] = {
    # --- home
    "home.landing": [Place("GET", OK, ON, ON, OK, OK)],
    "home.mine": [Place("GET", OK, NONE, NONE, NONE, NONE)],
    "home.towards": [Place("POST", NONE, NO, NO, NO, NO, both=NONE, parts={"scheme_id": SOME})],
    "home.record": [Place("GET", OK, NONE, NONE, NONE, NONE)],
    "home.overview": [Place("GET", NONE, NONE, NONE, OK, NONE)],
    "home.submission": [
        Thing("GET", {"submission_id": "waiting"}, OK, ON),
        Thing("GET", {"submission_id": "declined"}, OK, ON),
    ],
    "assignments.opened": [
        Place("GET", ON, ON, ON, ON, ON, parts={"kind": kind})
        for kind in ("activities", "final_report", "certificate")
    ],
    "class.table": [Place("GET", NO, OK, NO, NONE, NO)],
    "class.update": [Place("POST", NO, ON, NO, NONE, NO)],
    "class.student": [Thing("GET", HIS, None, OK)],
    "programme.look": [Thing("GET", HIS, CONFLICT, CONFLICT)],  # a certificate rests on it
    "programme.change": [Thing("POST", HIS, ON, ON, form={"programme": "lakare"})],
    "observed.student": [Thing("GET", {"person_id": "person"}, None, NONE, observer=OK)],
    # --- set-up
    "schemes.setup": [Place("GET", NO, OK, OK, NONE, NO)],
    "schemes.choose": [Place("GET", NO, OK, OK, NONE, NO)],
    "schemes.save": [Place("POST", NO, ON, ON, NONE, NO, form=LUND)],
    "schemes.preview": [Place("GET", NO, OK, OK, NONE, NO, parts={"slug": "lund-medicine"})],
    "schemes.preview_here": [Place("GET", NO, OK, OK, NONE, NO)],
    "schemes.retry": [Place("POST", NO, ON, ON, NONE, NO)],
    "schemes.rename": [Place("POST", NO, ON, ON, NONE, NO, form={"names": "sv"})],
    "schemes.back_from_names": [Place("GET", ON, ON, ON, ON, ON)],
    "schemes.spare": [Place("POST", NO, ON, ON, NONE, NO, parts={"spare_id": SOME, "act": "use"})],
    "schemes.back_to_setup": [Place("GET", ON, ON, ON, ON, ON, parts={"spare_id": SOME, "act": "use"})],
    # --- schemes: staff reads, coordinators edit
    "scheme_list.overview": [Place("GET", NONE, OK, OK, OK, NONE)],
    "beginning.new": [Place("GET", NONE, NO, NO, OK, NONE)],
    "beginning.begin": [
        Place(
            "POST",
            NONE,
            NO,
            NO,
            ON,
            NONE,
            form={"from": "bundled", "bundled": "lund-medicine", "slug": "other"},
        )
    ],
    "versions.scheme": [Place("GET", NONE, OK, OK, OK, NONE, parts=SLUG)],
    "versions.begin_from_version": [
        Place("POST", NONE, NO, NO, CONFLICT, NONE, parts=SLUG, form={"number": "1"})
    ],
    "versions.version": [Place("GET", NONE, OK, OK, OK, NONE, parts=SLUG | {"number": "1"})],
    "versions.version_file": [Place("GET", NONE, OK, OK, OK, NONE, parts=SLUG | {"number": "1"})],
    "draft.overview": [Place("GET", NONE, NO, NO, OK, NONE, parts=SLUG)],
    "section.show": [
        Place("GET", NONE, NO, NO, OK, NONE, parts=SLUG | {"section": section})
        for section in ("requirements", "counting", "reflection")
    ],
    "section.write": [
        Place(
            "POST",
            NONE,
            NO,
            NO,
            ON,
            NONE,
            parts=SLUG | {"section": "requirements"},
            form={"end": "1", "revision": "1"},
        )
    ],
    "section.pick": [Place("GET", NONE, NO, NO, NONE, NONE, parts=SLUG | {"section": "types"})],
    "section.picked": [Place("POST", NONE, NO, NO, NONE, NONE, parts=SLUG | {"section": "types"}, form=LATE)],
    "draft.undo": [Place("POST", NONE, NO, NO, CONFLICT, NONE, parts=SLUG, form=LATE)],
    "draft.compared": [Place("GET", NONE, NO, NO, OK, NONE, parts=SLUG)],
    "draft.preview": [Place("GET", NONE, NO, NO, OK, NONE, parts=SLUG)],
    "draft.file": [Place("GET", NONE, NO, NO, OK, NONE, parts=SLUG)],
    "draft.confirm_publish": [Place("GET", NONE, NO, NO, OK, NONE, parts=SLUG)],
    "draft.publish": [Place("POST", NONE, NO, NO, CONFLICT, NONE, parts=SLUG, form=LATE | {"note": "x"})],
    "draft.confirm_discard": [Place("GET", NONE, NO, NO, OK, NONE, parts=SLUG)],
    "draft.discard": [Place("POST", NONE, NO, NO, CONFLICT, NONE, parts=SLUG, form=LATE)],
    # --- moving to a newer version
    "moving.own": [Place("GET", OK, NONE, NONE, NONE, NONE, test=NONE, both=OK)],
    "moving.move_own": [
        Place("POST", CONFLICT, NONE, NONE, NONE, NONE, test=NONE, both=CONFLICT, form=OLDER)
    ],
    "moving.student": [Thing("GET", HIS, None, OK)],
    "moving.move_student": [Thing("POST", HIS, None, CONFLICT, form=OLDER)],
    "moving.course": [Thing("GET", {"course_id": "course"}, None, OK)],
    "moving.move_course": [Thing("POST", {"course_id": "course"}, None, ON, form=OLDER)],
    "moving.stop_or_resume": [
        Thing("POST", {"move_id": "move"}, None, ON, parts={"act": act}) for act in ("stop", "resume")
    ],
    # --- a student's work
    "portfolio.pick": [Place("GET", OK, NO, NO, NO, NO)],
    "portfolio.new": [Place("GET", OK, NO, NO, NO, NO, parts=CAFE)],
    "portfolio.add": [Place("POST", ON, NO, NO, NO, NO, parts=CAFE, form={"title": "Nytt"})],
    "portfolio.open_report": [Place("POST", ON, NONE, NONE, NONE, NONE, test=NONE)],
    "portfolio.open_presentation": [Place("POST", ON, NONE, NONE, NONE, NONE, test=NONE)],
    "portfolio.item": [Thing("GET", DRAFT, OK, NO), Thing("GET", {"item_id": "report"}, OK, NO)],
    "portfolio.details": [Thing("GET", DRAFT, OK, NO)],
    "portfolio.change": [Thing("POST", DRAFT, ON, NO, form={"title": "Nytt", "version": "DRAFT"})],
    "portfolio.new_type": [Thing("GET", DRAFT, OK, NO)],
    "portfolio.confirm_delete": [Thing("GET", DRAFT, OK, NO), Thing("GET", TALK, NONE, NO)],
    "portfolio.delete": [Thing("POST", DRAFT | HIS, ON, NONE), Thing("POST", TALK | HIS, NONE, NONE)],
    "portfolio.copy": [Thing("POST", {"item_id": "declined item"}, ON, NO)],
    "portfolio.answers": [Thing("GET", DRAFT, OK, NO)],
    "portfolio.write": [Thing("POST", DRAFT, ON, NO, form={"answer_what": "x", "version": "DRAFT"})],
    "portfolio.files": [Thing("GET", DRAFT, OK, NO), Thing("GET", TALK, OK, NO)],
    "portfolio.add_files": [Thing("POST", DRAFT, ON, NO, form={"files": "FILE"})],
    "portfolio.add_link": [Thing("POST", DRAFT, ON, NO, form={"url": "https://example.org/x"})],
    "portfolio.remove": [Thing("POST", DRAFT | {"evidence_id": "evidence"}, ON, NO)],
    "portfolio.evidence": [
        Thing("GET", {"evidence_id": "evidence"}, OK, NONE),
        Thing("GET", {"evidence_id": "sent evidence"}, OK, OK),
    ],
    "portfolio.check": [Thing("GET", DRAFT, OK, NO)],
    "portfolio.submit": [Thing("POST", DRAFT, ON, NO)],
    "portfolio.withdraw": [Thing("POST", {"item_id": "waiting item"}, ON, NO)],
    "portfolio.presentation": [Thing("GET", TALK, OK, NO)],
    "portfolio.change_presentation": [Thing("POST", TALK, ON, NO, form={"title": "T", "version": "1"})],
    "portfolio.name": [Thing("GET", TALK, OK, NO)],
    "portfolio.choose_name": [Thing("POST", TALK, ON, NO, form={"name": "Å Ö"})],
    # --- reviewing
    "review.queue": [Place("GET", NO, OK, NO, OK, NO)],
    "review.submission": [
        Thing("GET", {"submission_id": "waiting"}, NO, OK),
        Thing("GET", {"submission_id": "declined"}, NO, OK),
    ],
    "review.decide": [Thing("POST", {"submission_id": "waiting"}, NO, ON, form={"decision": "approve"})],
    "review.reopen": [Thing("POST", {"submission_id": "declined"}, NO, ON, form={"reason": "Fel"})],
    "review.undo": [Thing("POST", {"decision_id": "declined decision"}, NO, ON)],
    "deliveries.overview": [Place("GET", NO, OK, NO, OK, NO)],
    "deliveries.retry": [Thing("POST", {"delivery_id": "failed"}, None, ON, NO)],
    "deliveries.retry_all": [Place("POST", NO, ON, NO, ON, NO)],
    "deliveries.send_ours": [Thing("POST", {"delivery_id": "held"}, None, ON, NO)],
    "deliveries.keep_theirs": [Thing("POST", {"delivery_id": "held"}, None, ON, NO)],
    "deliveries.arrived": [Thing("POST", {"delivery_id": "uncertain"}, None, ON, NO)],
    # --- certificates
    "certificates.overview": [Place("GET", NO, OK, NO, OK, NO)],
    "certificates.run": [Place("POST", NO, ON, NO, ON, NO)],
    "certificates.put_run_away": [Thing("POST", {"run_id": "run"}, None, CONFLICT, NO)],
    "certificates.issue": [Thing("GET", HIS, NO, ON), Thing("POST", HIS, NO, CONFLICT)],
    "certificates.mine": [Place("GET", OK, ON, ON, ON, ON, test=ON, both=OK)],
    "certificates.certificate": [Thing("GET", HIS, OK, OK)],
    "certificates.file": [Thing("GET", HIS, OK, OK, parts={"how": how}) for how in ("view", "download")],
    "certificates.badge": [Thing("GET", HIS, NONE, NONE, parts={"form": form}) for form in ("json", "jwt")],
    "certificates.request_correction": [Thing("POST", CERTIFICATE, CONFLICT, CONFLICT, form={"note": "Fel"})],
    "certificates.approve_correction": [Thing("GET", ASKED, NO, OK), Thing("POST", ASKED, NO, ON)],
    "certificates.take_back_approval": [Thing("POST", ASKED, NO, ON)],
    "certificates.withdraw_correction": [Thing("POST", ASKED, ON, NO)],
    "certificates.issue_corrected": [
        Thing("GET", ASKED, NO, CONFLICT),
        Thing("POST", ASKED, NO, CONFLICT),
    ],
    "certificates.decline_correction": [
        Thing("GET", ASKED, NO, OK),
        Thing("POST", ASKED, NO, ON, form={"reply": "Rätt"}),
    ],
    "certificates.revoke": [
        Thing("GET", CERTIFICATE, NO, NO, coordinator=OK),
        Thing("POST", CERTIFICATE, NO, NO, coordinator=ON, form={"reason": "error"}),
    ],
    "certificates.allow_another": [
        Thing("GET", CERTIFICATE, NO, NO, coordinator=CONFLICT),
        Thing("POST", CERTIFICATE, NO, NO, coordinator=CONFLICT),
    ],
    "certificates.share": [Thing("POST", CERTIFICATE, ON, NO, form={"shows_name": "y"})],
    "certificates.stop_sharing": [Thing("POST", {"share_id": "link"}, ON, NO)],
    "certificates.share_again": [Thing("POST", {"share_id": "link"}, ON, NO)],
    "certificates.specimen": [Place("GET", NONE, NONE, NONE, OK, NONE, parts={"slug": "lund-medicine"})],
    "certificates.specimen_file": [Place("GET", NONE, NONE, NONE, NONE, NONE, parts={"slug": "none"})],
    "certificates.follow": [
        Place("POST", NONE, NO, NO, OK, NONE, parts=SLUG, form={"end": "1"}),
        Place("POST", NONE, NO, NO, BAD, NONE, parts=SLUG),
    ],
    "certificates.pictures": [Place("GET", NONE, NONE, NONE, OK, NONE)],
    "certificates.add_picture": [Place("POST", NONE, NONE, NONE, BAD, NONE)],
    "certificates.withdraw_picture": [Place("POST", NONE, NONE, NONE, NONE, NONE, parts={"asset_id": SOME})],
    "certificates.offer_picture_again": [
        Place("POST", NONE, NONE, NONE, NONE, NONE, parts={"asset_id": SOME})
    ],
    "certificates.back_to_pictures": [
        Place("GET", ON, ON, ON, ON, ON, parts={"asset_id": SOME, "act": "offer"})
    ],
    "certificates.picture": [Place("GET", NONE, NONE, NONE, NONE, NONE, parts={"asset_id": SOME})],
    # --- for everybody
    "look.brand": [Place("GET", OK, OK, OK, OK, OK)],
    "look.settings": [Place("POST", DONE, DONE, DONE, DONE, DONE)],
    "web.language": [Place("POST", ON, ON, ON, ON, ON, form={"language": "sv"})],
    "public.favicon": [Public("GET", "/favicon.ico", OK)],
    "public.healthz": [Public("GET", "/healthz", OK)],
    "public.readyz": [Public("GET", "/readyz", OK)],
    "files.signed_file": [Public("GET", "/f/forged/x.pdf", NONE)],
    "verify.front": [Public("GET", "/", ON)],
    "verify.ask": [Public("GET", "/verify", OK), Public("GET", "/verify?code=CODE", ON)],
    "verify.judge": [Public("POST", "/verify", UNFIT)],
    "verify.shared": [Public("GET", "/verify/CODE/x", OK), Public("GET", "/verify/0000-0000-0000/x", NONE)],
    "verify.answer": [Public("GET", "/verify/CODE", OK), Public("GET", "/verify/0000-0000-0000", NONE)],
    "badge.did": [Public("GET", "/.well-known/did.json", OK)],
    "badge.status": [Public("GET", "/credentials/status/1", NONE)],
    "picker.show": [Public("GET", "/deep-link/forged", NONE)],
    "picker.brand": [Public("GET", "/deep-link/forged/brand.css", NONE)],
    "picker.answer": [Public("POST", "/deep-link", NONE)],
    "picker.language": [Public("POST", "/deep-link/language", NONE)],
    "lti.jwks": [Public("GET", "/lti/jwks.json", OK)],
    "registration.canvas_key": [Public("GET", "/lti/canvas.json", OK)],
    "registration.ask": [Public("GET", "/lti/register", NO), Public("GET", "/lti/register/x", NO)],
    "registration.confirm": [Public("POST", "/lti/register/x", BAD)],
    "lti.login": [Public("GET", "/lti/login", BAD), Public("POST", "/lti/login", BAD)],
    "lti.look": [Public("GET", "/lti/login/forged", NO)],
    "lti.tab": [Public("GET", "/lti/login/forged/tab", NO)],
    "lti.launch": [Public("POST", "/lti/launch", BAD)],
    "handover.again": [Public("GET", "/lti/again/forged", NONE)],
    "handover.tab": [Public("GET", "/lti/tab", OK)],
    "handover.enter": [Public("POST", "/lti/tab", BAD)],
    # --- the operator's, who has come in by a link
    "way_in.look": [Public("GET", "/admin/enter/forged", GONE)],
    "way_in.come_in": [Public("POST", "/admin/enter/forged", GONE)],
    "admin.start": [Public("GET", "/admin/", NOT_IN)],
    "admin.sign_out": [Public("POST", "/admin/leave", NOT_IN)],
    "admin.language": [Public("POST", "/admin/language", NOT_IN)],
    "operating.platforms": [Public("GET", "/admin/platforms", NOT_IN)],
    "operating.add": [Public(method, "/admin/platforms/new", NOT_IN) for method in ("GET", "POST")],
    "operating.platform": [Public("GET", f"/admin/platforms/{SOME}", NOT_IN)],
    "operating.back_to_platform": [Public("GET", f"/admin/platforms/{SOME}/pause", NOT_IN)],
    "operating.trust": [Public("POST", f"/admin/platforms/{SOME}/trust", NOT_IN)],
    "operating.edit": [Public(method, f"/admin/platforms/{SOME}/edit", NOT_IN) for method in ("GET", "POST")],
    "operating.switch": [
        Public("POST", f"/admin/platforms/{SOME}/{act}", NOT_IN) for act in ("pause", "resume")
    ],
    "operating.remove": [
        Public(method, f"/admin/platforms/{SOME}/remove", NOT_IN) for method in ("GET", "POST")
    ],
    "operating.forget": [Public("POST", f"/admin/platforms/{SOME}/failures/forget", NOT_IN)],
    "operating.forget_those_that_wait": [Public("POST", f"/admin/platforms/{SOME}/waiting/forget", NOT_IN)],
    "operating.test": [Public("POST", f"/admin/platforms/{SOME}/test", NOT_IN)],
    "operating.approve": [
        Public(method, f"/admin/deployments/{SOME}/approve", NOT_IN) for method in ("GET", "POST")
    ],
    "operating.withdraw": [Public("POST", f"/admin/deployments/{SOME}/withdraw", NOT_IN)],
    "operating.invitations": [Public(method, "/admin/invitations", NOT_IN) for method in ("GET", "POST")],
    "operating.back_to_invitations": [Public("GET", f"/admin/invitations/{SOME}/withdraw", NOT_IN)],
    "operating.withdraw_invited": [Public("POST", f"/admin/invitations/{SOME}/withdraw", NOT_IN)],
    "coordination.overview": [Public("GET", "/admin/coordinators", NOT_IN)],
    "coordination.back_to_overview": [Public("GET", "/admin/coordinators/search", NOT_IN)],
    "coordination.search": [Public("POST", "/admin/coordinators/search", NOT_IN)],
    "coordination.change": [
        Public("POST", f"/admin/coordinators/{act}", NOT_IN) for act in ("grant", "revoke")
    ],
    "static": [Public("GET", "/static/app.css", OK), Public("GET", "/static/..%2Fcli.py", NONE)],
}
