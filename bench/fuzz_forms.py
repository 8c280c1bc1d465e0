"""The fields of every form of the application with a valid value each, by the path that takes it."""

from collections.abc import Mapping

TERM = {
    "kind": "other", "title": "Домен", "ends_on": "2027-03-01", "price": "990,50", "currency": "RUB", "period_months": "12",
    "autopay": "true", "pays_by": "unknown", "owner_id": "1", "owner_name": "Марина", "note": "по счёту",
}  # fmt: skip
TABLE = {"table": "kind;title;ends_on;price\r\nplan;;2027-01-20;13990\r\nother;SSL;2027-05-05;100\r\n"}
REGISTER = {
    "kind": "application", "name": "Склад", "owner_name": "Олег", "host": "https://crm.example", "purpose": "остатки",
    "owner_id": "3", "expires_on": "2027-02-02",
}  # fmt: skip
EVENT = {
    "event": "ONAPPTEST", "event_handler_id": "7", "ts": "1466439714", "data[QUERY][mark]": "x", "data[ID]": "5",
    "auth[member_id]": "", "auth[application_token]": "", "auth[domain]": "north.bitrix24.example", "auth[user_id]": "1",
    "auth[access_token]": "a", "auth[expires_in]": "3600", "auth[scope]": "crm", "auth[status]": "L",
    "auth[server_endpoint]": "https://oauth.bitrix24.tech/rest/", "auth[client_endpoint]": "https://north.bitrix24.example/rest/",
}  # fmt: skip
PEOPLE = {
    f"{role}_{field}": value
    for role in ("responsible", "decider", "payer", "activator")
    for field, value in (("name", "Анна"), ("user_id", "3"), ("email", "anna@shop.example"))
}
FORMS: Mapping[str, Mapping[str, str]] = {
    "/events": EVENT,
    "/install/date": {"ends_on": "2026-12-23", "pays_by": "accounting", "autopay": "no"},
    "/renewal/renewed": {"ends_on": "2027-12-23"},
    "/money/terms": TERM,
    "/money/terms/<int:term_id>": TERM,
    "/money/terms/exchange": TABLE,
    "/money/terms/exchange/apply": TABLE,
    "/money/price": {
        "amount": "83 880", "months": "12", "vat": "exempt", "invoice_number": "1362", "currency": "",
    },
    "/money/plan/correct": {"subject": "std", "code": "price", "value": "13 990", "reason": "счёт"},
    "/money/plan/measure": {"code": "disk_gb", "value": "12,5"},
    "/money/plan/sums": {
        "average_order": "3500", "portal_share_percent": "40", "growth_per_month": "2", "reserve_percent": "10",
    },
    "/money/plan/budget.xlsx": {"year": "2027"},
    "/money/rules": {"rule": "cloud:grace_days", "value": "14", "reason": "договор"},
    "/renewal/days": {"method": "transfer", "country": "ru", "approval": "3", "bank": "2", "grace": "14"},
    "/renewal/case": {
        "plan_code": "std", "period_months": "12", "route": "portal", "method": "transfer", "amount": "167 880",
        "invoice_number": "СЧ-1",
    },
    "/renewal/case/mark": {"stage": "chosen", "on": "2026-11-30", "note": "да"},
    "/renewal/case/give-up": {"reason": "уходим"},
    "/money/documents": {"kind": "invoice"},
    "/money/documents/pack.zip": {"case_id": "1"},
    "/renewal/late/count": {"since": "2026-11-29T09:00", "until": "2026-11-29T21:00"},
    "/settings/errors": {"text": "ACCESS_DENIED"},
    "/help/errors": {"text": "QUERY_LIMIT_EXCEEDED"},
    "/settings/reminders/schedule": {
        "days_before": "30, 14, 7", "daily_in_grace": "yes", "quiet_from": "21", "quiet_to": "9", "digest_on": "yes",
        "digest_weekday": "0",
    },
    "/settings/reminders/channels/<code>": {"enabled": "yes", "address": "https://hooks.example/x"},
    "/settings/reminders/channels/webhook/secret": {"renew": "1"},
    "/settings/people": PEOPLE,
    "/settings/start": {
        "portal_name": "Магазин", "plan_named": "std", "edition": "cloud", "country": "ru", "route": "portal",
        "method": "transfer", "enterprise_box": "yes",
    },
    "/settings/calls.csv": {"q": "crm", "method": "crm", "errors": "yes", "days": "day", "call": "1"},
    "/settings/calls.jsonl": {"q": "crm", "method": "crm", "errors": "yes", "days": "day", "call": "1"},
    "/widget/report": {"reason": "other", "text": "не вижу сделки"},
    "/shop/register": REGISTER,
    "/shop/register/<int:entry_id>": REGISTER,
    "/shop/owner/<target>": {"owner_id": "3", "owner_name": "Олег"},
    "/shop/question/<code>": {"outcome": "yes", "value": "12", "note": "спросили"},
    "/shop/mute/<target>": {"until": "2026-12-20", "reason": "знаем"},
    "/shop/test-writes/switch": {"on": "yes"},
    "/shop/compare/accept/<line>": {"reason": "for_now", "until": "2026-12-20", "note": "так надо"},
    "/shop/report.<kind>": {"language": "ru"},
    "/shop/report/links": {"days": "7"},
}  # fmt: skip
QUERIES: Mapping[str, Mapping[str, str]] = {
    "/money/terms": {"edit": "1", "add": "other", "left": "1"},
    "/money/plan": {"year": "2027", "to": "basic"},
    "/shop": {"open": "pay_system_for_orders"},
    "/shop/progress": {"have": "a.1,b.2"},
    "/shop/register": {"edit": "1"},
    "/shop/check/<code>": {"run": "1", "since": "1700000000000", "fold": "1"},
    "/shop/area/<area>": {"since": "1700000000000"},
    "/shop/compare": {"all": "1"},
    "/shop/compare/progress": {"on": "/renewal", "inside": "1"},
    "/shop/compare/line/<line>": {"open": "how"},
    "/shop/compare/line/<line>/check": {"since": "1700000000000", "target": "stages_present"},
    "/shop/compare/return-all": {"at": "1700000000000000"},
    "/settings/reminders/channels/<code>": {"since": "1700000000.5", "tries": "3"},
    "/settings": {"q": "crm", "errors": "yes", "days": "three"},
    "/shop/report": {"language": "en"},
    "/settings/errors": {"text": "x"},
    "/help/errors": {"text": "x"},
    "/status/<token>": {"lang": "en"},
    "/app": {"DOMAIN": "north.bitrix24.example", "PROTOCOL": "1", "LANG": "ru", "APP_SID": "abc"},
}
EVERYWHERE: Mapping[str, str] = {"LANG": "ru", "lang": "en", "v": "1"}
