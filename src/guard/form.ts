import type { ElicitInputParams, PrimitiveSchemaDefinition } from '@modelcontextprotocol/server';
import type { Plan } from './plan.js';
import type { Question } from './question.js';

/** What the host shows: the whole plan and one field that isn't filled in. */
export type Form = ElicitInputParams;

/** The field of the form that answers a plan: an answer to one question is none to another kind. */
export function fieldOf({ typedName, offer }: Plan): 'approve' | 'name' | 'switchOff' {
  if (typedName !== undefined) return 'name';
  return offer ? 'switchOff' : 'approve';
}

/** The form of a question. Nothing is preselected; what can't be got back takes its name, typed. */
export function formOf({ plan, code }: Question, rendered: string): Form {
  const field = fieldOf(plan);
  const fields: Readonly<Record<typeof field, PrimitiveSchemaDefinition>> = {
    approve: { type: 'string', title: 'Do this?', enum: ['no', 'yes'] },
    switchOff: { type: 'string', title: 'Switch auto-apply off first?', enum: ['no', 'yes'] },
    name: { type: 'string', title: `Type ${plan.typedName} to do this`, description: `Exactly: ${plan.typedName}` },
  };
  return {
    message: `${rendered}\n\nQuestion ${code}. Saying nothing changes nothing.`,
    requestedSchema: { type: 'object', properties: { [field]: fields[field] }, required: [field] },
  };
}
