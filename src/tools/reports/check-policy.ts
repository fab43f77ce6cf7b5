import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { advertiseAs, type Input } from '../../operation.js';
import { checkPolicy, type PolicyCheck } from '../../policy/check.js';
import { explainPolicy } from '../../policy/explain/explain.js';
import { remarksOn } from '../../policy/explain/remarks.js';
import type { Json } from '../../policy/ppl.js';
import type { Problem } from '../../policy/problem.js';
import { report } from '../../report.js';
import { explanationFields } from './explanation.js';

/** A policy as it came: written down, or the record it stands in. */
interface Source {
  readonly ppl: string | Json;
  readonly enforced: boolean;
  /** What is told of the record. */
  readonly record: Input;
}

/** A rule that may be wrong: what of it is, is for the check to say. */
const Rule = z.record(z.string(), z.unknown());

export const checkPolicyReport = report({
  name: 'check_policy',
  title: 'Check a policy',
  description:
    'Whether a policy is valid, what it does in plain words, what becomes of whom, what is wrong and how to mend it. Takes PPL before it is created, or the id of a policy.',
  toolset: 'policies',
  scope: 'cluster',
  input: z.strictObject({
    organizationId: z.string(),
    ppl: advertiseAs(
      z
        .union([z.string(), z.array(Rule), Rule])
        .optional()
        .describe('YAML or JSON.'),
      z.string(),
    ),
    policyId: z.string().optional().describe('Instead of ppl.'),
    enforced: z.boolean().optional().describe('Explain ppl as enforced on every route.'),
  }),
  example: { ppl: 'allow:\n  and:\n    - domain: {is: corp.example}\n' },
  async run(input, { read, now }) {
    const { ppl, policyId, enforced = false } = input;
    if ((ppl === undefined) === (policyId === undefined)) {
      throw new ToolError('invalid_input', 'Give either ppl or policyId.');
    }
    const source: Source =
      ppl === undefined
        ? fromRecord(await read('get_policy', { organizationId: input.organizationId, policyId }))
        : { ppl: ppl as string | Json, enforced, record: {} };
    const checked = checkPolicy(source.ppl);
    // Zero has what the open core lacks: no warning here.
    const isElsewhere = ({ code }: Problem) => code === 'edition-needed';
    const check = { ...checked, warnings: checked.warnings.filter((warning) => !isElsewhere(warning)) };
    const { grammar, compiles, errors, policy } = check;
    const circumstances = { at: now(), enforced: source.enforced };
    const warnings = policy ? [...check.warnings, ...remarksOn(policy, circumstances)] : check.warnings;
    return {
      ...source.record,
      verdict: verdictOf(check, warnings),
      grammar,
      compiles,
      ...(checked.warnings.some(isElsewhere) && { edition: 'Zero or Enterprise' }),
      ...(errors.length > 0 && { errors }),
      ...(warnings.length > 0 && { warnings }),
      ...(policy && explanationFields(explainPolicy(policy, circumstances))),
    };
  },
});

/** The record's name is somebody else's text and stands in a field of its own. */
function fromRecord(answer: unknown): Source {
  const {
    id,
    name,
    ppl,
    enforced,
    routes = [],
    enforcedRoutes = [],
  } = answer as {
    readonly id: string;
    readonly name?: string;
    readonly ppl?: Json;
    readonly enforced?: boolean;
    readonly routes?: readonly { readonly id: string }[];
    readonly enforcedRoutes?: readonly { readonly id: string }[];
  };
  return {
    // A policy that was stored without rules may come back as the text "null" (PPL.md 1.1).
    ppl: ppl === undefined || ppl === 'null' ? [] : ppl,
    enforced: enforced === true,
    record: {
      policyId: id,
      name,
      enforced: enforced === true,
      routes: new Set([...routes, ...enforcedRoutes].map((route) => route.id)).size,
    },
  };
}

function verdictOf({ grammar, errors }: PolicyCheck, warnings: readonly Problem[]): string {
  if (grammar === 'invalid') return 'refused: this is no policy';
  if (errors.some(({ message }) => !message.startsWith(POISON))) return 'refused: Pomerium does not take a criterion';
  if (errors.length > 0) {
    return 'dangerous: it may be accepted, but the authorizer cannot build it and keeps its old rules, of every route';
  }
  return warnings.length > 0 ? 'valid, with warnings' : 'valid';
}

/** How the authorizer begins when it can't build a policy that was taken. */
const POISON = 'error building policy evaluators';
