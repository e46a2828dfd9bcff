// Publishes one event by amqplib, as another system would. Reads {url, event, prefix} from standard input: without a
// prefix in structured mode, else in binary mode with headers that begin with it.
const amqp = require("amqplib");

function message({ event, prefix }) {
  if (!prefix) return [JSON.stringify(event), { contentType: "application/cloudevents+json" }];
  const { data, datacontenttype, ...attributes } = event;
  const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prefix + name, value]));
  // The time as a number of milliseconds, as a program in this language has it.
  headers[`${prefix}time`] = Date.parse(event.time);
  return [JSON.stringify(data), { contentType: "application/json", headers }];
}

async function main() {
  const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const connection = await amqp.connect(asked.url);
  const channel = await connection.createConfirmChannel();
  channel.on("return", () => {
    throw new Error("no queue takes it");
  });
  const [body, options] = message(asked);
  channel.publish("events", asked.event.type, Buffer.from(body), { ...options, persistent: true, mandatory: true });
  await channel.waitForConfirms();
  await connection.close();
}

main();
