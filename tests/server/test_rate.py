"""Rates of many: each has its own, and the memory for them has an end."""

from telesession.server.rate import Rates


def test_each_has_a_rate_of_their_own() -> None:
    rates = Rates(1, 2)

    assert [rates.allows("pat", 10.0) for _ in range(3)] == [True, True, False]
    assert rates.allows("tess", 10.0)
    assert rates.allows("pat", 11.0)


def test_the_one_that_came_least_recently_is_forgotten_first() -> None:
    rates = Rates(0.001, 1, most=2)

    assert [rates.allows(who, 0.0) for who in ("a", "b", "a", "c")] == [True, True, False, True]
    assert not rates.allows("a", 0.0), "seen again after b"
    assert rates.allows("b", 0.0), "forgotten"


def test_what_is_given_back_may_happen_again() -> None:
    rates = Rates(0.001, 2)

    assert [rates.allows("pat", 0.0) for _ in range(2)] == [True, True]
    rates.give_back("pat")
    rates.give_back("tess")
    assert [rates.allows("pat", 0.0) for _ in range(2)] == [True, False]
