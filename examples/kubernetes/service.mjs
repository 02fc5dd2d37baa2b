// The service of deploy/kubernetes/reports.yaml: one pod leads and does the work, all show who leads and their metrics.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Node } from 'graft-election';
import { NodeMetrics } from 'graft-election/metrics';
import { NatsRpcDriver } from 'graft-election/nats';
import * as prom from 'prom-client';

const { NODE_ID, VOTERS = '', NATS_URL, LOG, PORT, HANDOVER_PORT } = process.env;

const registry = new prom.Registry();
const metrics = new NodeMetrics({ prom, registry });
const node = await Node.start({
  cluster: { name: 'reports', voters: VOTERS.split(',') },
  id: NODE_ID,
  rpc: new NatsRpcDriver({ servers: NATS_URL }),
  handler: {},
  log: LOG,
  logger: console,
});
metrics.watch(node);

// For Kubernetes and Prometheus.
const server = createServer(async (request, response) => {
  if (request.url === '/metrics') {
    response.setHeader('content-type', registry.contentType).end(await registry.metrics());
  } else if (request.url === '/ready') {
    response.writeHead(node.leader === undefined ? 503 : 200).end(`${node.leader ?? 'no leader is known'}\n`);
  } else {
    response.writeHead(request.url === '/alive' ? 200 : 404).end();
  }
}).listen(Number(PORT));

// For the pod's own preStop hook: nobody else reaches the loopback address.
const handover = createServer(async (_request, response) => {
  await node.stepDown();
  response.end();
}).listen(Number(HANDOVER_PORT), '127.0.0.1');

process.once('SIGTERM', async () => {
  await node.close();
  for (const each of [server, handover]) {
    each.close();
    each.closeAllConnections();
  }
});

// Runs while, and only while, this pod leads.
await node.lead(async ({ term, signal }) => {
  console.log(`${NODE_ID} is at work in term ${term}`);
  if (!signal.aborted) await once(signal, 'abort');
});
