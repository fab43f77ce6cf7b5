import type { Resource, TextResourceContents } from '@modelcontextprotocol/server';
import { changesets } from './guides/changesets.js';
import { glossary } from './guides/glossary.js';
import { policies } from './guides/policies.js';
import { routes } from './guides/routes.js';

/** A text for a model about how things work here. */
export interface Guide {
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

const GUIDES: readonly Guide[] = [
  {
    name: 'changesets',
    description: 'How changes are gathered, reviewed and applied here, and what can not be undone.',
    text: changesets,
  },
  { name: 'policies', description: 'How to write a policy in PPL: examples, criteria, traps.', text: policies },
  { name: 'routes', description: "Which of a route's options to use for what.", text: routes },
  { name: 'glossary', description: 'The words of Pomerium Zero and of this server.', text: glossary },
];

const guides = new Map(GUIDES.map((guide) => [`zero://guides/${guide.name}`, guide]));

const mimeType = 'text/markdown';

/** The guides as they are listed. */
export const guideResources: readonly Resource[] = [...guides].map(([uri, { name, description, text }]) => {
  return { uri, name: `guide: ${name}`, title: titleOf(text), description, mimeType };
});

/** The guide at an address, if there is one. */
export function guideAt(uri: string): TextResourceContents | undefined {
  const guide = guides.get(uri);
  return guide && { uri, mimeType, text: guide.text };
}

function titleOf(text: string): string {
  return text.slice(2, text.indexOf('\n'));
}
