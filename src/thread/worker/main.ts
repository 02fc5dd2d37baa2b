/** What runs in the worker thread of a `ThreadedNode`. */
import { parentPort, workerData } from 'node:worker_threads';
import { GraftError } from '../../core/errors.js';
import { Board } from '../between/board.js';
import type { WorkerStart } from '../between/messages.js';
import { Mailbag } from './mailbag.js';
import { Resident } from './resident.js';

if (parentPort === null) throw new GraftError('INTERNAL', 'this module is for ThreadedNode.start to run in a thread');
const port = parentPort;
const start: WorkerStart = workerData;
const resident = new Resident(start, {
  mail: new Mailbag(port, new Board(start.memory)),
  end: () => port.close(),
});
port.on('message', (message) => resident.take(message));
void resident.run();
