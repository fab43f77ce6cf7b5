import type { Call } from '../behaviour.js';
import { forbidden } from '../records.js';
import type { Role } from '../store.js';

export function isAdministrator(role: Role): boolean {
  return role === 'owner' || role === 'admin';
}

/** Refuses everybody but owners and admins, who are admin of the global namespace (FACTS 3.6). */
export function requireAdministrator({ role }: Pick<Call, 'role'>): void {
  if (!isAdministrator(role)) throw forbidden('admin');
}

export function requireOwner({ role }: Pick<Call, 'role'>): void {
  if (role !== 'owner') throw forbidden('owner');
}
