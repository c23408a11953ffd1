"""What was filled in: read from a request with care for how much it is."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from answerable.model.errors import Invalid

TEXT_BYTES: Final = 1 << 20
FILE_BYTES: Final = 10 << 20
MOST_FIELDS: Final = 1_000
_FRAME_BYTES: Final = 256 << 10
"""What lies between the parts of a form with files."""

_PLAIN: Final = "application/x-www-form-urlencoded"
_PARTS: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was chosen.

    Attributes:
        name: as it was called; never used as the name of a file here.
        media: what the browser takes it for.
    """

    name: str
    media: str
    data: bytes


Form = Mapping[str, Any]
"""By the name of the field: what was written, a list of it when it came more often, or a file."""


async def read_form(request: Request) -> Form:
    """Read what was filled in.

    Raises:
        Invalid: ``form.large``, ``form.fields``, ``form.media`` or ``form.broken``.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == _PARTS:
        body = await read_body(request, TEXT_BYTES + FILE_BYTES + _FRAME_BYTES, _large())
        return _gathered(await _parts(request.headers, body))
    body = await read_body(request, TEXT_BYTES, _large())
    if media == _PLAIN or not body:
        return _gathered(_plain(body))
    raise Invalid("form.media", media=media[:100])


async def read_body(request: Request, most: int, large: Invalid) -> bytes:
    """Read a body, and stop as soon as it is too long.

    Raises:
        Invalid: the one given.
    """
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:12]) > most:
        raise large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise large
    return bytes(body)


def _large() -> Invalid:
    return Invalid("form.large", text=TEXT_BYTES >> 20, file=FILE_BYTES >> 20)


def _plain(body: bytes) -> list[tuple[str, Any]]:
    try:
        said = body.decode("ascii")
        return list(parse_qsl(said, keep_blank_values=True, errors="strict"))[: MOST_FIELDS + 1]
    except (UnicodeDecodeError, ValueError):
        raise Invalid("form.broken") from None


async def _parts(headers: Headers, body: bytes) -> list[tuple[str, Any]]:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        headers, whole(), max_files=MOST_FIELDS, max_fields=MOST_FIELDS, max_part_size=TEXT_BYTES
    )
    parser.spool_max_size = len(body)
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, KeyError):
        raise Invalid("form.broken") from None
    try:
        return [(name, await _upload(value)) for name, value in form.multi_items()]
    finally:
        await form.close()


async def _upload(value: str | UploadFile) -> str | Upload | None:
    """Give a file; nothing where none was chosen."""
    if isinstance(value, str):
        return value
    data = await value.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        raise _large()
    if not value.filename and not data:
        return None
    return Upload(value.filename or "", value.content_type or "", data)


def _gathered(fields: list[tuple[str, Any]]) -> Form:
    if len(fields) > MOST_FIELDS:
        raise Invalid("form.fields", most=MOST_FIELDS)
    texts = [value for _, value in fields if isinstance(value, str)]
    if sum(map(len, texts)) > TEXT_BYTES:
        raise _large()
    form: dict[str, Any] = {}
    for name, value in fields:
        if value is not None:
            before = form.get(name)
            form[name] = value if before is None else [*_list(before), value]
    return form


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
