/** Children of an element by key: the same one stays, with the focus or the selection that a reader has in it. */
export class KeyedRows<Row extends { readonly element: Element }> {
  readonly #parent: Element;
  readonly #rows = new Map<string, Row>();

  constructor(parent: Element) {
    this.#parent = parent;
  }

  /** Shows the rows of `keys`, in this order; makes those that are new. */
  show(keys: readonly string[], make: (key: string) => Row): readonly Row[] {
    const wanted = new Set(keys);
    for (const [key, row] of this.#rows) {
      if (wanted.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    return keys.map((key, index) => {
      const row = this.#rows.get(key) ?? make(key);
      this.#rows.set(key, row);
      const there = this.#parent.children[index];
      // A move would take the focus away: who stands where it should is let be.
      if (there !== row.element) this.#parent.insertBefore(row.element, there ?? null);
      return row;
    });
  }
}
