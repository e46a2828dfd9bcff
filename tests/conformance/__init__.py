"""One suite that both brokers pass: what our code builds on is the same in the embedded one and in RabbitMQ."""
