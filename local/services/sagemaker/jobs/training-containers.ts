import type { ContainerProcess } from '../../../containers/container-process';
import {
  startTrainingContainer,
  type TrainingContainerOptions,
} from '../../../containers/training-container';
import type { PythonRuntime } from '../python-runtime';

/** Starts a container of a prepared image. */
export type StartTraining = (
  options: Omit<TrainingContainerOptions, 'python' | 'standIn'>,
) => Pick<ContainerProcess, 'exited' | 'kill'>;

/** What runs the containers of training jobs. */
export interface TrainingContainers {
  /** Gets ready for containers of an image. @param onLog receives each line for the job's log */
  prepare(image: string, onLog: (line: string) => void): Promise<StartTraining>;
}

/** A Python process for each container. */
export function trainingProcesses(runtime: PythonRuntime): TrainingContainers {
  return {
    async prepare(image, onLog) {
      const prepared = await runtime.prepare(image, onLog);
      return (options) => startTrainingContainer({ ...options, ...prepared });
    },
  };
}
