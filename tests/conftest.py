"""What tests of every floor may ask for."""

import gc
import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from telesession import logs
from telesession.config import LogFormat

TOGETHER = frozenset(
    {
        "tests/browser/test_clips.py",
        "tests/browser/test_demonstration.py",
        "tests/browser/test_mannequin.py",
        "tests/browser/test_panel.py",
        "tests/browser/test_screens.py",
        "tests/media/test_precall.py",
    }
)
"""Files whose tests share what takes long to make, such as a visit: one worker runs all of them."""

settings.register_profile("house", deadline=None)  # how long an example takes says more of the machine than of the code
settings.load_profile("house")

gc.set_threshold(
    50_000, 20, 50
)  # of the libraries' many objects none goes: looking through them took a tenth of the time


def pytest_collection_finish() -> None:
    """What has been loaded by now stays: it need not be looked through again."""
    gc.collect()
    gc.freeze()


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


class _Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to whichever worker is free, a sharing file to one. `--dist loadgroup` is deaf to pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _Sharing(config, log)
