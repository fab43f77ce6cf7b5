import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { explain, ToolError } from '../errors.js';

/** What this server reads for a list, a completion or a subscription; a failure is told in words. */
export async function inWords<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ProtocolError(ProtocolErrorCode.InternalError, explain(error, { name: 'The read', effect: 'read' }));
  }
}
