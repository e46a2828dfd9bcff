"""What the embedded broker confirmed is there though it was killed in the midst of much."""

import resource

from tests.conformance.embedded import EmbeddedBroker
from tests.conformance.lab import AT_LEAST_ONCE, QUORUM, serviced
from tests.conformance.mortal import Flood, at
from tests.conformance.test_dead_letters import to


def test_everything_confirmed_survives_a_kill_in_the_middle_of_a_flood(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue(QUORUM)
    confirmed = Flood(mortal, queue).until_killed_after(5000)

    mortal.start()

    with at(mortal) as lab:
        waiting = lab.waiting(queue)
        got = lab.consume(queue, lab.channel, auto_ack=True)
        serviced(lab.channel, until=lambda: len(got) == waiting)
    assert confirmed <= {int(each.body) for each in got}
    assert [int(each.body) for each in got] == list(range(1, waiting + 1))


def test_a_kill_while_dead_letters_move_neither_loses_nor_doubles_one(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        dead = lab.queue()
        queue = lab.queue(AT_LEAST_ONCE | to(dead))
        for number in range(500):
            lab.publish(queue, b"%d" % number)
        got = lab.consume(queue, lab.channel)
        serviced(lab.channel, until=lambda: len(got) == 500)
        for each in got[:250]:
            lab.channel.basic_reject(each.tag, requeue=False)
        lab.connection.process_data_events(0.005)
        mortal.kill()

    mortal.start()

    with at(mortal) as lab:
        bodies = [lab.take(name).body for name in (queue, dead) for _ in range(lab.waiting(name))]
    assert sorted(map(int, bodies)) == list(range(500))


def test_a_disk_that_takes_no_more_stops_the_broker_and_what_was_confirmed_is_there(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue()
    resource.prlimit(mortal.process.pid, resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))
    flood = Flood(mortal, queue, body=b"x" * 1024)

    flood.until_confirmed(50_000)

    assert mortal.ended() == 1
    mortal.start()
    with at(mortal) as lab:
        assert lab.waiting(queue) >= len(flood.confirmed) > 0


def test_a_long_backlog_stays_on_the_disk(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue()
    Flood(mortal, queue, body=b"x" * 10_240).until_confirmed(20_000)

    assert mortal.memory_bytes < 200 * 1024 * 1024

    with at(mortal) as lab:
        got = []
        lab.channel.basic_consume(queue, lambda *parts: got.append(len(parts[3])), auto_ack=True)
        serviced(lab.channel, until=lambda: len(got) == 20_000)
    assert set(got) == {10_240}
