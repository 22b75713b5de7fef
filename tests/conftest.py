"""What tests of every floor may ask for."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from telesession import logs
from telesession.config import LogFormat

settings.register_profile("house", deadline=None)  # how long an example takes says more of the machine than of the code
settings.load_profile("house")


@pytest.fixture(autouse=True)
def logs_of_one_test() -> Iterator[None]:
    """What a test makes of the process's logs ends with it: they may go to a stream that is closed by then."""
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, logs.LibraryHandler)]:
        root.removeHandler(handler)


@pytest.fixture
def logged() -> io.StringIO:
    """All logs of the process, as JSON lines. Ask for it before the service."""
    stream = io.StringIO()
    logs.configure(LogFormat.JSON, stream)
    return stream
