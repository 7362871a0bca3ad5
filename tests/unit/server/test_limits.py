"""Rate limits: exactly as many as allowed, each key for itself, with or without Redis."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from smartnotes.core.errors import RateLimited
from smartnotes.server.limits import RateLimits, Rule, network


def allowed(limits, rule, *keys, calls):
    """How many of so many calls get through."""
    passed = 0
    for _ in range(calls):
        try:
            limits.hit(rule, *keys)
            passed += 1
        except RateLimited:
            continue
    return passed


def test_just_as_many_calls_as_the_rule_says_get_through():
    assert allowed(RateLimits(), Rule.ACCOUNT_HERE, "ann", "1.2.3.4", calls=15) == 10


def test_calls_at_the_same_time_get_no_more_through():
    limits = RateLimits()
    with ThreadPoolExecutor(8) as threads:
        passed = threads.map(lambda _: allowed(limits, Rule.STRANGER, "1.2.3.4", calls=20), range(8))
    assert sum(passed) == 60


def test_each_key_and_each_rule_is_counted_for_itself():
    limits = RateLimits()
    assert allowed(limits, Rule.ACCOUNT_HERE, "ann", "1.2.3.4", calls=11) == 10
    assert allowed(limits, Rule.ACCOUNT_HERE, "ann", "5.6.7.8", calls=11) == 10
    assert allowed(limits, Rule.EXPORT, "ann", "1.2.3.4", calls=11) == 5


def test_the_error_says_when_to_come_again():
    limits = RateLimits()
    allowed(limits, Rule.ACCOUNT_HERE, "ann", calls=10)
    with pytest.raises(RateLimited, match="10 in 60 seconds") as caught:
        limits.hit(Rule.ACCOUNT_HERE, "ann")
    assert 1 <= caught.value.retry_after_s <= 60


def test_the_right_password_makes_wrong_ones_forgotten():
    limits = RateLimits()
    assert allowed(limits, Rule.ACCOUNT_HERE, "ann", calls=10) == 10
    limits.forgive([(Rule.ACCOUNT_HERE, "ann")])
    assert allowed(limits, Rule.ACCOUNT_HERE, "ann", calls=11) == 10


def test_a_users_limit_is_a_setting():
    assert allowed(RateLimits(requests_per_minute=3), Rule.USER, "usr_ann", calls=5) == 3


def test_without_its_redis_a_gateway_counts_for_itself(caplog):
    limits = RateLimits("redis://127.0.0.1:1/0")
    assert allowed(limits, Rule.ACCOUNT_HERE, "ann", calls=12) == 10
    assert "this process alone" in caplog.text


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_subscriber_is_a_network(address, counted_as):
    assert network(address) == counted_as
