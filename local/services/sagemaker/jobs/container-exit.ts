import type { ContainerExit, ContainerProcess } from '../../../containers/container-process';

/** Waits until a job's container has ended; the signal ends it early. */
export async function containerExit(
  container: Pick<ContainerProcess, 'exited' | 'kill'>,
  signal: AbortSignal,
): Promise<ContainerExit> {
  const kill = () => container.kill();
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  try {
    return await container.exited;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
