import { z } from 'zod';
import { draftPolicy } from '../../policy/draft/draft.js';
import { Intent } from '../../policy/draft/intent.js';
import { printYaml } from '../../policy/print.js';
import { report } from '../../report.js';
import { explanationFields } from './explanation.js';

export const draftPolicyReport = report({
  name: 'draft_policy',
  title: 'Draft a policy',
  description:
    'Writes the PPL for who is to get in, when, from where and with what, and explains it. Creates nothing: give ppl to create_policy.',
  toolset: 'policies',
  scope: 'service',
  input: z.strictObject(Intent.shape),
  example: {
    who: { domains: ['corp.example'] },
    unless: { emails: ['eve@corp.example'] },
    networks: ['10.0.0.0/8'],
  },
  async run(intent, { now }) {
    const { ppl, policy, explanation, needs } = draftPolicy(intent, now());
    const { readsDifferently: warnings } = explanation;
    return {
      ppl,
      yaml: printYaml(policy),
      ...explanationFields(explanation),
      ...(warnings.length > 0 && { warnings }),
      ...(needs.length > 0 && { needs }),
    };
  },
});
