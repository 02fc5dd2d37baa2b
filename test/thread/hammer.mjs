// A worker that shows as fast as it can: node:worker_threads data { sourceDir, memory, style }. Every showing has one number
// in all its parts. Style `in place`: the twin, which writes into the page that is up.
import { parentPort, workerData } from 'node:worker_threads';

const { sourceDir, memory, style } = workerData;
const { Board } = await import(`${sourceDir}/thread/between/board.js`);
const board = new Board(memory);
const versionWord = new Int32Array(memory, 0, 1);

const stop = new Int32Array(workerData.stop);
for (let number = 1; Atomics.load(stop, 0) === 0; number++) {
  const lease = { endMs: number, endWallMs: number };
  const text = String(number);
  const delay = { latestMs: number, longestMs: number };
  board.show({ term: number, state: 'LEADER', lease, leader: text, heir: text, votedFor: text, delay });
  // The page that was just filled, and that the twin's reader holds on to, is filled again.
  if (style === 'in place') Atomics.store(versionWord, 0, 0);
}
parentPort.postMessage('stopped');
