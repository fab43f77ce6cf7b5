import { describe, expect, it } from 'vitest';
import type { Check, Severity } from '../../../src/audit/check.js';
import { parseInput, toolInput } from '../../../src/input.js';
import { zero } from '../../../src/tools/zero/index.js';
import { build, type Organization, type Row } from '../build.js';

/** One check: an organization in which it fires once, and the nearest one in which it doesn't. */
export interface Example {
  readonly id: string;
  readonly fires: Organization;
  /** The name of the record it fires on. */
  readonly on: string;
  /** Exactly the evidence. */
  readonly evidence: Row;
  /** Where it differs from the check's own. */
  readonly severity?: Severity;
  /** Tool and arguments; left out where there must be none. */
  readonly fix?: readonly [tool: string, args: Row];
  readonly innocent: Organization;
}

/** Tests each check by its examples. */
export function testChecks(checks: readonly Check[], examples: readonly Example[]): void {
  const byId = new Map(checks.map((check) => [check.id, check]));

  it('has an example for every check', () => {
    expect([...byId.keys()].sort()).toEqual([...new Set(examples.map(({ id }) => id))].sort());
  });

  describe.each(examples)('$id on $on', ({ id, fires, on, evidence, severity, fix, innocent }) => {
    const find = (organization: Organization) => byId.get(id)?.find(build(organization)) ?? [];

    it('fires with its evidence', () => {
      expect(find(fires).map(({ subject, ...firing }) => ({ on: subject.name, ...firing }))).toEqual([
        {
          on,
          evidence,
          ...(severity && { severity }),
          ...(fix && { fix: { tool: fix[0], arguments: fix[1] } }),
        },
      ]);
    });

    it('leaves its nearest neighbour alone', () => {
      expect(find(innocent)).toEqual([]);
    });

    if (!fix) return;
    it('mends it by a call that can be made', () => {
      const [tool, args] = fix;
      const operation = zero.operations.find(({ name }) => name === tool);
      if (!operation) throw new Error(`there is no tool ${tool}`);
      expect(parseInput(operation, toolInput(operation), args)).toEqual(args);
    });
  });
}
