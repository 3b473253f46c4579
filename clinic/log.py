"""What the log may say of a request."""

import logging


class WithoutAddresses(logging.Filter):
    """Writes the pattern of a page, such as visit/<token>/, in the place of its address, which may be a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            page = request.resolver_match.route if request.resolver_match else "no page of ours"
            asked = {request.path, request.path.encode("unicode_escape").decode()}  # Django escapes what it logs
            record.args = tuple(page if arg in asked else arg for arg in record.args)
        return True
