import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import pc from 'picocolors';

/**
 * `npm run demo`: a real MCP client walks the built server on the embedded sandbox through a change, and checks every
 * claim it prints. Ends with 0 only if all hold.
 */

type Fields = Readonly<Record<string, unknown>>;

/** The part of an activity entry that is shown. */
interface Change {
  readonly activityType: string;
  readonly entity: { readonly type: string; readonly id: string; readonly data?: Fields };
  readonly user: Fields;
}

const out = process.stdout;
const colors = pc.createColors(out.isTTY === true && !process.env.NO_COLOR);
const here = fileURLToPath(new URL('.', import.meta.url));

const { values } = parseArgs({ options: { answer: { type: 'string' } } });
const answer = values.answer === 'yes' || values.answer === 'no' ? values.answer : undefined;
const state = mkdtempSync(join(tmpdir(), 'zero-mcp-demo-'));

/** With nobody to ask, the demo's host declares no forms, and the question waits out of band. */
const canAsk = answer !== undefined || (process.stdin.isTTY === true && out.isTTY === true);
const client = new Client(
  { name: 'zero-mcp-demo', version: '0.1.0' },
  { capabilities: canAsk ? { elicitation: { form: {} } } : {} },
);
if (canAsk) {
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    const approve = await decide(params.message);
    return approve === 'yes' ? { action: 'accept', content: { approve } } : { action: 'decline' };
  });
}

function say(line = ''): void {
  out.write(`${line}\n`);
}

function heading(text: string): void {
  say(`\n${colors.bold(text)}`);
}

/** States what holds; the demo ends here when it doesn't. */
function check(claim: string, holds: boolean): void {
  if (!holds) throw new Error(`This does not hold: ${claim}`);
  say(`  ${colors.green('✓')} ${claim}`);
}

async function ask(name: string, args: Fields = {}) {
  say(`  ${colors.cyan(name)} ${colors.dim(JSON.stringify(args))}`);
  const { isError = false, structuredContent } = await client.callTool({ name, arguments: { ...args } });
  return { isError, content: (structuredContent ?? {}) as Fields };
}

/** A call that must succeed: the record it answers. */
async function record(name: string, args?: Fields): Promise<Fields> {
  const { isError, content } = await ask(name, args);
  if (isError) throw new Error(`${name} failed: ${JSON.stringify(content)}`);
  return content;
}

/** A call that must succeed: the records it lists. */
async function records(name: string, args?: Fields): Promise<readonly Fields[]> {
  return (await record(name, args)).items as readonly Fields[];
}

function show(...lines: readonly string[]): void {
  for (const line of lines) say(`    ${line}`);
}

