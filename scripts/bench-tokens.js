// Part of `npm run bench`: what reads cost a model, in tokens (o200k). It only prints, as a Markdown table.
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { splitOptions } from '../dist/answer/options.js';
import { shape } from '../dist/answer/shape.js';
import { textOf } from '../dist/answer/text.js';
import { toolInput } from '../dist/input.js';
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

function print(title, rows) {
  const out = [
    `\n${title}\n`,
    '| read | records | raw | full, text | compact, structure | compact, text | of raw |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...rows.map(({ name, records, raw, full, structure, text }) => {
      const share = `${Math.round((Math.max(text, structure) / raw) * 100)} %`;
      return `| \`${name}\` | ${records} | ${raw} | ${full} | ${structure} | ${text} | ${share} |`;
    }),
  ];
  process.stdout.write(`${out.join('\n')}\n`);
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

const small = createSandbox({ now: () => now });
const ids = idsOf(small);
const ofAll = ({ routeId, ...others }) => others;
const lists = zero.operations.filter(({ row, output }) => row && output?.element).map(({ name }) => name);
const series = ['get_time_series'];
const records = [
  'get_organization',
  'get_cluster',
  'get_settings',
  'get_route',
  'get_policy',
  'get_key_pair',
  'compare_changesets',
];
print(
  "Lists of the sandbox's organization",
  [...lists, ...series].map((name) => {
    const input = name === 'get_route_certificates' ? ids : ofAll(ids);
    return measure(small, name, {
      ...input,
      ...(name.includes('istribution') ? { metricId: 'upstream_request_time' } : { metricId: 'upstream_requests' }),
    });
  }),
);
print(
  'Single records of it',
  records.map((name) => measure(small, name, ids)),
);
const large = withRoutes(MANY);
const root = large
  .as('owner')('list_namespaces')
  .find(({ type }) => type === 'root');
print(`An organization with ${MANY} routes`, [
  measure(large, 'list_routes', { namespaceId: root.id, includeDescendants: true }),
]);
