// What reads cost a model, in tokens (o200k), as Markdown tables for the README.
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { stringify } from 'yaml';
import { splitOptions } from '../dist/answer/options.js';
import { shape } from '../dist/answer/shape.js';
import { textOf } from '../dist/answer/text.js';
import { toolInput } from '../dist/input.js';
import { fenced } from '../dist/plain-text.js';
import { createSandbox } from '../dist/sandbox/sandbox.js';
import { redact } from '../dist/secret.js';
import { zero } from '../dist/tools/zero/index.js';

const MANY = 1_000;
/** No budget: what is measured are records, not where an answer is cut. */
const BUDGET = 1e9;
const now = Date.parse('2026-05-13T12:00:00Z');
const day = { startTime: new Date(now - 86_400_000).toISOString(), endTime: new Date(now).toISOString() };
const tokens = (text) => encode(text).length;

function measure(sandbox, name, given) {
  const operation = zero.operations.find((candidate) => candidate.name === name);
  const known = toolInput(operation).shape;
  const input = Object.fromEntries(Object.entries(given).filter(([argument]) => argument in known));
  const answer = (options) => {
    const { wire, wanted } = splitOptions(operation, { ...input, ...options });
    const shown = redact(operation.output, sandbox.as('owner')(name, wire));
    return shape(operation, shown, wanted, [], BUDGET);
  };
  const paged = 'limit' in known ? { limit: MANY } : {};
  const detail = 'detail' in known ? { detail: 'full' } : {};
  const [compact, full] = [answer(paged), answer({ ...paged, ...detail })];
  const raw = redact(operation.output, sandbox.as('owner')(name, input));
  return {
    name,
    records: Array.isArray(raw) ? raw.length : 1,
    raw: tokens(JSON.stringify(raw)),
    full: tokens(textOf(full)),
    structure: tokens(JSON.stringify(compact)),
    text: tokens(textOf(compact)),
    yaml: tokens(fenced(stringify(compact))),
  };
}

/** The sandbox's organization with copies of one of its routes. */
function withRoutes(count) {
  const sandbox = createSandbox({ now: () => now });
  const state = sandbox.snapshot();
  const rows = Object.values(state.routes);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (let index = rows.length; index < count; index++) {
    const row = rows[index % rows.length];
    const end = [...String(index).padStart(4, '0')].map((digit) => letters[Number(digit) + 3]).join('');
    const id = row.id.slice(0, -4) + end;
    state.routes[id] = { ...row, id, name: `${row.name} ${index}`, from: row.from.replace('://', `://r${index}-`) };
  }
  sandbox.restore(state);
  return sandbox;
}

const share = (part, whole) => `${Math.round((part / whole) * 100)} %`;
const dearest = ({ structure, text }) => Math.max(structure, text);
const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);
const line = (cells) => `| ${cells.join(' | ')} |`;

function listTable(rows) {
  const counted = rows.filter(({ name }) => name !== 'get_logs');
  const raw = sum(counted, (row) => row.raw);
  return [
    line(['Read', 'Records', 'Raw', 'Full', 'Compact, structure', 'Compact, text', 'Compact of raw']),
    line(['---', '---:', '---:', '---:', '---:', '---:', '---:']),
    ...rows.map((row) => {
      const { name, records, raw, full, structure, text } = row;
      return line([`\`${name}\``, records, raw, full, structure, text, share(dearest(row), raw)]);
    }),
    ...(counted.length > 1
      ? [line(['all but `get_logs`', '', raw, '', '', '', share(sum(counted, dearest), raw)])]
      : []),
  ].join('\n');
}

function recordTable(rows) {
  return [
    line(['Read', 'Raw', 'Full', 'Compact, as JSON', 'Compact, as YAML', 'Compact of raw']),
    line(['---', '---:', '---:', '---:', '---:', '---:']),
    ...rows.map((row) => {
      const { name, raw, full, text, yaml } = row;
      return line([`\`${name}\``, raw, full, text, yaml, share(dearest(row), raw)]);
    }),
  ].join('\n');
}

function idsOf(sandbox) {
  const owner = sandbox.as('owner');
  const [cluster] = owner('list_clusters');
  const [first] = owner('list_routes', { namespaceId: cluster.namespaceId });
  const [policy] = owner('list_policies', { namespaceId: cluster.namespaceId });
  const [keyPair] = owner('list_key_pairs', { namespaceId: cluster.namespaceId });
  const { id: clusterId, namespaceId } = cluster;
  return {
    clusterId,
    namespaceId,
    routeId: first.id,
    policyId: policy.id,
    keyPairId: keyPair.id,
    ...day,
    recordType: 'route',
  };
}

const RECORDS = [
  'get_organization',
  'get_cluster',
  'get_settings',
  'get_route',
  'get_policy',
  'get_key_pair',
  'compare_changesets',
];

/** Three tables: lists and single records of the sandbox's organization, and the routes of a large one. */
export function tokenTables() {
  const small = createSandbox({ now: () => now });
  const ids = idsOf(small);
  const { routeId, ...ofAll } = ids;
  const lists = zero.operations.filter(({ row, output }) => row && output?.element).map(({ name }) => name);
  const listed = [...lists, 'get_time_series'].map((name) =>
    measure(small, name, {
      ...(name === 'get_route_certificates' ? ids : ofAll),
      metricId: name.includes('istribution') ? 'upstream_request_time' : 'upstream_requests',
    }),
  );
  const large = withRoutes(MANY);
  return [
    listTable(listed.filter(({ records }) => records > 0)),
    recordTable(RECORDS.map((name) => measure(small, name, ids))),
    listTable([measure(large, 'list_routes', { namespaceId: rootOf(large), includeDescendants: true })]),
  ].join('\n\n');
}

function rootOf(sandbox) {
  return sandbox
    .as('owner')('list_namespaces')
    .find(({ type }) => type === 'root').id;
}
