"""What a form sent."""

from collections.abc import Mapping
from typing import Any

from answerable.model.errors import Invalid
from answerable.web.form.uploads import MOST
from answerable.web.forms import Upload


def text_of(form: Mapping[str, Any], name: str) -> str:
    """Give what was written in one field."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def upload_of(form: Mapping[str, Any], name: str) -> str:
    """Give the text of a file that was chosen; nothing where none was.

    Raises:
        Invalid: ``pool.file`` for what is no text.
    """
    given = form.get(name)
    if not isinstance(given, Upload) or not given.data.strip():
        return ""
    try:
        text = given.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("pool.file") from None
    if "\x00" in text or len(given.data) > MOST:
        raise Invalid("pool.file")
    return text
