import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';
import { quote } from '../errors.js';
import { pinnedNames } from '../input.js';
import { didYouMean } from '../nearest.js';
import { among, type Completion, completeRecord, type Wish } from '../resources/complete.js';
import { inWords } from '../resources/in-words.js';
import type { ResourceDeps } from '../resources/serve.js';
import { isPossible, type Prompt, promptFor, textOf } from './prompt.js';
import { prompts } from './prompts.js';

/** Prompts of a server, as far as they need more than themselves. */
export interface Prompts {
  /** Completes an argument: records by name, since that is what a person knows. */
  complete(prompt: string, wish: Wish): Promise<Completion>;
}

/** Serves the prompts whose tools are offered. */
export function servePrompts(server: Server, { tools, pin, loadEngine }: ResourceDeps): Prompts {
  const offered = new Set(tools.map(({ name }) => name));
  const possible = new Map(
    prompts
      .map((prompt) => promptFor(prompt, pinnedNames(pin)))
      .filter((prompt) => isPossible(prompt, offered))
      .map((prompt) => [prompt.name, prompt]),
  );

  server.setRequestHandler('prompts/list', () => ({
    prompts: [...possible.values()].map((prompt) => ({
      name: prompt.name,
      title: prompt.title,
      description: prompt.description,
      arguments: prompt.arguments.map(({ name, description, required = false }) => ({ name, description, required })),
    })),
  }));

  const called = (name: string): Prompt => {
    const prompt = possible.get(name);
    if (prompt) return prompt;
    const isKnown = prompts.some((one) => one.name === name);
    throw invalid(
      isKnown
        ? `${name} needs tools that are not offered here.`
        : `Unknown prompt ${quote(name)}.${didYouMean(name, possible.keys())}`,
    );
  };

  server.setRequestHandler('prompts/get', ({ params }) => {
    const prompt = called(params.name);
    const given = params.arguments ?? {};
    const names = prompt.arguments.map(({ name }) => name);
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw invalid(`Unknown argument ${quote(unknown)}.${didYouMean(unknown, names)} Arguments: ${names.join(', ')}.`);
    }
    const missing = prompt.arguments.filter(({ name, required }) => required && !given[name]?.trim());
    if (missing.length > 0) throw invalid(`${prompt.name} needs ${missing.map(({ name }) => name).join(', ')}.`);
    return {
      description: prompt.description,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: textOf(prompt, given, offered) } }],
    };
  });

  return {
    async complete(prompt, wish) {
      const argument = called(prompt).arguments.find(({ name }) => name === wish.name);
      if (argument?.completes === undefined) return among(argument?.choices ?? [], wish.value);
      const { sources } = await loadEngine();
      return inWords(completeRecord({ ...wish, name: argument.completes }, 'name', sources.read, pin));
    },
  };
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
