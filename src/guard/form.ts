import type { ElicitInputParams, PrimitiveSchemaDefinition } from '@modelcontextprotocol/server';
import type { Question } from './question.js';

/** What the host shows: the whole plan and one field that isn't filled in. */
export type Form = ElicitInputParams;

/** The form of a question. Nothing is preselected; what can't be got back takes its name, typed. */
export function formOf({ plan, code }: Question, rendered: string): Form {
  const { typedName } = plan;
  const properties: Record<string, PrimitiveSchemaDefinition> =
    typedName === undefined
      ? { approve: { type: 'string', title: 'Do this?', enum: ['no', 'yes'] } }
      : { name: { type: 'string', title: 'Type the name to do this', description: `Exactly: ${typedName}` } };
  return {
    message: `${rendered}\n\nQuestion ${code}. Saying nothing changes nothing.`,
    requestedSchema: { type: 'object', properties, required: Object.keys(properties) },
  };
}
