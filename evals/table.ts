import type { Result } from './run-task.js';

/** What a run came to, with what did not hold. */
export function tableOf(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ id }) => id.length));
  const row = (id: string, solved: string, ...numbers: readonly (number | string)[]) =>
    `${id.padEnd(width)}  ${solved.padEnd(6)} ${numbers.map((value) => String(value).padStart(12)).join('')}`.trimEnd();
  const lines = results.flatMap(({ id, isSolved, problems, calls, errors, tokensIn, tokensOut, seconds }) => [
    row(id, isSolved ? 'yes' : 'NO', calls, errors, tokensIn, tokensOut, seconds.toFixed(1)),
    ...problems.map((problem) => `    does not hold: ${problem}`),
  ]);
  return [
    row('task', 'solved', 'calls', 'errors', 'tokens in', 'tokens out', 'seconds'),
    ...lines,
    '',
    summaryOf(results),
  ].join('\n');
}

/** In one line. An error is recovered when its task was solved all the same. */
export function summaryOf(results: readonly Result[]): string {
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  const solved = results.filter(({ isSolved }) => isSolved);
  const recovered = solved.reduce((total, { errors }) => total + errors, 0);
  return [
    `${solved.length} of ${results.length} solved`,
    `${sum(({ calls }) => calls)} calls`,
    `${sum(({ tokensIn }) => tokensIn)} tokens in`,
    `${sum(({ tokensOut }) => tokensOut)} tokens out`,
    `${recovered} of ${sum(({ errors }) => errors)} errors recovered`,
  ].join(', ');
}
