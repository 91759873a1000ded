"""JSON as text by the hundred thousand: the encoder of the standard library makes itself anew for each value, which costs more than most values."""

import json
from collections.abc import Callable
from json import encoder
from typing import Any, Final


def _encoder() -> Callable[[Any], str]:
    whole = json.JSONEncoder(ensure_ascii=False)
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:  # an interpreter without the module in C
        return whole.encode
    # As JSONEncoder.iterencode makes it, but for the look for circles: what is encoded here was made of values by the line before.
    pieces = make(None, whole.default, encoder.encode_basestring, None, whole.key_separator, whole.item_separator, False, False, True)
    return lambda value: "".join(pieces(value, 0))


encode: Final = _encoder()
"""`json.dumps(value, ensure_ascii=False)`. Raises TypeError for what JSON has no form of, RecursionError for what holds itself."""
