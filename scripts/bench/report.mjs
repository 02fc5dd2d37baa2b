/**
 * One figure of a benchmark.
 * @typedef {object} Row
 * @property {string} figure what was measured.
 * @property {number} value
 * @property {string} unit
 * @property {number} [samples] how many measurements it is the statistic of.
 * @property {{ atMost: number } | { atLeast: number }} [aim] what it should be.
 * @property {{ name: string, value: number }} [beside] the reference, measured in the same run.
 */

/** A table to read: every figure, its aim, the reference beside it, and the kept run that it is compared with. */
export function table(rows, kept = []) {
  const cells = rows.map((row) => [
    row.figure,
    row.samples === undefined ? '' : String(row.samples),
    `${format(row.value)} ${row.unit}`.trim(),
    aimText(row),
    row.beside === undefined
      ? ''
      : `${row.beside.name} ${format(row.beside.value)}, ratio ${(row.value / row.beside.value).toFixed(2)}`,
    againstKept(row, kept),
  ]);
  const head = ['figure', 'n', 'value', 'aim', 'beside', 'kept run'];
  const widths = head.map((text, column) => Math.max(text.length, ...cells.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

/** Whether a figure is what it should be; `undefined` where nothing is asked of it. */
export function meetsAim({ value, aim }) {
  if (aim === undefined) return undefined;
  return 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;
}

function aimText(row) {
  const { aim } = row;
  if (aim === undefined) return '';
  const text = 'atMost' in aim ? `<= ${format(aim.atMost)}` : `>= ${format(aim.atLeast)}`;
  return `${text} ${meetsAim(row) ? 'met' : 'MISSED'}`;
}

function againstKept({ figure, value }, kept) {
  const before = kept.find((row) => row.figure === figure)?.value;
  return before === undefined ? '' : `${format(before)}, ratio ${(value / before).toFixed(2)}`;
}

function format(value) {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
