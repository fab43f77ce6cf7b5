import type { RouteView, Snapshot } from '../../audit/snapshot.js';
import { ToolError } from '../../errors.js';
import type { Input } from '../../operation.js';
import type { Sources } from '../../report.js';

const DAYS = 7;
const DAY_MS = 24 * 3_600_000;

interface Certificate {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly origin?: unknown;
  readonly certificateInfo?: readonly { readonly notAfter?: unknown }[];
}

/** The key pairs whose certificate fits a route's host. Only these fields of them: a key is never shown. */
export async function certificatesOf(organizationId: string, routeId: string, { read }: Sources): Promise<Input> {
  const found = await readable(async () => {
    const rows = await rowsOf(read, 'get_route_certificates', { organizationId, routeId });
    return (rows as readonly Certificate[]).map(({ id, name, origin, certificateInfo }) => ({
      id,
      name,
      origin,
      expires: certificateInfo?.[0]?.notAfter,
    }));
  });
  return { certificates: found };
}

/** Traffic of the last week by cluster. */
export async function trafficOf(
  organizationId: string,
  { route, clusterIds }: RouteView,
  { clusters, now }: Snapshot,
  { read }: Sources,
): Promise<Input> {
  const range = { startTime: new Date(now - DAYS * DAY_MS).toISOString(), endTime: new Date(now).toISOString() };
  const serving = clusters.filter(({ cluster }) => clusterIds.includes(cluster.id));
  const found = serving.map(({ cluster }) => {
    const asked = { organizationId, clusterId: cluster.id, routeId: route.id, ...range };
    const sumOf = async (metricId: string) => {
      const sums = await rowsOf(read, 'get_time_series_sum', { ...asked, metricId });
      return total(sums.map(({ value }) => value));
    };
    return readable(async () => {
      const [requests, denied, errors, times] = await Promise.all([
        sumOf('upstream_requests'),
        sumOf('authz_denied'),
        sumOf('authz_err'),
        rowsOf(read, 'get_distribution_sum', { ...asked, metricId: 'upstream_request_time' }),
      ]);
      return {
        cluster: cluster.name ?? cluster.id,
        requests,
        denied,
        errors,
        ...meanOf(times as readonly Distribution[]),
      };
    });
  });
  return { traffic: { days: DAYS, items: await Promise.all(found) } };
}

interface Distribution {
  readonly distributionValue?: { readonly count?: number; readonly mean?: number } | null;
  readonly unit?: string;
}

/** The mean over all measurements, where anything was measured. */
function meanOf(sums: readonly Distribution[]): Input {
  const measured = sums.flatMap(({ distributionValue }) => distributionValue ?? []);
  const count = total(measured.map((one) => one.count));
  if (count === 0) return {};
  const mean = total(measured.map((one) => (one.count ?? 0) * (one.mean ?? 0))) / count;
  return { meanTime: `${Math.round(mean)} ${sums[0]?.unit ?? ''}`.trim() };
}

function total(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0);
}

/** The rows of a list. */
async function rowsOf(read: Sources['read'], name: string, input: Input): Promise<readonly Input[]> {
  const answer = await read(name, input);
  if (!Array.isArray(answer)) throw new ToolError('rejected', `${name} answered no list.`);
  return answer.filter((row) => typeof row === 'object' && row !== null);
}

/** What was read, or why it can't be. */
async function readable<Answer>(load: () => Promise<Answer>): Promise<Answer | { readonly unknown: string }> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof ToolError && error.kind !== 'cancelled') return { unknown: error.message };
    throw error;
  }
}
