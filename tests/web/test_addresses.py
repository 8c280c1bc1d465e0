"""Every address of the application is either framed or on the public list, and answers HEAD."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

PUBLIC = {
    "api.list_client_groups",
    "api.list_findings",
    "api.list_portals",
    "api.list_renewals",
    "api.list_terms",
    "api.run_checks",
    "api.show_description",
    "api.show_pages",
    "api.show_portal",
    "api.show_report",
    "api.show_run",
    "api.write_term",
    "bundles.give",
    "confirming.ask",
    "confirming.confirm",
    "copy_download.give_part",
    "copy_download.show_parts",
    "events.take",
    "feeds.give_calendar",
    "feeds.give_table",
    "health.live",
    "health.ready",
    "invitation.show",
    "metrics.show",
    "outside.calendar",
    "outside.status",
    "placements.install",
    "placements.open_app",
    "placements.open_placement",
    "public.about",
    "public.help_page",
    "legal.licence",
    "legal.privacy",
    "public.support",
    "service_page.show_service",
    "help_pages.name_error_outside",
    "help_pages.show_errors_outside",
    "report.download_outside",
    "report.show_outside",
    "signed_reports.answer_reader",
    "signed_reports.give_colour",
    "signed_reports.keep_sender",
    "signed_reports.show",
    "signed_reports.show_reader",
    "signed_reports.show_sender",
    "sign_in.ask_link",
    "sign_in.finish_sign_in",
    "sign_in.keep_address",
    "sign_in.open_link",
    "sign_in.show_address",
    "sign_in.show_link",
    "sign_in.show_sign_in",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "static",
    "placements.renew_token",
}
FOR_EVERYBODY = (
    "/",
    "/api/v1/",
    "/api/v1/openapi.json",
    "/app",
    "/events",
    "/health/live",
    "/help",
    "/help/errors",
    "/install",
    "/legal/licence",
    "/legal/privacy",
    "/placements/crm_deal_list_toolbar",
    "/placements/rest_app_uri",
    "/sign-in",
    "/service",
    "/support",
)


def kinds(app: Flask) -> dict[str, str]:
    return {name: getattr(view, "framed", "") for name, view in app.view_functions.items()}


def test_every_address_is_framed_or_on_the_public_list(app: Flask):
    unframed = {
        name
        for name, kind in kinds(app).items()
        if kind not in ("anyone", "admin") and not name.startswith("old_addresses.")
    }
    assert unframed == PUBLIC


def test_every_framed_address_refuses_a_visitor_without_a_token(app: Flask, visitor: FlaskClient):
    let_in = []
    for rule in app.url_map.iter_rules():
        if kinds(app)[rule.endpoint] in ("anyone", "admin"):
            path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
            method = "POST" if "POST" in rule.methods else "DELETE" if "DELETE" in rule.methods else "GET"
            answer = visitor.open(path[1] if path else rule.rule, method=method)
            let_in += [rule.rule] if answer.status_code != 401 else []
    assert let_in == []


@pytest.mark.parametrize("path", FOR_EVERYBODY)
def test_public_addresses_answer_head(visitor: FlaskClient, path: str):
    assert visitor.head(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/help", "/support", "/legal/licence", "/legal/privacy"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_public_pages_are_drawn_in_both_languages(visitor: FlaskClient, path: str, language: str):
    answer = visitor.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text


def test_an_unknown_address_is_a_page_that_says_so(visitor: FlaskClient):
    answer = visitor.get("/no-such-page", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_an_unknown_placement_is_not_found(visitor: FlaskClient):
    assert visitor.post("/placements/crm_lead_list_menu").status_code == 404
