"""Transport: the only home of pika."""