async function walk(): Promise<void> {
  heading('1. Look around');
  const [organization] = await records('list_organizations');
  check(`the token belongs to one organization: ${organization?.name}`, organization !== undefined);
  const clusters = await records('list_clusters', { detail: 'full' });
  const settings = await Promise.all(clusters.map(({ id }) => record('get_settings', { clusterId: id })));
  for (const [index, { name, fqdn }] of clusters.entries()) {
    show(`${name} (${fqdn}), auto-apply ${settings[index]?.autoApplyChangesets === false ? 'off' : 'on'}`);
  }
  const manual = clusters.filter((_, index) => settings[index]?.autoApplyChangesets === false);
  check('one cluster collects changes until somebody applies them', manual.length === 1);
  const [cluster = {}] = manual;
  const { id: clusterId, namespaceId } = cluster;
  const routes = await records('list_routes', { namespaceId, detail: 'full' });
  const policies = await records('list_policies', { namespaceId, detail: 'full' });
  check(`it has ${routes.length} routes and ${policies.length} policies`, routes.length > 0 && policies.length > 0);

  heading('2. Let one person in: a policy, and a route with it');
  const policy = await record('create_policy', {
    namespaceId,
    name: 'Allow only matching email',
    enforced: false,
    ppl: [{ allow: { and: [{ email: { is: 'user@example.com' } }] } }],
    description: 'Allows user@example.com and nobody else.',
    explanation: 'Only user@example.com may use this service.',
    remediation: 'Sign in as user@example.com.',
  });
  const from = `https://httpbin.${cluster.fqdn}`;
  const created = await record('create_route', {
    namespaceId,
    name: 'HTTP Bin',
    from,
    to: ['http://httpbin:80'],
    policyIds: [policy.id],
  });
  const route = await record('get_route', { routeId: created.id });
  const named = (route.policies as readonly Fields[]).map(({ name }) => name);
  show(`${route.from} → ${String(route.to)}, allowed by ${named.join(', ')}`);
  check('the route reads back with its policy', route.from === from && named.includes('Allow only matching email'));

  heading('3. See what is pending');
  const [pending, ...others] = await records('list_changesets', { clusterId, status: 'pending' });
  check('the cluster has one pending changeset', pending !== undefined && others.length === 0);
  const compared = await record('compare_changesets', { clusterId, secondId: pending?.id });
  const changes = (compared.entities as readonly (readonly Change[])[]).flat();
  for (const { activityType, entity, user } of changes) {
    show(`${activityType} ${entity.type} ${entity.data?.name ?? entity.id}, by ${user.displayName ?? user.email}`);
  }
  const isPending = (id: unknown) => changes.some(({ entity }) => entity.id === id);
  check('both new records are in it', isPending(policy.id) && isPending(route.id));
  check('so are changes of other people, which one apply would put live too', changes.length > 2);

  heading('4. Try to put it live');
  const { isError, content } = await ask('apply_changeset', { changesetId: pending?.id });
  check('the call is not an error', !isError);
  if (content.confirmation_required) {
    const { headline, code } = content.confirmation_required as Fields;
    show(String(headline), `A person decides it with: zero-mcp approve ${String(code)}`);
    const [after] = await records('list_changesets', { clusterId, status: 'pending' });
    check('nothing went live: a person has to confirm', after?.id === pending?.id);
    return;
  }
  check('a person said yes, and the changeset was applied', content.status === 'applied');
  const [left] = await records('list_changesets', { clusterId, status: 'pending' });
  check('nothing is pending any more', left === undefined);
}

/** What the journal holds of the walk, from the command a person would run. */
function showJournal(): void {
  heading('5. Read the journal');
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, [`${here}cli.js`, 'journal', ...args, '--state-dir', state], { encoding: 'utf8' });
  show(...run('show').trimEnd().split('\n'));
  show(...run('verify').trimEnd().split('\n'));
  check('it notes what was sent', run('show', '--operation', 'create_route').includes('create_route'));
}

/** Puts the host's question to the person at the terminal; `--answer yes|no` speaks for them. */
async function decide(message: string): Promise<'yes' | 'no'> {
  say();
  for (const line of message.split('\n')) say(`    ${colors.yellow('│')} ${line}`);
  if (answer) {
    show(`Do this? ${answer}`);
    return answer;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const said = await terminal.question('    Do this? (yes/no) ');
  terminal.close();
  return said.trim() === 'yes' ? 'yes' : 'no';
}

try {
  say(colors.bold('zero-mcp on its embedded sandbox, in guarded mode'));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [`${here}cli.js`, '--sandbox', '--mode', 'guarded', '--log-level', 'warn', '--state-dir', state],
      // No configuration of the person who runs the demo plays a part.
      env: { XDG_CONFIG_HOME: here, APPDATA: here },
    }),
  );
  const { tools } = await client.listTools();
  check(`the server offers ${tools.length} tools`, tools.length > 0);
  await walk();
  showJournal();
  say(`\n${colors.green('Every step did what it claims.')}`);
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(
    `\n${colors.red('The demo failed.')} ${error instanceof Error ? error.message : String(error)}\n`,
  );
} finally {
  await client.close();
  rmSync(state, { recursive: true, force: true });
}
