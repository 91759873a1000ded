"""JSON as text, made by one encoder: what the standard library makes."""

import json
import math
from enum import StrEnum

import pytest

from kwsp_portal.common import json_text


class Colour(StrEnum):
    RED = "RED"


@pytest.mark.parametrize(
    "value",
    [
        *("", "a", 'quoted "text" with \\ and \n', "é 漢 \u2028", Colour.RED, 0, -7, 1.5, math.inf, True, None, [], {}, (), [1, [2, {}], "x"]),
        {"a": None, "b": {Colour.RED: ["é"]}, 2: 3, True: False},
    ],
)
def test_it_is_what_the_standard_library_makes(value: object) -> None:
    assert json_text.encode(value) == json.dumps(value, ensure_ascii=False)


def test_what_json_has_no_form_of_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(TypeError):
        json_text.encode({"x": object()})
    with pytest.raises(RecursionError):
        json_text.encode(endless)
