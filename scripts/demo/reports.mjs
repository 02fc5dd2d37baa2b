import { nowMs } from './now.mjs';

/** How often a leader is asked whether it leads, in milliseconds: a second leader would show within so many. */
const PULSE_MS = 20;
/** A follower's word is needed now and then only. */
const PULSES_PER_FOLLOWER_REPORT = 10;

/**
 * Reports what becomes of `node`: each change as it happens, and again and again what it answers when it is asked.
 * `isRunning` says whether the process could speak at all.
 *
 * @returns a function that ends it.
 */
export function reportOn(node, { report, isRunning = () => true }) {
  const tell = (kind, facts = {}) => {
    // Read before the node is asked: leading, within one turn of the event loop, can end but not begin.
    const atMs = nowMs();
    const { id, state, term, leader, vote, isLeader, leaseLeftMs, heir, incarnation } = node.status();
    report({ kind, id, atMs, state, term, leader, vote, isLeader, leaseLeftMs, heir, incarnation, ...facts });
  };
  node.on('stateChange', (change) => tell('change', { change }));
  node.on('leaderChange', () => tell('leaderChange'));
  node.on('asyncError', ({ code, message }) => tell('error', { code, message }));
  tell('started', { pid: process.pid });

  let pulses = 0;
  const timer = setInterval(() => {
    if (!isRunning()) return;
    pulses += 1;
    if (node.isLeader() || pulses % PULSES_PER_FOLLOWER_REPORT === 0) tell('pulse');
  }, PULSE_MS);
  return () => clearInterval(timer);
}
