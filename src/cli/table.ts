import { stripVTControlCharacters } from 'node:util';

/** Columns as wide as their widest cell. `width` tells how wide a cell shows, since colours take no room. */
export function table(rows: readonly (readonly string[])[], gap = '  '): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, shownWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - shownWidth(cell)))
      .join(gap)
      .trimEnd(),
  );
}

function shownWidth(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
