// Run by scripts/clients.js, beside an installed @langchain/mcp-adapters: prints as JSON what the client made of the server.
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

const args = process.argv.slice(2);
const client = new MultiServerMCPClient({
  mcpServers: { zero: { transport: 'stdio', command: process.execPath, args } },
});
const tools = new Map((await client.getTools()).map((tool) => [tool.name, tool]));
const run = (name, input) => tools.get(name).invoke(input);
const listed = await run('list_clusters', {});
const clusterId = listed.structuredContent.items[0].id;
const asked = await run('update_cluster', { clusterId, name: 'renamed' });
// It throws what a tool answers as an error, with the text.
const refused = await run('get_cluster', { clusterId: 'nowhere' }).catch(({ message }) => message);
process.stdout.write(
  JSON.stringify({
    tools: tools.size,
    rows: listed.structuredContent.items.length,
    question: asked.structuredContent.confirmation_required.code,
    error: /"kind":"(\w+)"/.exec(refused)?.[1],
  }),
);
await client.close();
