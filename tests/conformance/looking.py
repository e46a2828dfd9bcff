"""What is there."""

from pika.exceptions import ChannelClosedByBroker

from tests.conformance.lab import Lab


def gone(lab: Lab, queue: str) -> bool:
    channel = lab.connection.channel()
    try:
        channel.queue_declare(queue, passive=True)
    except ChannelClosedByBroker as error:
        return error.reply_code == 404
    channel.close()
    return False
