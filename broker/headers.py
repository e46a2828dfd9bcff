"""The headers that we put on messages."""

#: How many attempts have failed.
ATTEMPTS = "x-attempts"
#: The key under which a message was first published; a retry or a replay goes to its queue by name.
ORIGINAL_ROUTING_KEY = "x-original-routing-key"
DEAD_LETTER_ID = "x-dead-letter-id"
ERROR = "x-error"
ERROR_TYPE = "x-error-type"
#: File, line and function that raised it.
ERROR_AT = "x-error-at"
FAILED_AT = "x-failed-at"
REPLAYED_BY = "x-replayed-by"
REPLAYED_AT = "x-replayed-at"

#: What a dead letter says of its failure; a replay begins anew.
OF_THE_FAILURE = {ATTEMPTS, DEAD_LETTER_ID, ERROR, ERROR_TYPE, ERROR_AT, FAILED_AT}

#: What the broker notes. Carried on, it would look like a message that goes round in circles, which a broker drops
#: without a word.
BROKERS_OWN = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count")
#: RabbitMQ sends a copy to each queue that these name.
MORE_ADDRESSES = {"CC", "BCC"}
