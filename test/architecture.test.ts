import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** Source files, relative to src/. */
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** Modules of ours that a file imports for more than types, relative to src/ and without an ending. */
function imports(file: string): readonly string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(?!type\b)([^;]*?)from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'/g,
  );
  return [...statements].flatMap(([, names = '', from, lazy]) => {
    const onlyTypes =
      /^\{[^}]*\}\s*$/.test(names) &&
      names
        .replace(/[{}\s]/g, '')
        .split(',')
        .filter(Boolean).length > 0 &&
      names
        .replace(/[{}]/g, '')
        .split(',')
        .filter((name) => name.trim())
        .every((name) => name.trim().startsWith('type '));
    const target = from ?? lazy;
    if (onlyTypes || !target) return [];
    return [relative(src, resolve(src, dirname(file), target)).replace(/\.js$/, '')];
  });
}

/** Who may import whom: the rooms of the design, from the inside out. */
const rules: readonly { readonly from: RegExp; readonly may: RegExp }[] = [
  { from: /^(operation|errors|secret|nearest|version|keychain|canonical|plain-text)\.ts$/, may: /^secret$/ },
  { from: /^tools\/zero\//, may: /^(operation|secret|tools\/zero\/.*)$/ },
  { from: /^client\//, may: /^(operation|errors|version|client\/.*)$/ },
  { from: /^guard\//, may: /^(operation|errors|secret|canonical|plain-text|private-directory|guard\/.*)$/ },
  {
    from: /^(input|patch|sparse|secret-input|credentials|private-directory)\.ts$/,
    may: /^(operation|procedure|errors|secret|nearest|input|patch|private-directory|answer\/kind)$/,
  },
  {
    from: /^call\.ts$/,
    may: /^(operation|procedure|errors|secret|input|patch|sparse|secret-input|credentials|keychain|scope|untrusted|answer\/.*|guard\/.*)$/,
  },
  { from: /^untrusted\.ts$/, may: /^plain-text$/ },
  { from: /^scope\.ts$/, may: /^(errors|procedure|input|guard\/.*|resolve\/.*)$/ },
  { from: /^answer\//, may: /^(operation|errors|nearest|plain-text|answer\/.*)$/ },
  {
    from: /^resolve\//,
    may: /^(errors|nearest|guard\/(affected|last-read|plan-pages)|policy\/routes\/.*|resolve\/.*)$/,
  },
  { from: /^record\//, may: /^(operation|errors|secret|canonical|private-directory|record\/.*)$/ },
  { from: /^(report|procedure)\.ts$/, may: /^$/ },
  {
    from: /^rollback\//,
    may: /^(operation|errors|secret|patch|plain-text|guard\/(plan-.*|new-id|record-of)|record\/(line|own-edits)|rollback\/.*)$/,
  },
  {
    from: /^(policy|audit)\//,
    may: /^(errors|canonical|nearest|secret|plain-text|guard\/(affected|plan-pages)|tools\/zero\/entities\/.*|policy\/.*|audit\/.*)$/,
  },
  {
    from: /^rails\//,
    may: /^(nearest|secret|plain-text|policy\/.*|audit\/.*|guard\/(plan-patch|new-id)|rails\/.*)$/,
  },
  {
    from: /^tools\/reports\//,
    may: /^(report|operation|errors|nearest|secret|plain-text|policy\/.*|audit\/.*|rails\/.*|guard\/(affected|plan-.*|new-id)|record\/(read|own-edits)|rollback\/.*|tools\/zero\/console-link|tools\/reports\/.*)$/,
  },
  { from: /^tools\/procedures\//, may: /^(procedure|operation|errors|rollback\/.*|tools\/procedures\/.*)$/ },
  {
    from: /^resources\//,
    may: /^(errors|input|nearest|plain-text|untrusted|guard\/(affected|last-read|plan-pages)|resources\/.*)$/,
  },
  { from: /^prompts\//, may: /^(errors|input|nearest|resources\/(complete|in-words)|prompts\/.*)$/ },
  { from: /^sandbox\//, may: /^(operation|secret|version|policy\/.*|tools\/.*|sandbox\/.*)$/ },
];

/** What knows of nothing else here. */
const ANYBODY = ['json', 'memo'];

describe('imports', () => {
  for (const { from, may } of rules) {
    test(`${from.source} imports only ${may.source}`, () => {
      const wrong = files
        .filter((file) => from.test(file))
        .flatMap((file) =>
          imports(file)
            .filter((target) => !may.test(target) && !ANYBODY.includes(target))
            .map((target) => `${file} imports ${target}`),
        );
      expect(wrong).toEqual([]);
    });
  }

  test('only the command line knows the sandbox', () => {
    const knowing = files.filter(
      (file) => !file.startsWith('sandbox/') && imports(file).some((to) => to.startsWith('sandbox/')),
    );
    expect(knowing.filter((file) => !file.startsWith('cli'))).toEqual([]);
  });

  test('only the engine joins client and gate', () => {
    const senders = files.filter((file) =>
      imports(file).some((to) => to === 'client/client' || to === 'client/request'),
    );
    expect(senders.filter((file) => !file.startsWith('client/'))).toEqual(['engine.ts']);
  });

  test('the URL of a request is built in one file', () => {
    const building = files.filter((file) => /encodeURIComponent/.test(readFileSync(join(src, file), 'utf8')));
    // The keychain looks for secrets as they stand in a URL.
    const others = building.filter((file) => !file.startsWith('sandbox/') && file !== 'keychain.ts');
    expect(others).toEqual(['client/request.ts']);
  });

  test('policies and audits look at nothing but their arguments', () => {
    const pure = files.filter((file) => /^(policy|audit)\//.test(file));
    const reaching = /Date\.now|new Date\(\)|performance\.|process\.|fetch\(|from 'node:(?!crypto'|net')|from 'undici'/;
    expect(pure.filter((file) => reaching.test(readFileSync(join(src, file), 'utf8')))).toEqual([]);
    const opening = pure.filter((file) => /node:net/.test(readFileSync(join(src, file), 'utf8')));
    for (const file of opening)
      expect(readFileSync(join(src, file), 'utf8')).toContain("import { isIP } from 'node:net';");
  });

  test('imports have no cycle', () => {
    const seen = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) throw new Error(`cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
      if (seen.has(file)) return;
      for (const target of imports(file)) visit(`${target}.ts`, [...path, file]);
      seen.add(file);
    };
    for (const file of files) visit(file, []);
    expect(seen.size).toBe(files.length);
  });
});

test('no source file but the entity schemas has more than 400 lines', () => {
  const long = files
    .filter((file) => !file.startsWith('tools/zero/entities/'))
    .map((file) => [file, readFileSync(join(src, file), 'utf8').split('\n').length] as const)
    .filter(([, lines]) => lines > 401);
  expect(long).toEqual([]);
});
