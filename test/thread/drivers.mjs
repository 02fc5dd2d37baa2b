// Drivers as a user may bring them: modules that a worker loads.
import { BroadcastChannel } from 'node:worker_threads';

/** Hears nobody. */
export function lone() {
  return { init: async () => undefined, broadcast() {}, send() {}, close: async () => undefined };
}

/** Carries messages between the threads of one process: { from, to, atMs, message } on the channel `graft-<cluster>`. */
export default function hub() {
  let channel;
  let self;
  const post = (to, message) =>
    channel?.postMessage({ from: self, to, atMs: Number(process.hrtime.bigint()) / 1e6, message });
  return {
    async init({ cluster, id, receive }) {
      self = id;
      channel = new BroadcastChannel(`graft-${cluster}`);
      channel.onmessage = ({ data: { from, to, message } }) => {
        if (from !== self && (to === undefined || to === self)) receive(message);
      };
    },
    broadcast: (message) => post(undefined, message),
    send: (to, message) => post(to, message),
    async close() {
      channel.close();
      channel = undefined;
    },
  };
}

/** Ends its thread, in one of several ways, at the first word on the channel `name`. */
export function fatal({ how, name }) {
  const ways = {
    throw() {
      throw new Error('the driver broke');
    },
    exit: () => process.exit(7),
  };
  let channel;
  return {
    ...lone(),
    async init() {
      channel = new BroadcastChannel(name);
      channel.onmessage = ways[how];
    },
    close: async () => channel?.close(),
  };
}

/** Leaves a timer running. */
export function leaking() {
  return { ...lone(), init: async () => void setInterval(() => undefined, 1000) };
}

export const refusing = () => ({
  ...lone(),
  async init() {
    throw Object.assign(new Error('no such network'), { code: 'ENETDOWN' });
  },
});

export const nothing = 42;
