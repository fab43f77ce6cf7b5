import type { Input } from '../operation.js';
import { typable } from '../plain-text.js';
import { type Fields, nameOf } from './plan-fields.js';

interface Irreversible {
  /** What can't be got back, as a sentence for the person. */
  readonly why: string;
  /** For an operation that also does less: whether this call is meant. */
  readonly when?: (input: Input, record: Fields | undefined) => boolean;
}

/**
 * Operations whose approval takes the name of what goes, typed: they delete, leave or hand over what can't be got back.
 * What can be made again as it was (a route, a policy, a custom domain, an invitation) takes a yes.
 */
export const typedNames: Readonly<Record<string, Irreversible>> = {
  delete_organization: { why: 'Nothing brings the organization, its clusters and their configuration back.' },
  update_organization: {
    why: 'Only the new owner can hand the organization back.',
    when: ({ ownerUserId }, record) => ownerUserId !== undefined && ownerUserId !== record?.ownerUserId,
  },
  leave_organization: { why: 'Only a new invitation lets this account back in; an API user cannot be invited.' },
  delete_current_user: { why: 'Nothing brings the account back; this server stops working with it.' },
  remove_user_from_organization: {
    why: 'A person must be invited again; an API user is gone for good, with its token.',
  },
  renew_api_user_refresh_token: {
    why: 'All older tokens of the user stop working at once; if it is this server, so does it.',
  },
  delete_cluster: { why: 'Nothing brings the cluster, its token and its configuration back.' },
  rotate_cluster_token: {
    why: 'The old token dies and the running cluster shuts down until someone gives it the new one.',
  },
  delete_service_account: { why: 'Its token stops working for good; a new service account has another one.' },
  delete_key_pair: { why: 'Zero never gives the private key out, so only your own copy brings it back.' },
};

/** What must be typed to approve a call, and why; undefined where a yes is enough. */
export function typedNameOf(
  operation: string,
  input: Input,
  record: Fields | undefined,
): { readonly name: string; readonly why: string } | undefined {
  const entry = Object.hasOwn(typedNames, operation) ? typedNames[operation] : undefined;
  if (!entry || entry.when?.(input, record) === false) return undefined;
  return { name: typableName([nameOf(record), record?.id, operation]), why: entry.why };
}

/** The first that a person can see and type as it is. */
export function typableName(candidates: readonly unknown[]): string {
  return candidates.find((name): name is string => typeof name === 'string' && typable(name)) ?? 'yes';
}
