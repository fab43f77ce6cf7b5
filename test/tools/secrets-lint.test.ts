import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isExempt, isSecret } from '../../src/secret.js';
import { catalogs } from '../../src/tools/index.js';
import { everyField } from './fields.js';

/** Names of what holds a credential. What a name is stands at its end: tokenUrl is a URL, caKeyPairId an id. */
const SUSPECT =
  /secret|passw|credential|private|(token|cookie|connection|authorization|(host|ca|api_?|ssh)key)s?$|^(key|auth)$/i;

const fields = Object.values(catalogs)
  .flatMap((catalog) => catalog.operations)
  .flatMap(({ name, params, query, body, output }) =>
    [params, query, body, output].flatMap((schema) => everyField(name, schema)),
  );
const namesOf = (chosen: typeof fields) => [...new Set(chosen.map(({ name }) => name))].toSorted();

/** No credential is a flag or a count. */
const isPlain = (schema: z.ZodType): boolean =>
  schema instanceof z.ZodOptional
    ? isPlain(schema.unwrap() as z.ZodType)
    : schema instanceof z.ZodBoolean || schema instanceof z.ZodNumber;

describe('secret fields', () => {
  it('are marked with secret() or, with a reason, with notSecret(), where their name looks so', () => {
    const unmarked = fields
      .filter(({ name, schema }) => SUSPECT.test(name) && !isPlain(schema) && !isSecret(schema) && !isExempt(schema))
      .map(({ path }) => path);
    expect(unmarked).toEqual([]);
  });

  it('are these', () => {
    expect(namesOf(fields.filter(({ schema }) => isSecret(schema)))).toEqual([
      'auth',
      'authorizationUrlParams',
      'bucket_uri',
      'clientSecret',
      'clusterToken',
      'cookieSecret',
      'databrokerStorageConnection',
      'downloadUrl',
      'googleCloudServerlessAuthenticationServiceAccount',
      'idToken',
      'identityProviderClientSecret',
      'identityProviderRequestParams',
      'key',
      'kubernetesServiceAccountToken',
      'otelExporterOtlpHeaders',
      'otelExporterOtlpTracesHeaders',
      'refreshToken',
      'requestParams',
      'setRequestHeaders',
      'sshHostKeys',
      'sshUserCaKey',
      'token',
      'url',
    ]);
  });

  it('are marked wherever the same name stands for the same thing', () => {
    const secrets = new Set(namesOf(fields.filter(({ schema }) => isSecret(schema))));
    const elsewhere = fields.filter(({ name, schema }) => secrets.has(name) && !isSecret(schema) && !isExempt(schema));
    expect([...new Set(elsewhere.map(({ path }) => path))]).toEqual([
      // An identity provider's address and what is wrong with it and the parameters; only a session's url is secret.
      'check_identity_provider_settings.url',
      'check_identity_provider_settings.errors.url',
      'check_identity_provider_settings.errors.requestParams',
    ]);
  });
});
