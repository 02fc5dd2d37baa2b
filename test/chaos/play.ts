import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../processes/clock.js';
import { type Action, type Fault, LEADER, type Place } from './fault.js';
import { type Line, waysOf } from './network.js';
import type { PlayedFault } from './record.js';
import type { Stage } from './stage.js';
import type { Supervisor } from './supervisor.js';

/** Where a fault has hit, and what ends it; or why it could not. */
type Hit =
  | { readonly on: string; readonly to?: string; readonly undo: () => unknown }
  | { readonly on: string; readonly skipped: string };

/** Waits for the fault's start, does it, waits for its end, undoes it. An aborted signal skips the waiting. */
export async function play(stage: Stage, fault: Fault, { beganUs, signal }: Timing): Promise<PlayedFault> {
  await until(beganUs + fault.startMs * 1000, signal);
  const fromUs = nowUs();
  const hit = signal.aborted ? { on: '', skipped: 'the run was broken off' } : await strike(stage, fault.action);
  if (!('skipped' in hit)) {
    await until(fromUs + fault.durationMs * 1000, signal);
    await hit.undo();
  }
  return {
    fault,
    on: hit.on,
    to: 'to' in hit ? hit.to : undefined,
    fromUs,
    untilUs: nowUs(),
    skipped: 'skipped' in hit ? hit.skipped : undefined,
  };
}

export interface Timing {
  /** What the faults' starts count from. */
  readonly beganUs: number;
  readonly signal: AbortSignal;
}

async function until(atUs: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, (atUs - nowUs()) / 1000), undefined, { signal }).catch(() => undefined);
}

async function strike(stage: Stage, action: Action): Promise<Hit> {
  switch (action.kind) {
    case 'kill':
    case 'terminate': {
      const member = memberOf(stage, action.member);
      return { on: member.id, undo: member.bringDown(action.kind) };
    }
    case 'pause': {
      const { id, current } = memberOf(stage, action.member);
      return current === undefined ? { on: id, skipped: 'it was gone' } : { on: id, undo: current.pause() };
    }
    case 'diskFull':
      return { on: stage.cast.diskMember, undo: await stage.disk.fill() };
    case 'clockStep': {
      const on = stage.cast.clockMember;
      return stage.clock.canStep ? { on, undo: stage.clock.step(action.offsetS) } : { on, skipped: 'no libfaketime' };
    }
    case 'serverKill':
    case 'serverFreeze':
    case 'serverRestart':
      return await strikeServer(stage, action);
    case 'cut': {
      const { lines, ...where } = at(stage, action.place);
      return { ...where, undo: together(lines.map(({ link }) => link.cut())) };
    }
    case 'silence':
    case 'delay':
    case 'throttle': {
      const { lines, ...where } = at(stage, action.place);
      return { ...where, undo: together(waysOf(lines, action.direction).map((way) => way.add(action))) };
    }
  }
}

async function strikeServer(stage: Stage, action: Extract<Action, { server: string }>): Promise<Hit> {
  const on = action.server;
  const server = stage.servers.get(on);
  if (server === undefined) return { on, skipped: 'there is no such server' };
  switch (action.kind) {
    case 'serverKill':
      await server.kill();
      return { on, undo: () => server.restart() };
    case 'serverFreeze':
      await server.freeze();
      return { on, undo: () => server.thaw() };
    case 'serverRestart':
      await server.kill('SIGTERM');
      return { on, undo: () => server.restart() };
  }
}

/** Whom a target means now. */
function memberOf({ members, leader }: Stage, target: string): Supervisor {
  const [first] = members.values();
  const meant = target === LEADER ? (leader ?? first) : members.get(target);
  if (meant === undefined) throw new Error(`there is no member ${target}`);
  return meant;
}

function at(
  stage: Stage,
  place: Place,
): { readonly on: string; readonly to?: string; readonly lines: readonly Line[] } {
  switch (place.kind) {
    case 'member': {
      const { id } = memberOf(stage, place.member);
      return { on: id, lines: stage.network.linesAt({ kind: 'member', member: id }) };
    }
    case 'server':
      return { on: place.server, lines: stage.network.linesAt(place) };
    case 'pair':
      return { on: place.one, to: place.other, lines: stage.network.linesAt(place) };
  }
}

function together(undos: readonly (() => void)[]): () => void {
  return () => {
    for (const undo of undos) undo();
  };
}
