"""Pages as their readers see them."""

import re
from html import unescape
from typing import Any


def words(response: Any, status: int = 200) -> str:
    """What the page says, without markup and line breaks."""
    assert response.status_code == status
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))
