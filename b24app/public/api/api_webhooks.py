"""The webhooks in the description of the API: one entry for each kind of event, made from the same list and the same models."""

from collections.abc import Mapping

from b24app.integrators.outside.record_models import Given
from b24app.integrators.webhooks.event_kinds import KINDS, EventKind

HEADERS = {
    "webhook-id": "the number of the event: the same at every attempt and every repeat",
    "webhook-timestamp": "when this attempt was made, in seconds of Unix",
    "webhook-signature": "`v1,` and HMAC-SHA256 over id, timestamp and body, as the Standard Webhooks specification says; two of them while a secret is changed",
}


def describe_webhooks(schemas: dict[str, object]) -> dict[str, object]:
    """The webhooks of OpenAPI 3.1; what a model lacks among the schemas is added to them."""
    return {code: {"post": _describe(kind, schemas)} for code, kind in KINDS.items()}


def _describe(kind: EventKind, schemas: dict[str, object]) -> dict[str, object]:
    event = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind.code},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": f"#/components/schemas/{_name_of(kind.gives, schemas)}"},
        },
    }
    return {
        "summary": kind.title,
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": text,
            }
            for name, text in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": event}}},
        "responses": {"2XX": {"description": "taken"}, "410": {"description": "nothing is sent any more"}},
    }


def _name_of(model: type[Given], schemas: dict[str, object]) -> str:
    """The name of a model among the schemas."""
    title = model.__name__
    for name, schema in schemas.items():
        if isinstance(schema, Mapping) and schema.get("title") == title:
            return name
    schemas[title] = model.model_json_schema()
    return title
