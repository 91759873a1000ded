"""Pictures made anew: what a camera writes beside the picture (place, time, owner) does not come along, nor anything hidden behind it."""

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from kwsp_portal.documents.services import NotAPaper, Upload

MOST_PIXELS: Final = 50_000_000
"""A sheet of A4 at 600 dots an inch has 35 million; a file of 5 MB may say it has billions."""
LONGEST_SIDE: Final = 4_000
THUMBNAIL: Final = (240, 240)
QUALITY: Final = 88
_KINDS: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_BROKEN: Final = (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def anew(upload: Upload) -> Upload:
    """The same picture, drawn again the right way up and without what stood beside it; a PDF as it came. Raises NotAPaper (BROKEN)."""
    kind = next((found for beginning, found in _KINDS.items() if upload.content.startswith(beginning)), "")
    if not kind:
        return upload
    return Upload(upload.name, _written(_drawn(upload, kind, (LONGEST_SIDE, LONGEST_SIDE)), kind))


def thumbnail(content: bytes) -> bytes | None:
    """A small JPEG of a picture; None for what is none."""
    kind = next((found for beginning, found in _KINDS.items() if content.startswith(beginning)), "")
    return _written(_drawn(Upload("", content), kind, THUMBNAIL), "JPEG") if kind else None


def _drawn(upload: Upload, kind: str, most: tuple[int, int]) -> Image.Image:
    try:
        with Image.open(io.BytesIO(upload.content), formats=[kind]) as found:
            if found.width * found.height > MOST_PIXELS:
                raise NotAPaper("BROKEN", upload.name)
            upright = ImageOps.exif_transpose(found)
            upright.thumbnail(most)
            plain = Image.new("RGB", upright.size, "white")
            shown = upright.convert("RGBA")
            plain.paste(shown, mask=shown.getchannel("A"))
    except _BROKEN as error:
        raise NotAPaper("BROKEN", upload.name) from error
    return plain


def _written(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **({"quality": QUALITY} if kind == "JPEG" else {"optimize": False}))
    return out.getvalue()
