import { ToolError } from '../errors.js';

/** Runs something with one signal for both the caller's wish and the time limit, and lets go of both when it ends. */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = () => controller.abort(new ToolError('cancelled', 'The call was cancelled.'));
  const expire = () =>
    controller.abort(
      new ToolError('timeout', `The API did not answer in time (${timeoutMs / 1000} s for the whole call).`),
    );
  const timer = setTimeout(expire, timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

/** The error of a call that its signal ended. */
export function interruption(signal: AbortSignal, maybeSent: boolean): ToolError {
  const reason: unknown = signal.reason;
  return reason instanceof ToolError
    ? new ToolError(reason.kind, reason.message, { maybeSent })
    : new ToolError('cancelled', 'The call was cancelled.', { maybeSent });
}

/** Waits for something that others wait for too: the signal ends this waiting, not the work. */
export function waitFor<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(interruption(signal, false));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
