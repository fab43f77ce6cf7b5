import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkIds } from '../../src/audit/checks/index.js';
import { commands } from '../../src/cli/help.js';
import { optionTable } from '../../src/config/options.js';
import { writeDocs } from '../../src/docs.js';
import { Rules } from '../../src/rails/rules.js';
import { readRules } from '../../src/rails/rules-file.js';
import { composites } from '../../src/tools/composites.js';
import { toolsets } from '../../src/tools/zero/api.js';
import { zero } from '../../src/tools/zero/index.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('README', () => {
  test('its tables are those of the catalogue and the options', () => {
    expect(writeDocs(readme, zero, composites) === readme, 'README.md is stale; run: npm run docs').toBe(true);
  });

  test('every tool is in the table of its toolset, every option in the table of options', () => {
    const sections = new Map(readme.split('\n#### ').map((section) => [section.split('\n', 1)[0], section]));
    for (const { name, toolset } of [...zero.operations, ...composites])
      expect(sections.get(toolset)).toContain(`| \`${name}\` |`);
    for (const { flag, env } of optionTable)
      expect(readme).toMatch(new RegExp(`^\\| \`${flag}[ \`].* \`${env}\` \\|`, 'm'));
  });

  test('its figures of what answers cost are measured, and compact lists cost a quarter', () => {
    const script = new URL('../../scripts/token-tables.js', import.meta.url);
    const print = `import { tokenTables } from ${JSON.stringify(script)}; process.stdout.write(tokenTables());`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', print], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(readme.includes(stdout), 'README.md is stale; run: npm run docs').toBe(true);
    const shares = [...stdout.matchAll(/^\| (?:all but|`list_routes`).* (\d+) % \|$/gm)].map(([, share]) =>
      Number(share),
    );
    expect(shares).toHaveLength(3);
    for (const share of shares) expect(share).toBeLessThanOrEqual(25);
  });

  test('every command and every dependency is in its section', () => {
    const [, section = ''] = /^## Commands\n([\s\S]*?)^## /m.exec(readme) ?? [];
    for (const command of Object.keys(commands)) expect(section).toMatch(new RegExp(`zero-mcp ${command}\\b`));
    const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    for (const name of Object.keys(dependencies)) expect(readme).toContain(`| \`${name}\` |`);
  });

  test('its links to files of this repository lead somewhere', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? '');
    expect(links).toContain('SECURITY.md');
    for (const path of links) expect(() => readFileSync(new URL(`../../${path}`, import.meta.url))).not.toThrow();
  });

  test('its JSON examples parse, and what they start is this server with known flags', () => {
    const examples = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? ''));
    const entries = examples.flatMap((example) => Object.values(example.mcpServers ?? example.servers ?? {}));
    expect(entries.length).toBeGreaterThan(2);
    const flags = new Set<string>(optionTable.map(({ flag }) => flag));
    for (const { command, args } of entries as { command: string; args: readonly string[] }[]) {
      expect([command, args[0]]).toEqual(['node', '/path/to/zero-mcp/dist/cli.js']);
      for (const argument of args.slice(1))
        expect(flags.has(argument) || argument in toolsets || argument === 'core').toBe(true);
    }
  });
});

test("its example of the operator's rules is one, and has all that there is", () => {
  const [, example = ''] = /^## Guard rails\n[\s\S]*?```yaml\n([\s\S]*?)```/m.exec(readme) ?? [];
  const { rules, problems } = readRules(parse(example) as Record<string, unknown>, checkIds);
  expect(problems).toEqual([]);
  expect(Object.keys(rules).sort()).toEqual([...Object.keys(Rules.shape), 'acceptedRisks'].sort());
  expect(rules.invariants?.map((invariant) => Object.keys(invariant)[0])).toEqual([
    'neverPublic',
    'onlyDomains',
    'noTlsSkipVerify',
    'toOnlyIn',
    'onlyAdmins',
  ]);
  expect(rules.tests).toHaveLength(3);
});

test('a README without a marker is an error, not a silent no-op', () => {
  expect(() => writeDocs('# zero-mcp\n', zero, composites)).toThrow('The marker <!-- options:start --> is missing.');
});
