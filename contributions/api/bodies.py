"""JSON that a call is sent: each name known, each value of its own type. What is guessed at is not what was meant."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

_UNKNOWN = _("Ditemui medan yang tidak dikenali, dijangka satu daripada %(known)s")


class Body(serializers.Serializer):  # type: ignore[type-arg]
    """An object with these names and no others."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := [name for name in data if name not in self.fields]):
            words = str(_UNKNOWN) % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({str(name)[:40]: [serializers.ErrorDetail(words, code="UNKNOWN_PARAMETER")] for name in unknown})
        return super().to_internal_value(data)


class NoOtherNames(OpenApiSerializerExtension):
    """The same in the words of the schema."""

    target_class = "contributions.api.bodies.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        found = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**found, "additionalProperties": False}


class NoOtherNamesOfEmployees(NoOtherNames):
    """A list of employees is read by its call itself, as strictly."""

    target_class = "contributions.api.calculators.Employees"


@extend_schema_field({"type": "boolean"})
class TrueOrFalse(serializers.Field):  # type: ignore[type-arg]
    """JSON's own, and nothing that could be taken for one: a declaration is not made by the text "1"."""

    default_error_messages = {"not_a_boolean": _("Dijangka true atau false")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("not_a_boolean")
        return bool(data)

    def to_representation(self, value: Any) -> bool:
        return bool(value)


@extend_schema_field({"type": "boolean"})
class Spelt(TrueOrFalse):
    """`true` or `false` in a form, where every value is text."""

    def to_internal_value(self, data: Any) -> bool:
        return super().to_internal_value({"true": True, "false": False}.get(data, data))


@extend_schema_field({"type": "string"})
class Text(serializers.CharField):
    """JSON's text. A number is none."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "integer", "minimum": 0})
class WholeNumber(serializers.IntegerField):
    """JSON's number without a fraction. A text is none."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int) or not 0 <= data < 2**31:
            self.fail("invalid")
        return int(data)


def read(shape: type[Body], request: Request) -> dict[str, Any]:
    """What was sent, as the shape has it. Raises ValidationError."""
    form = shape(data=request.data)
    form.is_valid(raise_exception=True)
    found: dict[str, Any] = form.validated_data
    return found
