// Breaks src/guard and src/record on purpose, one small change at a time, and names each change that no test notices.
// `npm run mutate -- need line` looks at these files only. Fails on survivors that test/guard/MUTANTS.md doesn't explain.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testsOf } from './tests.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const stryker = fileURLToPath(new URL('node_modules/@stryker-mutator/core/bin/stryker.js', import.meta.url));
const report = new URL('report/mutation.json', import.meta.url);
const explained = readFileSync(new URL('../test/guard/MUTANTS.md', import.meta.url), 'utf8');

const names = process.argv.slice(2);
const files = Object.keys(testsOf).filter((file) => names.length === 0 || names.includes(basename(file, '.ts')));
process.exitCode = files.map(check).every((isClean) => isClean) ? 0 : 1;

/** Runs all mutants of a file; false when one survived and nobody has said why. */
function check(file) {
  const env = { ...process.env, MUTATION_TESTS: testsOf[file].join(',') };
  const args = [stryker, 'run', 'mutation/stryker.config.json', '--mutate', file];
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`Stryker ended with ${status} at ${file}.`);
  const { source, mutants } = JSON.parse(readFileSync(report, 'utf8')).files[file];
  const survivors = mutants.filter((mutant) => mutant.status === 'Survived' || mutant.status === 'NoCoverage');
  const lines = survivors.map((mutant) => described(source, mutant));
  const strange = lines.filter((line) => !sectionOf(file).includes(`- ${line}: `));
  const counts = `${mutants.length} mutants, ${lines.length} survived, ${strange.length} of them unexplained`;
  process.stdout.write(`${[`${file}: ${counts}`, ...strange.map((line) => `- ${line}`)].join('\n')}\n`);
  return strange.length === 0;
}

/** A mutant as MUTANTS.md lists it. Without its line number, which changes with every edit above it. */
function described(source, { location: { start, end }, replacement }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines.push(lines.pop().slice(0, end.column - 1));
  lines.unshift(lines.shift().slice(start.column - 1));
  return `${code(lines.join('\n'))} → ${code(replacement)}`;
}

function code(text) {
  const short = text.replace(/\s+/g, ' ').slice(0, 120).trim();
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short}\``;
}

function sectionOf(file) {
  return explained.split('\n## ').find((section) => section.startsWith(`\`${file}\``)) ?? '';
}
