import { z } from 'zod';

/** RFC 3339 with a zone. */
export const dateTime = () => z.string().meta({ format: 'date-time' });
/** A moment that a caller gives, with its offset. */
export const moment = () => z.iso.datetime({ offset: true });

/** A URL with a scheme and something behind it; Zero knows more schemes than the web (`tcp+https://`, `ssh://`). */
export const url = () =>
  z
    .string()
    .regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, 'expected a URL with a scheme, like https://host')
    .meta({ format: 'url' });

export const email = () =>
  z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, 'expected an e-mail address')
    .meta({ format: 'email' });

export const uint32 = () => z.int().min(0).max(4294967295).meta({ format: 'uint32' });
export const int32 = () => z.int().min(-2147483648).max(2147483647).meta({ format: 'int32' });
export const int64 = () => z.int().meta({ format: 'int64' });
export const double = () => z.number().meta({ format: 'double' });

/** Fields that every stored record has. */
export const standardFields = {
  id: z.string().describe('Id of the record.'),
  createdAt: dateTime().describe('When it was created.'),
  updatedAt: dateTime().describe('When it was last changed.'),
};

/** The namespace that a route, policy or key pair lives in. */
export const namespaceId = () => z.string().describe('Namespace it lives in.');

/** Left by a tool that manages the record (a Terraform provider, a Kubernetes controller) to know its own again. */
export const originatorId = () => z.string().optional().describe('Tool that owns the record.');

/** Length of time written as number and unit pairs, like `1m30s`; units y, w, d, h, m, s, ms. */
export const Duration = z.string().regex(/^([0-9]+(y|w|d|h|m|s|ms))+$/, 'expected a length of time, like 30s or 1h30m');

/** Name of a route or policy, unique among its kind in a namespace (FACTS 3.4). */
export const EntityName = z.string().min(1).max(128);

export const IPAddress = z.string().meta({ format: 'ip' });

/** TCP port, carried as text. */
export const Port = z.string().meta({ format: 'port' });

/** Bytes written as hexadecimal text. */
export const Hex = z.string();

export const StringList = z.array(z.string());

export const StringMap = z.record(z.string(), z.string());

/** Short pointer to a route or policy. */
export const EntityInfo = z.strictObject({
  id: z.string().describe('Id of the record.'),
  name: z.string().describe('Its name.'),
  updatedAt: dateTime().describe('When it was last changed.'),
});
