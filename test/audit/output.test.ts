import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/audit/assemble.js';
import type { Check } from '../../src/audit/check.js';
import { toMarkdown } from '../../src/audit/output/markdown.js';
import { toSarif } from '../../src/audit/output/sarif.js';
import { toLines } from '../../src/audit/output/text.js';
import { runAudit } from '../../src/audit/run-audit.js';
import { cleanOrganization } from './clean-organization.js';

const nasty = 'A | b <img src=x> `c` [d](https://e)\n# f';

const fix = { tool: 'update_route', arguments: { routeId: 'r1', tlsSkipVerify: false } };
const words = { why: 'Anybody can listen.', remedy: 'Give it a CA.', sources: ['https://a.example/b', 'a book'] };

const checks: readonly Check[] = [
  {
    id: 'R-1',
    severity: 'high',
    subject: 'route',
    title: 'Not verified',
    needs: [],
    ...words,
    find: () => [
      { subject: { type: 'route', id: 'r1', name: 'Wiki' }, evidence: { tlsSkipVerify: true }, fix },
      { subject: { type: 'route', id: 'r/2', name: nasty, clusterId: 'c1' }, evidence: { to: ['x'], from: nasty } },
    ],
  },
  {
    id: 'S-1',
    severity: 'low',
    subject: 'settings',
    title: 'No redirect',
    needs: [],
    ...words,
    find: () => [{ subject: { type: 'settings', id: 's1', name: 'staging' }, evidence: {} }],
  },
  { id: 'U-1', severity: 'low', subject: 'user', title: 'Dormant', needs: ['users'], ...words, find: () => [] },
];

const snapshot = assemble({ ...cleanOrganization(), missing: [{ part: 'users', reason: 'forbidden' }] });
const accepted = [{ check: 'S-1', subject: 'staging', reason: 'A playground.', expires: '2026-12-31' }];
const result = { ...runAudit(snapshot, { accepted }, checks), unanswerable: [] };

describe('SARIF', () => {
  const sarif = toSarif(result, '1.2.3');
  const [run] = sarif.runs;

  test('has the frame of version 2.1.0', () => {
    expect(sarif).toMatchObject({ version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json' });
    expect(run?.tool.driver).toMatchObject({ name: 'zero-mcp', version: '1.2.3' });
    expect(run?.invocations).toEqual([
      {
        executionSuccessful: true,
        endTimeUtc: '2026-05-13T12:00:00.000Z',
        toolExecutionNotifications: [{ level: 'warning', message: { text: 'U-1, Dormant: users: forbidden' } }],
      },
    ]);
  });

  test('describes each rule once', () => {
    expect(run?.tool.driver.rules).toEqual([
      {
        id: 'R-1',
        shortDescription: { text: 'Not verified' },
        fullDescription: { text: 'Anybody can listen.' },
        help: { text: 'Give it a CA.\nhttps://a.example/b\na book' },
        defaultConfiguration: { level: 'error' },
        properties: { tags: ['security'], 'security-severity': '8.0' },
      },
      expect.objectContaining({ id: 'S-1', defaultConfiguration: { level: 'note' } }),
    ]);
  });

  test('has a result for each finding, and one that is suppressed for each accepted risk', () => {
    const [strange, wiki, redirect, ...more] = run?.results ?? [];
    expect(wiki).toEqual({
      ruleId: 'R-1',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'route Wiki: Not verified. Anybody can listen. Give it a CA.' },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'zero/route/r1' }, region: { startLine: 1 } },
          logicalLocations: [{ name: 'Wiki', fullyQualifiedName: 'route/r1', kind: 'resource' }],
        },
      ],
      partialFingerprints: { 'zeroFinding/v1': 'R-1/route/r1/' },
      properties: { severity: 'high', evidence: { tlsSkipVerify: true }, fix },
    });
    expect(strange?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('zero/route/r_2');
    expect(strange?.partialFingerprints).toEqual({ 'zeroFinding/v1': 'R-1/route/r/2/c1' });
    expect(redirect).toMatchObject({
      ruleId: 'S-1',
      ruleIndex: 1,
      level: 'note',
      suppressions: [{ kind: 'external', status: 'accepted', justification: 'A playground.' }],
    });
    expect(more).toEqual([]);
    expect([strange, wiki].map((found) => found && 'suppressions' in found)).toEqual([false, false]);
  });
});

test('Markdown says all of it, and takes names for text', () => {
  expect(toMarkdown(result)).toBe(`# Audit of Lantern

Lantern: 2 findings (2 high) by 2 checks. Read at 2026-05-13T12:00:00.000Z.

## The worst

- Not verified (high): A \\| b &lt;img src=x\\> \\\`c\\\` \\[d\\](https://e) \\# f, Wiki.

## R-1 Not verified (high)

Anybody can listen. Give it a CA.

- route **A \\| b &lt;img src=x\\> \\\`c\\\` \\[d\\](https://e) \\# f** (r/2)
  - to: x
  - from: A \\| b &lt;img src=x\\> \\\`c\\\` \\[d\\](https://e) \\# f
- route **Wiki** (r1)
  - tlsSkipVerify: true
  - fix: update\\_route \\{"routeId":"r1","tlsSkipVerify":false\\}

Sources: https://a.example/b; a book

## Accepted risks

- 1 finding left out as accepted risks.

## Not checked

- 1 check not run, users: forbidden: U-1.
- 2 checks without an answer, about a secret, and secrets are hidden before anything looks at them: SET-26, SET-27.
`);
});

test('text says all of it in lines', () => {
  expect(toLines(result)).toEqual([
    'Lantern: 2 findings (2 high) by 2 checks.',
    `  Not verified (high): ${nasty}, Wiki.`,
    '',
    'HIGH R-1 Not verified',
    `  route ${nasty} (r/2)`,
    '    to: x',
    `    from: ${nasty}`,
    '  route Wiki (r1)',
    '    tlsSkipVerify: true',
    '    fix: update_route {"routeId":"r1","tlsSkipVerify":false}',
    '  Give it a CA.',
    '',
    'Accepted risks',
    '  1 finding left out as accepted risks.',
    '',
    'Not checked',
    '  1 check not run, users: forbidden: U-1.',
    '  2 checks without an answer, about a secret, and secrets are hidden before anything looks at them: SET-26, SET-27.',
  ]);
});
