// Markdown that can be read as it is, too.

/** @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

export const resultTable = (results) =>
  table(
    ['runtime', 'row', 'subject', 'ours', 'peer', 'theirs', 'ratio'],
    results.map(({ runtime, row, subject, ours, peer, theirs, ratio }) =>
      [runtime, row, subject, number(ours), peer ?? '', number(theirs), ratio === null ? '' : ratio.toFixed(2)]),
  );

export const targetTable = (targets) =>
  table(
    ['target', 'at most', 'measured', ''],
    targets.map(({ title, limit, value, verdict }) => [title, String(limit), value === null ? '' : number(value), verdict]),
  );

/** As many digits as mean something; nothing of what there is not. */
function number(value) {
  if (value === null) return '';
  const size = Math.abs(value);
  return value.toFixed(size < 10 ? 2 : size < 1000 ? 1 : 0);
}
