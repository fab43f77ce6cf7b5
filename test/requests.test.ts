import { expect, test } from 'vitest';
import { buildRequest } from '../src/client/request.js';
import { zero } from '../src/tools/zero/index.js';

test.each(zero.operations.map((operation) => [operation.name, operation] as const))(
  'the request of %s for its example',
  (_, operation) => {
    const input = { organizationId: 'bOrGnZtWxKcVnMdFgHjKlPqRsTv', ...operation.defaults, ...operation.example };
    const { method, url, body } = buildRequest(operation, input);
    expect({ method, url, body }).toMatchSnapshot();
  },
);
