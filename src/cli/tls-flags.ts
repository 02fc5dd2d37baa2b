import type { Flags } from './flags.js';

/** As the `nats` command line calls them, its variables included; the variables are NATS's alone. */
export const TLS_FLAGS = {
  tlscert: { value: 'FILE', env: 'NATS_CERT', help: 'certificate, PEM' },
  tlskey: { value: 'FILE', env: 'NATS_KEY', help: 'its key, PEM' },
  tlsca: { value: 'FILE', env: 'NATS_CA', help: "who signs the servers' or nodes' certificates, PEM" },
} as const satisfies Flags;
