#!/usr/bin/env node
import { requireToken } from './cli/connect.js';
import { commands, help, isCommand } from './cli/help.js';
import { ConfigError, describeConfig, type LoadedConfig, loadConfig } from './config.js';
import { createKeychain } from './keychain.js';
import { createLog, printable } from './log.js';
import { didYouMean } from './nearest.js';
import { version } from './version.js';

/** Wrong usage or configuration; 1 is left to what goes wrong later. */
const USAGE_ERROR = 2;

async function main(argv: readonly string[]): Promise<void> {
  const [first, ...rest] = argv;
  if (argv.includes('--help') || argv.includes('-h')) return print(help(isCommand(first) ? first : undefined));
  if (argv.includes('--version')) return print(`${version()}\n`);
  if (first === undefined || first.startsWith('-')) {
    return start(await loadConfig({ argv, env: process.env }));
  }
  switch (first) {
    case 'sandbox': {
      const { runSandbox } = await import('./cli/sandbox.js');
      return runSandbox(rest);
    }
    case 'config':
      return print(describeConfig(await loadConfig({ argv: rest, env: process.env })));
    case 'journal': {
      const { runJournal } = await import('./cli/journal.js');
      const { text, isSound } = await runJournal(rest, process);
      if (!isSound) process.exitCode = 1;
      return print(text);
    }
    case 'pending': {
      const { runPending } = await import('./cli/approve.js');
      return runPending(rest, process);
    }
    case 'approve':
    case 'reject': {
      const { runAnswer } = await import('./cli/approve.js');
      if (!(await runAnswer(first, rest, process))) process.exitCode = 1;
      return;
    }
    case 'audit': {
      const { runAuditCommand } = await import('./cli/audit.js');
      process.exitCode = await runAuditCommand(rest, process);
      return;
    }
    case 'test': {
      const { runTestCommand } = await import('./cli/test.js');
      process.exitCode = await runTestCommand(rest, process);
      return;
    }
    case 'policy': {
      const { runPolicy } = await import('./cli/policy.js');
      if (!(await runPolicy(rest, process))) process.exitCode = 1;
      return;
    }
    case 'openapi': {
      if (rest.length > 0) throw new ConfigError([`openapi takes no arguments, got ${rest.join(' ')}.`]);
      const [{ openApiDocument }, { zero }] = await Promise.all([
        import('./openapi.js'),
        import('./tools/zero/index.js'),
      ]);
      return print(`${JSON.stringify(openApiDocument(zero), null, 2)}\n`);
    }
    case 'help': {
      const [about] = rest;
      if (about !== undefined && !isCommand(about)) throw unknownCommand(about);
      return print(help(about));
    }
    default:
      throw unknownCommand(first);
  }
}

function unknownCommand(name: string): ConfigError {
  const near = didYouMean(name, Object.keys(commands));
  return new ConfigError([`Unknown command ${name}.${near || ' zero-mcp help lists them.'}`]);
}

/** Says what is in force, then serves. */
async function start(config: LoadedConfig): Promise<void> {
  requireToken(config);
  const { token } = config;
  const keychain = createKeychain();
  if (token?.kind === 'env') keychain.learn(token.value);
  const log = createLog(config.logLevel, { scrub: keychain.scrub });
  const shown = config.settings.map(({ name, value, source }) => [
    name,
    source === 'default' ? value : `${value}(${source})`,
  ]);
  log.info(`zero-mcp ${version()}`, Object.fromEntries(shown));
  if (config.mode === 'unattended') {
    log.warn('UNATTENDED: changes, applies and deletions are made without asking anyone.');
  }
  const { serve } = await import('./cli/serve.js');
  await serve(config, log, keychain);
}

/** A reader that has seen enough (`| head`) is no error. */
function print(text: string): void {
  process.stdout.on('error', () => {}).write(text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof ConfigError;
  const lines = isUsage ? error.problems : [error instanceof Error ? error.message : String(error)];
  process.exitCode = isUsage ? USAGE_ERROR : 1;
  process.stderr.write(lines.map((line) => `zero-mcp: ${printable(line)}\n`).join(''));
});
