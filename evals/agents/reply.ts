import type { Client } from '@modelcontextprotocol/client';
import type { Fields, Reply } from './zero.js';

/** Calls a tool over MCP; what the protocol refuses, an unknown tool, is a reply as well. */
export async function replyOf(client: Client, name: string, args: Fields): Promise<Reply> {
  try {
    const { isError = false, structuredContent, content } = await client.callTool({ name, arguments: { ...args } });
    const [first] = content;
    const text = first?.type === 'text' ? first.text : '';
    const fields = (structuredContent ?? {}) as Fields;
    return { isError, content: fields, message: isError ? String(Object(fields.error).message ?? text) : '' };
  } catch (error) {
    return { isError: true, content: {}, message: error instanceof Error ? error.message : String(error) };
  }
}
