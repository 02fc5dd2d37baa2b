import { parentPort, workerData } from 'node:worker_threads';
import { check } from './check.js';
import { configurationNamed } from './configurations.js';
import { progressOf } from './report.js';

/** Explores one configuration in a thread of its own, and posts what it came to. */
const { name, mostStates }: { readonly name: string; readonly mostStates: number | undefined } = workerData;
const options = { onProgress: progressOf(name), ...(mostStates === undefined ? {} : { mostStates }) };
parentPort?.postMessage(check(configurationNamed(name), options));
