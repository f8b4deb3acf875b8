"""Work beside the kernel: in order, the latest wins, and nothing is waited for in vain."""

import threading

from workbench.widgets.lanes import Lane


def never(key: str, failure: Exception) -> None:
    raise AssertionError(f"{key}: {failure}")


def test_work_is_done_in_order() -> None:
    """What is put in first is done first."""
    done: list[int] = []
    lane = Lane("test", never)
    for number in range(20):
        lane.queue(lambda _, number=number: done.append(number))
    assert lane.rest()
    assert done == list(range(20))
    lane.close()


def test_the_latest_under_a_key_wins() -> None:
    """Of many asked under one key while another runs, only the last is done."""
    gate, done = threading.Event(), []
    lane = Lane("test", never)
    lane.queue(lambda _: gate.wait(10))
    for number in range(5):
        lane.put("still", lambda _, number=number: done.append(number))
    gate.set()
    assert lane.rest()
    assert done == [4]
    lane.close()


def test_replaced_work_hears_that_nobody_wants_it() -> None:
    """Running work is cancelled when the same key is put again."""
    running, told = threading.Event(), []
    lane = Lane("test", never)

    def long(cancel) -> None:
        running.set()
        told.append(next(True for _ in iter(int, 1) if cancel()))

    lane.put("clip", long)
    assert running.wait(10)
    lane.put("clip", lambda _: None)
    assert lane.rest()
    assert told == [True]
    lane.close()


def test_urgent_work_goes_before_what_waits() -> None:
    """`first` passes everything that is still waiting."""
    gate, done = threading.Event(), []
    lane = Lane("test", never)
    lane.queue(lambda _: gate.wait(10))
    lane.put("thumb", lambda _: done.append("thumb"))
    lane.put("clip", lambda _: done.append("clip"), first=True)
    gate.set()
    assert lane.rest()
    assert done == ["clip", "thumb"]
    lane.close()


def test_a_failure_is_told_and_the_lane_goes_on() -> None:
    """What work raises goes to the listener with its key; the next work is done."""
    failures: list[tuple[str, str]] = []
    done: list[str] = []
    lane = Lane("test", lambda key, failure: failures.append((key, str(failure))))

    def bad(_) -> None:
        raise ValueError("no")

    lane.put("bad", bad)
    lane.put("good", lambda _: done.append("good"))
    assert lane.rest()
    assert failures == [("bad", "no")]
    assert done == ["good"]
    lane.close()


def test_a_closed_lane_does_nothing_more_and_closes_twice() -> None:
    """After closing, work is ignored; closing again is harmless."""
    done: list[int] = []
    lane = Lane("test", never)
    lane.queue(lambda _: done.append(1))
    assert lane.rest()
    lane.close()
    lane.close()
    lane.queue(lambda _: done.append(2))
    assert done == [1]


def test_cancel_lets_go_of_what_begins_so() -> None:
    """Waiting work under a prefix is dropped, the rest stays."""
    gate, done = threading.Event(), []
    lane = Lane("test", never)
    lane.queue(lambda _: gate.wait(10))
    lane.put("draft a", lambda _: done.append("a"))
    lane.put("other", lambda _: done.append("other"))
    assert lane.cancel("draft")
    assert not lane.cancel("nothing")
    gate.set()
    assert lane.rest()
    assert done == ["other"]
    lane.close()
