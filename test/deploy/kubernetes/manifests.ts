import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { IStatefulSet } from 'kubernetes-models/apps/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IService } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';

const MANIFESTS = fileURLToPath(new URL('../../../deploy/kubernetes/reports.yaml', import.meta.url));

export type Manifest = IService | IStatefulSet | IPodDisruptionBudget;

export async function readManifests(): Promise<readonly Manifest[]> {
  return parseAllDocuments(await readFile(MANIFESTS, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

/** The one of this kind. */
export function only<Kind extends Manifest['kind']>(
  kind: Kind,
  manifests: readonly Manifest[],
): Extract<Manifest, { readonly kind: Kind }> {
  const found = manifests.filter((each): each is Extract<Manifest, { kind: Kind }> => each.kind === kind);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of kind ${kind}`);
  return found[0];
}

/** What the pods of the set run, and with what. */
export function podOf({ spec }: IStatefulSet) {
  const pod = spec?.template.spec;
  const container = pod?.containers[0];
  if (spec === undefined || pod === undefined || container === undefined) throw new Error('no pod');
  const names = Array.from({ length: spec.replicas ?? 0 }, (_, index) => `reports-${index}`);
  return { pod, container, names };
}
