import { type ClusterName, isNodeId, type NodeId } from '../../core/names.js';
import type { Timings } from '../../core/options.js';
import type { State } from '../../core/roles.js';
import type { Measured } from '../../timings/measured.js';
import { CONTROL_VERSION, type Refusal, type RefusalReason } from './answer.js';
import type { Arrival } from './inquirer.js';
import { isMeasured, isTimings } from './read-measured.js';

/** What one node says of itself, checked. Times are milliseconds, by the node's own clock. */
export interface NodeReport {
  readonly id: NodeId;
  readonly version: string;
  /** The voters, where the cluster lists them. */
  readonly voters: readonly NodeId[] | undefined;
  /** How many voters the cluster has. */
  readonly size: number;
  readonly state: State;
  readonly term: number;
  readonly leader: NodeId | undefined;
  /** Whether it led when it answered, by its clock. */
  readonly isLeader: boolean;
  /** What was left of its lease then; 0 on a node that does not lead, `Infinity` in interop mode. */
  readonly leaseLeftMs: number;
  readonly heir: NodeId | undefined;
  readonly priority: number;
  readonly observer: boolean;
  readonly interop: boolean;
  /** Which of its lives this is: two answers of one id and several incarnations are of several processes. */
  readonly incarnation: number;
  readonly uptimeMs: number;
  /** What it goes by, and what it has measured; `undefined` of a node whose version does not tell. */
  readonly timings: Timings | undefined;
  readonly measured: Measured | undefined;
  /** How often each error has come up, by code. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the question to the answer, by the asker's clock. */
  readonly roundTripMs: number;
}

/** A node's refusal, with its name. */
export interface NodeRefusal extends Refusal {
  readonly id: NodeId;
}

/** The longest answer that is read, in bytes: the status of a node of 255 voters with long names fits. */
export const MAX_ANSWER_BYTES = 65_536;

/** What came as an answer, if it is one of a node of `cluster`: whatever else arrives is nothing. */
export function readArrival(
  { payload, roundTripMs }: Arrival,
  cluster: ClusterName,
): NodeReport | NodeRefusal | undefined {
  if (payload.length > MAX_ANSWER_BYTES) return undefined;
  const fields = parseObject(payload);
  if (fields?.get('v') !== CONTROL_VERSION || fields.get('cluster') !== cluster) return undefined;
  return readRefusal(fields) ?? readReport(fields, roundTripMs);
}

export function isRefusal(answer: NodeReport | NodeRefusal): answer is NodeRefusal {
  return 'error' in answer;
}

type Fields = ReadonlyMap<string, unknown>;

/** A map, so that no field is found in Object.prototype. */
function parseObject(payload: Uint8Array): Fields | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

const REFUSALS: ReadonlySet<unknown> = new Set<RefusalReason>([
  ...(['malformed', 'stepDownOff', 'notLeader', 'noHeir', 'noSuccessor', 'failed'] as const),
]);

function isRefusalReason(value: unknown): value is RefusalReason {
  return REFUSALS.has(value);
}

function readRefusal(fields: Fields): NodeRefusal | undefined {
  const id = fields.get('id');
  const error = fields.get('error');
  const message = fields.get('message');
  if (!isNodeId(id) || error === undefined || typeof message !== 'string') return undefined;
  // A reason that a newer version gives is a refusal all the same.
  return { id, error: isRefusalReason(error) ? error : 'failed', message: printable(message) };
}

function readReport(fields: Fields, roundTripMs: number): NodeReport | undefined {
  const id = fields.get('id');
  const version = fields.get('version');
  const voters = fields.get('voters');
  const state = fields.get('state');
  const leader = fields.get('leader');
  const heir = fields.get('heir');
  const [isLeader, observer, interop] = [fields.get('isLeader'), fields.get('observer'), fields.get('interop')];
  const leaseLeftMs = fields.get('leaseLeftMs') ?? Number.POSITIVE_INFINITY;
  const [size, term, priority] = [fields.get('size'), fields.get('term'), fields.get('priority')];
  const [incarnation, uptimeMs] = [fields.get('incarnation'), fields.get('uptimeMs')];
  const [timings, measured] = [fields.get('timings'), fields.get('measured')];
  if (!isNodeId(id) || !isState(state) || !isVersion(version)) return undefined;
  if (!isOptional(voters, isVoterList) || !isOptional(leader, isNodeId) || !isOptional(heir, isNodeId))
    return undefined;
  if (!isFlag(isLeader) || !isFlag(observer) || !isFlag(interop)) return undefined;
  if (!isOptional(timings, isTimings) || !isOptional(measured, isMeasured)) return undefined;
  if (!isAmount(leaseLeftMs) || !isAmount(uptimeMs)) return undefined;
  if (!isCount(size) || !isCount(term) || !isCount(priority) || !isCount(incarnation)) return undefined;
  return {
    ...{ id, version, voters, size, state, term, leader, isLeader, leaseLeftMs, heir, priority, observer, interop },
    ...{ incarnation, uptimeMs, timings, measured, errors: readErrors(fields.get('errors')), roundTripMs },
  };
}

function readErrors(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null) return {};
  const counts = Object.entries(value).filter(([code, count]) => /^[A-Z_]{1,64}$/.test(code) && isCount(count));
  return Object.fromEntries(counts);
}

const STATES: ReadonlySet<unknown> = new Set<State>(['FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE', 'LEADER', 'CLOSED']);

function isState(value: unknown): value is State {
  return STATES.has(value);
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.+-]{1,64}$/.test(value);
}

function isVoterList(value: unknown): value is readonly NodeId[] {
  return Array.isArray(value) && value.length <= 255 && value.every(isNodeId);
}

function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

/** Without what would move a terminal's cursor. */
function printable(text: string): string {
  return text.slice(0, 1_024).replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}
