"""What a load of visits says of itself, and one through the command as people run it."""

import json
import subprocess
import sys

import pytest

from telesession.load import in_words, report_of
from telesession.media.loss import Loss
from telesession.media.order import Carried, Visited


def test_a_visit_that_failed_is_counted_and_hides_no_other() -> None:
    whole = Visited(0.1, 0.3, came=97, lost=3, is_whole=True)
    report = report_of(Carried((whole, whole, Visited()), cores=0.6, seconds=10.0), Loss(3), service_cores=0.05)

    assert (report.pairs, report.whole_visits) == (3, 2)
    assert report.lost_percent == 3.0
    assert report.admitted_ms is not None
    assert report.admitted_ms.median == 100.0
    assert "2 of 3" in in_words(report)
    assert "5.0 visits a core" in in_words(report)


def test_when_nobody_got_in_it_says_never() -> None:
    report = report_of(Carried((Visited(),), cores=0.1, seconds=10.0), Loss(0), service_cores=0.0)

    assert report.admitted_ms is None
    assert "never" in in_words(report)


@pytest.mark.long
def test_the_command_has_whole_visits_on_lines_that_lose_packets() -> None:
    asked = ["--pairs", "2", "--seconds", "4", "--loss", "10", "--json"]
    command = [sys.executable, "-m", "telesession", "bench", "visits", *asked]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=90, check=True).stdout)

    assert (told["pairs"], told["whole_visits"]) == (2, 2)
    assert 4 < told["lost_percent"] < 18
    assert told["first_picture_ms"]["median"] > 0
