// What tells states apart: were a field of the elector forgotten there, the exploration would skip what it never saw.
import { describe, expect, test } from 'vitest';
import { configurationNamed } from './configurations.js';
import type { Machine, Machines } from './machines.js';
import type { Fields } from './object-graph.js';
import * as opened from './opened-model.js';

/** Between them these have every part that an elector can have: candidacy, leadership, handover, failed writes. */
const CONFIGURATIONS = ['names-and-hints', 'leases', 'transfers', 'failed-writes', 'return'];

/** A change of one value of a machine, and its name as `Class.field`. */
interface Change {
  readonly field: string;
  readonly make: () => void;
  readonly undo: () => void;
}

describe('a change of any one value that an elector holds makes another state', () => {
  test.each(CONFIGURATIONS)('%s', (name) => {
    const { machines } = met(name);
    const fields = new Set<string>();
    for (const machine of each(machines)) {
      const line = opened.writeGraph(machine, machines.isShared);
      for (const { field, make, undo } of changesOf(machine, machines)) {
        fields.add(field);
        make();
        const changed = opened.writeGraph(machine, machines.isShared);
        undo();
        if (changed === line) throw new Error(`${field} does not tell states apart`);
      }
      expect(opened.writeGraph(machine, machines.isShared)).toBe(line);
    }
    expect([...fields]).toEqual(expect.arrayContaining(['Elector.role', 'Ballot.$term', 'DeadlineTable.$atMs']));
  });
});

test('what is left out of a state is what docs/model-checking.md names, and no more', () => {
  const left = new Set<string>();
  for (const name of CONFIGURATIONS) {
    const { machines, heirs } = met(name);
    const rest = { leaseMs: machines.settings[0]?.leaseMs ?? 0, isShared: machines.isShared, heirs };
    for (const machine of each(machines)) {
      const line = opened.writeGraph(machine, machines.isShared);
      for (const { field, make, undo } of changesOf(machine, machines)) {
        make();
        const resting = opened.copyGraph(machine, machines.isShared);
        undo();
        try {
          opened.putToRest(resting, rest);
        } catch {
          // A value that no elector can have, such as a candidacy without a question.
          continue;
        }
        if (opened.writeGraph(resting, machines.isShared) === line) left.add(field);
      }
    }
  }
  expect([...left].sort()).toEqual([
    'Candidacy.$hints',
    'Elector.$isLed',
    'Elector.$lossReason',
    'Elector.$reason',
    'Elector.$round',
    // Of the rounds of heartbeats: those that no heartbeat has used yet.
    'Float64Array.*',
    'Leadership.heir',
  ]);
});

test('nothing that changes hides behind what is frozen: settings are, and nothing else', () => {
  for (const name of CONFIGURATIONS) {
    const { machines } = met(name);
    const settings = new Set<object>();
    for (const one of machines.settings)
      opened.visitGraph(
        one,
        () => false,
        (object) => settings.add(object),
      );
    for (const machine of each(machines)) {
      opened.visitGraph(
        machine,
        (object) => !Object.isFrozen(object) && machines.isShared(object),
        (object) => {
          if (Object.isFrozen(object) && !settings.has(object)) throw new Error(`${object.constructor.name} is frozen`);
        },
      );
    }
  }
});

function met(name: string): { readonly machines: Machines; readonly heirs: boolean } {
  const configuration = configurationNamed(name);
  const cluster = new opened.Cluster(configuration, (start) => new opened.Elector(start));
  const known = new Set<string>();
  let layer = [cluster.first()];
  while (layer.length > 0 && known.size < 4_000) {
    const nextLayer: Uint32Array[] = [];
    for (const state of layer) {
      cluster.visitSteps(state, (next) => {
        if (known.has(next.join())) return;
        known.add(next.join());
        nextLayer.push(next.slice());
      });
    }
    layer = nextLayer;
  }
  return { machines: cluster.machines, heirs: configuration.heirs };
}

/** Copies, which may be changed, of 50 of them, early and late ones. */
function each(machines: Machines): Machine[] {
  return Array.from({ length: 50 }, (_, at) => {
    const id = Math.floor((at * machines.size) / 50);
    return opened.copyGraph(machines.at(id), machines.isShared);
  });
}

function changesOf(machine: Machine, { isShared }: Machines): Change[] {
  const changes: Change[] = [];
  opened.visitGraph(machine, isShared, (object) => {
    const type = object.constructor.name;
    if (object instanceof Set) {
      changes.push({ field: type, make: () => object.add('nobody'), undo: () => object.delete('nobody') });
      return;
    }
    const fields: Fields = Object.assign(object);
    for (const key of Object.keys(fields)) {
      const value = fields[key];
      if (typeof value === 'object' && value !== null && isShared(value)) continue;
      const field = `${type}.${Array.isArray(object) || object instanceof Float64Array ? '*' : key}`;
      changes.push({ field, make: () => assign(fields, key, changed(value)), undo: () => assign(fields, key, value) });
    }
  });
  return changes;
}

function assign(fields: Fields, key: string, value: unknown): void {
  fields[key] = value;
}

function changed(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value + 1 : 1;
    case 'boolean':
      return !value;
    case 'string':
      return `${value}x`;
    case 'object':
      return undefined;
    default:
      return 'something';
  }
}
