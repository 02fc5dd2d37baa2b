import { compiledModelDir } from '../../scripts/model/compile.mjs';

// The explorer needs the opened core; whatever a test imports from src is the sealed one, as it ships.
const home = compiledModelDir();
const from = `${home}/test/model`;

export const { BUGS }: typeof import('./bugs.js') = await import(`${from}/bugs.js`);
export const { check }: typeof import('./check.js') = await import(`${from}/check.js`);
export const { Cluster }: typeof import('./cluster.js') = await import(`${from}/cluster.js`);
export const { copyGraph, visitGraph, writeGraph }: typeof import('./object-graph.js') = await import(
  `${from}/object-graph.js`
);
export const { putToRest }: typeof import('./rest.js') = await import(`${from}/rest.js`);
export const { Symmetry }: typeof import('./symmetry.js') = await import(`${from}/symmetry.js`);
export const { tell }: typeof import('./story.js') = await import(`${from}/story.js`);
export const { Elector }: typeof import('../../src/core/elector.js') = await import(`${home}/src/core/elector.js`);
