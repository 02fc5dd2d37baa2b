/** The folder with the compiled model, `test/model/` and `src/core/` below it, the core opened. */
export function compiledModelDir(): string;
