import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fields } from '../harness.js';
import { sceneOf } from '../scene.js';
import { type Remote, remote, writes } from './remote.js';
import { clients, endAll } from './stdio.js';

let far: Remote;

beforeAll(async () => {
  far = await remote();
});

afterAll(async () => {
  try {
    await endAll();
  } finally {
    await far.close();
  }
});

/** The one content of a read. */
async function contentOf(read: Promise<Fields>): Promise<Fields> {
  const { contents } = (await read) as { readonly contents: readonly Fields[] };
  expect(contents).toHaveLength(1);
  return contents[0] ?? {};
}

describe.each(Object.entries(clients))('%s', (_, connect) => {
  test('finds a route among the resources, reads it in both forms, and completes its name', async () => {
    const { host, callTool } = await connect(far.start());
    const scene = sceneOf(far.sandbox);
    const [route] = scene.routesOf(scene.waiting);
    const { resources } = (await host.listResources()) as { readonly resources: readonly Fields[] };
    const uri = `zero://organizations/${scene.organizationId}/routes/${route?.id}`;
    expect(resources.find((one) => one.uri === uri)).toMatchObject({ name: route?.name });

    const { mimeType, text } = await contentOf(host.readResource({ uri }));
    expect(mimeType).toBe('application/json');
    const called = await callTool('get_route', { routeId: String(route?.id), detail: 'full' });
    expect(JSON.parse(String(text))).toEqual(called.content);
    const markdown = await contentOf(host.readResource({ uri: `${uri}?format=markdown` }));
    expect(markdown.mimeType).toBe('text/markdown');
    expect(markdown.text).toContain(String(route?.from));

    const { resourceTemplates } = (await host.listResourceTemplates()) as { readonly resourceTemplates: Fields[] };
    const template = resourceTemplates.find(({ name }) => name === 'get_route')?.uriTemplate;
    const completed = await host.complete({
      ref: { type: 'ref/resource', uri: template },
      argument: { name: 'routeId', value: String(route?.name).slice(0, 4) },
      context: { arguments: { organizationId: scene.organizationId } },
    });
    expect(completed).toMatchObject({ completion: { values: expect.arrayContaining([route?.id]) } });
    await expect(host.readResource({ uri: 'zero://nowhere' })).rejects.toThrow('Nothing here has the address');
  });

  test('reads the guides, and starts a task from a prompt with a completed argument', async () => {
    const { host } = await connect(far.start());
    for (const guide of ['changesets', 'policies', 'routes', 'glossary']) {
      const { text } = await contentOf(host.readResource({ uri: `zero://guides/${guide}` }));
      expect(text).toMatch(/^# /);
    }
    const { prompts } = (await host.listPrompts()) as { readonly prompts: readonly { readonly name: string }[] };
    expect(prompts).toHaveLength(7);
    const route = 'Grafana';
    const { messages } = (await host.getPrompt({ name: 'who_can_reach_what', arguments: { route } })) as {
      readonly messages: readonly { readonly content: { readonly text: string } }[];
    };
    expect(messages[0]?.content.text).toContain(route);
    const ref = { type: 'ref/prompt', name: 'who_can_reach_what' };
    const completed = await host.complete({ ref, argument: { name: 'route', value: 'Graf' } });
    expect(completed).toMatchObject({ completion: { values: [expect.stringContaining('Grafana')] } });
    expect(writes(far.sandbox)).toEqual([]);
  });
});
