"""What the log may say of a request."""

import logging


class WithoutAddresses(logging.Filter):
    """Writes the pattern of a page, such as visit/<token>/, in the place of its address, which may be a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            match = request.resolver_match
            page = match.route if match else "no page of ours"
            record.args = tuple(page if arg == request.path else arg for arg in record.args)
        return True
