import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Result, runTask } from './run-task.js';
import { tableOf } from './table.js';
import { tasks } from './tasks/index.js';

/** `npm run evals`: how well an agent does with the built server. Ends with 0 if enough tasks were solved. */

const { values } = parseArgs({
  options: {
    agent: { type: 'string', default: 'reference' },
    tasks: { type: 'string' },
    'at-least': { type: 'string', default: '1' },
    timeout: { type: 'string', default: '300' },
    json: { type: 'string' },
  },
});

const wanted = values.tasks?.split(',');
const unknown = wanted?.filter((id) => !tasks.some((task) => task.id === id)) ?? [];
if (unknown.length > 0) throw new Error(`No task is called ${unknown.join(', ')}.`);
const chosen = tasks.filter(({ id }) => wanted?.includes(id) ?? true);

const [command, cli] = ['./agents/command.js', '../../dist/cli.js'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** The shell command of an agent; two names stand for those that are here. */
function agentFor(name: string, seed: number): string {
  const own = `"${process.execPath}" "${command}"`;
  return name === 'reference' ? own : name === 'clumsy' ? `${own} --clumsy ${seed}` : name;
}

const results: Result[] = [];
for (const [seed, task] of chosen.entries()) {
  const agent = agentFor(values.agent, seed);
  const result = await runTask(task, { agent, cli: String(cli), timeoutMs: Number(values.timeout) * 1000 });
  results.push(result);
  process.stderr.write(`${result.isSolved ? '✓' : '✗'} ${task.id}\n`);
}
process.stdout.write(`${tableOf(results)}\n`);
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
const share = results.filter(({ isSolved }) => isSolved).length / results.length;
if (share < Number(values['at-least'])) process.exitCode = 1;
