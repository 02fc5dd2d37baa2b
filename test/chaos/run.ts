import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../processes/clock.js';
import type { Cast } from './fault.js';
import { describeAction, type Fault } from './fault.js';
import { play } from './play.js';
import type { Means, PlayedFault, RunRecord } from './record.js';
import { drawSchedule } from './schedule.js';
import { Stage } from './stage.js';

/** Generous: a cluster leads after some 1.5 s, but the machine may be busy. */
const FIRST_LEADER_LIMIT_MS = 60_000;
/** The end of a run, in which nothing goes wrong any more: this much of it, or this long. */
const QUIET = { share: 0.2, mostMs: 10_000 };
/** How much longer than the quiet end one waits for a leader: one that comes at last is slow, none at all is dead. */
const LAST_LEADER_LIMIT_MS = 30_000;
const PROGRESS_EVERY_MS = 15_000;

export interface RunOptions {
  readonly cast: Cast;
  readonly seed: number;
  readonly minutes: number;
  readonly directory: string;
  readonly trustsEvents: boolean;
  /** libfaketime, or why there is none. */
  readonly clock: { readonly library: string } | { readonly missing: string };
  readonly natsServer: string | undefined;
  readonly say: (line: string) => void;
  /** Breaks the run off. What was started is ended in any case. */
  readonly signal: AbortSignal;
}

/** It could not even begin. */
export class CannotRun extends Error {}

/** Plays a whole run. Rejects with {@link CannotRun}, or with the signal's reason; never because of what members do. */
export async function run(options: RunOptions): Promise<RunRecord> {
  const { cast, seed, minutes, directory, trustsEvents, clock, signal, say } = options;
  const lengthMs = minutes * 60_000;
  const quietMs = Math.min(QUIET.mostMs, lengthMs * QUIET.share);
  const schedule = drawSchedule(cast, { seed, lengthMs: lengthMs - quietMs });
  const clockLibrary = 'library' in clock ? clock.library : undefined;
  await using stage = await Stage.open({ cast, directory, clockLibrary, trustsEvents }).catch((error: unknown) => {
    throw new CannotRun(`the cluster could not be started: ${String(error)}`, { cause: error });
  });
  if (!(await untilLed(stage, FIRST_LEADER_LIMIT_MS, signal))) {
    throw new CannotRun(`nobody led within ${FIRST_LEADER_LIMIT_MS} ms of the start; see ${directory}`);
  }
  const beganUs = nowUs();
  say(`${stage.leader?.id ?? 'nobody'} leads; ${schedule.length} faults follow`);
  const telling = setInterval(() => say(progress(stage, schedule, beganUs)), PROGRESS_EVERY_MS);
  let faults: readonly PlayedFault[];
  try {
    faults = await Promise.all(schedule.map((fault) => play(stage, fault, { beganUs, signal })));
  } finally {
    clearInterval(telling);
  }
  const healedUs = nowUs();
  await sleep(Math.max(0, beganUs / 1000 + lengthMs - nowUs() / 1000), undefined, { signal });
  await untilLed(stage, LAST_LEADER_LIMIT_MS, signal);
  const endedUs = nowUs();
  await stage.close();
  const taken = await stage.taken();
  return {
    cast,
    seed,
    minutes,
    trustsEvents,
    beganUs,
    healedUs,
    endedUs,
    faults,
    lives: [...stage.members.values()].flatMap(({ lives }) =>
      lives.map((life) => ({
        name: life.name,
        id: life.id,
        log: life.log,
        startedUs: life.startedUs,
        endedUs: life.endedUs ?? nowUs(),
        fault: life.fault,
        entries: life.readHistory(),
      })),
    ),
    sightings: stage.sightings,
    corruptLogs: stage.corruptLogs,
    taken,
    means: meansOf(options),
  };
}

async function untilLed(stage: Stage, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (stage.leader === undefined && performance.now() < endMs) await sleep(10, undefined, { signal });
  return stage.leader !== undefined;
}

function progress(stage: Stage, schedule: readonly Fault[], beganUs: number): string {
  const elapsedMs = (nowUs() - beganUs) / 1000;
  const begun = schedule.filter(({ startMs }) => startMs <= elapsedMs);
  const last = begun.at(-1);
  const leader = stage.leader;
  const who = leader === undefined ? 'nobody leads' : `${leader.id} leads term ${leader.current?.leads}`;
  const what = last === undefined ? '' : `, the last: ${describeAction(last.action)}`;
  return `${(elapsedMs / 1000).toFixed(0)} s: ${who}; ${begun.length} of ${schedule.length} faults${what}`;
}

function meansOf({ clock, natsServer, cast }: RunOptions): Means {
  return {
    node: process.version,
    natsServer,
    clock: 'library' in clock ? 'libfaketime' : `does not jump: ${clock.missing}`,
    register: cast.transport === 'nats' ? 'a JetStream bucket' : 'a file',
  };
}
