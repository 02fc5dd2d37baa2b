/** deploy/kubernetes: valid by Kubernetes' own schemas, and what docs/kubernetes.md says of it. */
import { readFile } from 'node:fs/promises';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { DEFAULT_TIMINGS } from '../../../src/core/options.js';
import { UserProject } from '../../docs/user-project.js';
import { type Manifest, only, podOf, readManifests } from './manifests.js';

const manifests = await readManifests();
const set = only('StatefulSet', manifests);
const service = only('Service', manifests);
const budget = only('PodDisruptionBudget', manifests);
const { pod, container, names } = podOf(set);

/** In seconds: what a node may take to end, by `Node.close`: work, a successor, a driver and a disk that hang. */
const DRAIN_S = 5;
const CLOSE_S = DRAIN_S + DEFAULT_TIMINGS.electionTimeoutMaxMs / 1000 + 2 + 2;

/** Checks the values and what must be there. What is there and is unknown to the schema is the compiler's to find. */
function validate(manifest: Manifest): void {
  switch (manifest.kind) {
    case 'Service':
      new Service(manifest).validate();
      return;
    case 'StatefulSet':
      new StatefulSet(manifest).validate();
      return;
    case 'PodDisruptionBudget':
      new PodDisruptionBudget(manifest).validate();
  }
}

const TYPES = { Service: 'v1', StatefulSet: 'apps/v1', PodDisruptionBudget: 'policy/v1' } as const;

function asProgram(manifest: object, kind: keyof typeof TYPES): string {
  return `import type { I${kind} } from 'kubernetes-models/${TYPES[kind]}';\nexport const it: I${kind} = ${JSON.stringify(manifest)};\n`;
}

describe('the manifests', () => {
  test('are a Service, a StatefulSet and a PodDisruptionBudget, each valid by its schema', () => {
    expect(manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'v1 Service',
      'apps/v1 StatefulSet',
      'policy/v1 PodDisruptionBudget',
    ]);
    for (const manifest of manifests) expect(() => validate(manifest)).not.toThrow();
  });

  test('have no field that the schema does not know; twins: a wrong value and an unknown field are found', async () => {
    const wrong = structuredClone(set);
    Reflect.set(wrong.spec ?? {}, 'replicas', '3');
    expect(() => validate(wrong)).toThrow(/replicas/);
    const unknown = structuredClone(set);
    Reflect.set(unknown.spec?.template.spec ?? {}, 'terminationGracePeriod', 30);
    await using project = await UserProject.create();
    const complaints = await project.complaints(
      new Map([
        ...manifests.map((each) => [`${each.kind}.ts`, asProgram(each, each.kind)] as const),
        ['unknown.ts', asProgram(unknown, 'StatefulSet')],
      ]),
    );
    expect(complaints.match(/^\S+\.ts/gm)).toEqual([expect.stringMatching(/^unknown\.ts/)]);
    expect(complaints).toMatch(/terminationGracePeriod.* does not exist/);
  });

  test('speak of the same pods', () => {
    const labels = set.spec?.template.metadata?.labels;
    expect(set.spec?.selector.matchLabels).toEqual(labels);
    expect(service.spec?.selector).toEqual(labels);
    expect(budget.spec?.selector?.matchLabels).toEqual(labels);
    expect(set.spec?.serviceName).toBe(service.metadata?.name);
    expect(container.ports?.[0]?.containerPort).toBe(service.spec?.ports?.[0]?.port);
  });
});

describe('the StatefulSet', () => {
  const variable = (name: string) => container.env?.find((each) => each.name === name)?.value;

  test('has as many pods as there are voters, which are called as they are', () => {
    expect(variable('VOTERS')?.split(',')).toEqual(names);
    const id = container.env?.find(({ name }) => name === 'NODE_ID');
    expect(id?.valueFrom?.fieldRef?.fieldPath).toBe('metadata.name');
  });

  test('creates its pods all at once, since none is ready alone, and lets them find each other before', () => {
    expect(set.spec?.podManagementPolicy).toBe('Parallel');
    expect(service.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test('keeps the log of each on a volume of its own, whatever becomes of the set', () => {
    const [claim] = set.spec?.volumeClaimTemplates ?? [];
    const mount = container.volumeMounts?.find(({ name }) => name === claim?.metadata?.name);
    expect(variable('LOG')?.startsWith(`${mount?.mountPath}/`)).toBe(true);
    expect(claim?.spec?.accessModes).toEqual(['ReadWriteOncePod']);
    expect(set.spec?.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  });

  test('gives a pod longer to end than all that it does then: the hand-over of preStop, and close()', () => {
    const preStopS = DRAIN_S + DEFAULT_TIMINGS.electionTimeoutMaxMs / 1000;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStopS + CLOSE_S);
  });

  test('may lose one pod to a drain, and a host takes one along at most', () => {
    expect(budget.spec?.maxUnavailable).toBe(1);
    expect(pod.topologySpreadConstraints).toEqual([
      expect.objectContaining({
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
      }),
    ]);
  });

  test('runs as nobody in particular, on a read-only file system but for the log', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources?.limits).not.toHaveProperty('cpu');
  });

  test('gives the service every variable that it reads, and asks for the paths that it serves', async () => {
    const program = await readFile(new URL('../../../examples/kubernetes/service.mjs', import.meta.url), 'utf8');
    const read = /^const \{ (.*) \} = process\.env;$/m.exec(program)?.[1]?.split(', ') ?? [];
    expect(read.map((each) => each.split(' ')[0]).sort()).toEqual(container.env?.map(({ name }) => name).sort());
    for (const probe of [container.readinessProbe, container.livenessProbe]) {
      expect(program).toContain(`'${probe?.httpGet?.path}'`);
    }
    expect(container.command?.at(-1)).toBe('service.mjs');
  });
});
