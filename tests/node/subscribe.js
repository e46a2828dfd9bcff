// Shows whatever passes, by amqplib, in a queue of its own: a JSON line of fields, properties and body for each.
const amqp = require("amqplib");

async function main() {
  const connection = await amqp.connect(process.argv[2]);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, "events", "#");
  await channel.consume(queue, (message) => {
    const { fields, properties, content } = message;
    console.log(JSON.stringify({ routingKey: fields.routingKey, properties, body: content.toString("utf8") }));
    channel.ack(message);
  });
  console.log("watching");
}

main();
