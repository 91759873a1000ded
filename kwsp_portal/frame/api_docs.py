"""`/api/docs/`: the schema of the API as a page of the portal's own, without scripts or anything of another host."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from members.identity import gates

METHODS = ("get", "post", "put", "patch", "delete")
Node = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A parameter of a call or a member of a body. `place` is query, path or header, empty in a body; `values`, a closed list."""

    name: str
    place: str
    kind: str
    required: bool
    default: str
    example: str
    values: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a call answers with: `shape` names one of the page's shapes."""

    status: str
    media: str
    shape: str


@dataclass(frozen=True, kw_only=True)
class Call:
    method: str
    path: str
    words: str
    public: bool
    parameters: Sequence[Field]
    body: str
    answers: Sequence[Answer]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A body by name, with its members."""

    name: str
    members: Sequence[Field]


@gates.public
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every call with its parameters and answers, and the shape of every body."""
    schema = _schema(translation.get_language() or "ms")
    context = {"calls": list(_calls(schema)), "shapes": list(_shapes(schema)), "version": schema["info"]["version"]}
    return render(request, "frame/api_docs.html", context)


@functools.cache
def _schema(language: str) -> Node:
    """The schema never changes while the process lives; its words follow the language."""
    with translation.override(language):
        schema: Node = SchemaGenerator().get_schema(request=None, public=True)
        return schema


def _calls(schema: Node) -> Iterator[Call]:
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                call = methods[method]
                yield Call(
                    method=method.upper(),
                    path=path,
                    words=str(call.get("description", "")),
                    public={} in call.get("security", [{}]),
                    parameters=[_parameter(found) for found in call.get("parameters", ())],
                    body=_body(call),
                    answers=list(_answers(call["responses"])),
                )


def _parameter(found: Node) -> Field:
    return _field(found["name"], found["schema"], place=found["in"], required=found.get("required", False))


def _body(call: Node) -> str:
    """The shape that is sent, as JSON or as a form; empty for a call without a body."""
    content = call.get("requestBody", {}).get("content", {})
    return next((_kind(body["schema"]) for body in content.values()), "")


def _answers(responses: Node) -> Iterator[Answer]:
    for status, answer in responses.items():
        for media, body in answer.get("content", {}).items():
            yield Answer(status=status, media=media, shape=_kind(body["schema"]))


def _shapes(schema: Node) -> Iterator[Shape]:
    for name, shape in schema.get("components", {}).get("schemas", {}).items():
        if "properties" in shape:
            required = shape.get("required", ())
            yield Shape(name=name, members=[_field(member, found, required=member in required) for member, found in shape["properties"].items()])


def _field(name: str, schema: Node, *, required: bool, place: str = "") -> Field:
    return Field(
        name=name,
        place=place,
        kind=_kind(schema),
        required=required,
        default=str(schema.get("default") or ""),
        example=str(schema.get("example") or ""),
        values=[str(value) for value in schema.get("enum", ())],
    )


def _kind(schema: Node) -> str:
    """`string (date)`, `array of string`, or the name of a shape; `| null` where there may be none."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    kind = str(schema.get("type", "object"))
    if kind == "array":
        kind = f"array[{_kind(schema['items'])}]"
    elif "format" in schema:
        kind = f"{kind} ({schema['format']})"
    return f"{kind} | null" if schema.get("nullable") else kind
