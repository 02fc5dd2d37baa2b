// A process with nothing but a driver on a connection of its own: it must end by itself once the driver is closed.
const [, , sourceDir, servers] = process.argv;
const { NatsRpcDriver } = await import(`${sourceDir}/drivers/nats/index.js`);

const driver = new NatsRpcDriver({ servers }, { closeTimeoutMs: 200 });
await driver.init({
  cluster: 'orders',
  id: 'a',
  interop: false,
  receive: () => undefined,
  report: (error) => process.send({ reported: error.code }),
});
process.once('message', async () => {
  await driver.close();
  process.disconnect();
});
process.send({ reported: 'started' });
