import { type Device, isUnknown } from '../facts.js';
import { isObject, kindOf } from '../grammar.js';
import { type Doubt, textPoison } from '../matchers.js';
import type { Criterion, Json } from '../ppl.js';
import { type Finding, found, type Judge, type Kind, kind, LOGIN, type Open } from './kind.js';

const ok = found(true, 'device-ok');
const unauthorized = found(false, 'device-unauthorized');
const unauthenticated = found(false, 'device-unauthenticated');

function problem(data: Json): string | undefined {
  if (!isObject(data)) return `expected object for device criterion, got: ${kindOf(data)}`;
  for (const field of Object.keys(data)) {
    if (!['approved', 'is', 'type'].includes(field)) return `unexpected field in device criterion: ${field}`;
  }
  for (const field of ['is', 'type']) {
    const value = data[field];
    if (value !== undefined && typeof value !== 'string') {
      return `expected string for device criterion ${field} operator, got ${kindOf(value)}`;
    }
  }
  return undefined;
}

/**
 * The first credential of the wanted type counts. Only `is`, `type` and an approval that is asked for need one:
 * `{}` and `{approved: false}` are true of visitors without device and session, too (PPL.md 1.10).
 */
function judge({ data }: Criterion): Judge {
  const { approved, is, type } = isObject(data) ? data : {};
  const wanted = type ?? 'any';
  const isMet = (device: Device | undefined) =>
    (approved === undefined || Boolean(approved) === (device?.enrolled === true && device.approved)) &&
    (is === undefined || device?.id === is) &&
    (type === undefined || (device !== undefined && device.id !== ''));
  const withDevice = (device: Device | undefined, signedIn: boolean): Finding => {
    if (isMet(device)) return ok;
    if (!signedIn) return LOGIN;
    return device?.enrolled ? unauthorized : unauthenticated;
  };
  return ({ who: { devices, signedIn } }): Finding | Open => {
    if (!isUnknown(devices)) {
      return withDevice(
        devices.find((device) => device.type === wanted),
        signedIn !== false,
      );
    }
    if (approved === undefined && is === undefined && type === undefined) return ok;
    const possible = isMet(undefined) ? [ok, unauthorized] : [ok, unauthorized, unauthenticated];
    return { possible, unknown: devices.unknown };
  };
}

const NO_CONDITION: Doubt = {
  code: 'always-matches',
  message: 'an empty object is no condition',
  fix: 'Ask for {approved: true}, a type or an id.',
};

export const deviceKind: Kind = kind('identity', {
  problem,
  poison: textPoison,
  judge,
  doubts: ({ data }) => (isObject(data) && Object.keys(data).length === 0 ? [NO_CONDITION] : []),
});
