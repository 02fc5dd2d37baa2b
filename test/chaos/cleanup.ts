/** What is to be undone at the end, the last first, whatever fails. */
export class Cleanup implements AsyncDisposable {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** Disposes of `thing` at the end. @returns it. */
  use<Thing extends AsyncDisposable>(thing: Thing): Thing {
    this.add(() => thing[Symbol.asyncDispose]());
    return thing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
  }
}
