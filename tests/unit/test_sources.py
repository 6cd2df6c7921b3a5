"""How often a source asked, known to one process for an hour, and by nothing that could be an address (W2)."""

from chat.web.sources import HOUR_SECONDS, REMEMBERED, SOURCES, Sources


def test_a_source_is_counted_for_an_hour() -> None:
    sources = Sources()
    assert [sources.count("192.0.2.7", now) for now in (0, 10, 20)] == [1, 2, 3]
    assert sources.count("192.0.2.8", 20) == 1
    assert sources.count("192.0.2.7", HOUR_SECONDS + 15) == 2


def test_one_house_is_one_source_and_its_neighbours_are_not() -> None:
    sources = Sources()
    assert sources.count("2001:db8:1:2::1", 0) == 1
    assert sources.count("2001:db8:1:2:ffff:ffff:ffff:ffff", 0) == 2
    assert sources.count("2001:db8:1:3::1", 0) == 1
    assert sources.count("::ffff:192.0.2.7", 0) == 1
    assert sources.count("192.0.2.7", 0) == 2


def test_what_is_no_address_is_one_source() -> None:
    sources = Sources()
    assert [sources.count(name, 0) for name in ("", "unix:", "1.2.3")] == [1, 2, 3]


def test_it_is_bounded_and_holds_no_address() -> None:
    sources = Sources()
    for number in range(SOURCES + 50):
        sources.count(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0)
    assert len(sources._times) == SOURCES
    assert max(sources.count("10.0.0.1", 1) for _ in range(REMEMBERED + 10)) == REMEMBERED
    assert all(len(name) == 32 and b"\x0a\x00\x00" not in name[:3] for name in list(sources._times)[:100])


def test_two_processes_call_a_source_by_different_names() -> None:
    one, other = Sources(), Sources()
    one.count("192.0.2.7", 0)
    other.count("192.0.2.7", 0)
    assert not one._times.keys() & other._times.keys()
