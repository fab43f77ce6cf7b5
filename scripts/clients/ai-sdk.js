// Run by scripts/clients.js, beside an installed @ai-sdk/mcp: prints as JSON what the client made of the server.
import { createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport as StdioTransport } from '@ai-sdk/mcp/mcp-stdio';

const [cli, ...args] = process.argv.slice(2);
const client = await createMCPClient({
  transport: new StdioTransport({ command: process.execPath, args: [cli, ...args] }),
});
const tools = await client.tools();
const run = (name, input) => tools[name].execute(input, { toolCallId: name, messages: [] });
const listed = await run('list_clusters', {});
const clusterId = listed.structuredContent.items[0].id;
const asked = await run('update_cluster', { clusterId, name: 'renamed' });
const refused = await run('get_cluster', { clusterId: 'nowhere' });
process.stdout.write(
  JSON.stringify({
    tools: Object.keys(tools).length,
    rows: listed.structuredContent.items.length,
    question: asked.structuredContent.confirmation_required.code,
    error: refused.structuredContent.error.kind,
  }),
);
await client.close();
