import { blocks } from './blocks.mjs';
import { codec } from './codec.mjs';
import { core } from './core.mjs';
import { durableVote } from './durable-vote.mjs';
import { failover3, failover5, failoverFast } from './failover.mjs';
import { idle } from './idle.mjs';
import { model } from './model.mjs';
import { coldStart, handover, rollingRestart } from './planned.mjs';
import { simulation } from './simulation.mjs';
import { steady } from './steady.mjs';
import { thread } from './thread.mjs';
import { handoverTimeline, timeline } from './timeline.mjs';
import { transports } from './transports.mjs';

/** Every benchmark, in the order in which they run. */
export const BENCHMARKS = [
  failover3,
  failover5,
  failoverFast,
  steady,
  handover,
  coldStart,
  rollingRestart,
  transports,
  thread,
  core,
  idle,
  codec,
  durableVote,
  simulation,
  model,
  blocks,
  timeline,
  handoverTimeline,
];
