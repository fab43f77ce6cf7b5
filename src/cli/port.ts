import { ConfigError } from '../config.js';

/** The value of a `--port`. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new ConfigError(['--port: expected a port number, 0 for any free one.']);
  return port;
}
