import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import { CaptureRecorder } from '../../../lambda/inference/capture-recorder';
import { InferenceMetrics } from '../../../lambda/inference/inference-metrics';
import { LiveRouting } from '../../../lambda/inference/live-routing';
import { LoadedModels } from '../../../lambda/inference/loaded-models';
import { RegisteredModels } from '../../../lambda/inference/registered-models';
import { type InferProps, infer as inferAs } from '../../../lambda/serverless-inference/infer';
import { embeddedMetrics } from '../../../local/services/logs/embedded-metrics';
import { modelArchive } from './stored-model';

/** Answers an event, of the request `request-1` unless the event has another ID. */
export function infer(
  event: unknown,
  { eventId = 'request-1', ...props }: InferProps & { readonly eventId?: string },
): ReturnType<typeof inferAs> {
  return inferAs(event, eventId, props);
}

/** Writes what an instance has taken to be recorded, as it does after each answer. */
export function writeRecords({ recorder }: Pick<InferProps, 'recorder'>): Promise<void> {
  return recorder.flush(new AbortController().signal);
}

/** What instances of the function have around them. */
export class InferenceWorld {
  routing: RoutingDocument = emptyRouting('churn');
  refusesToRead = false;
  now = new Date('2026-11-24T10:00:00Z');
  /** Of the requests that are recorded. */
  percentage = 0;
  /** Archives of models by their keys, and the keys that were read. */
  readonly objects = new Map<string, Uint8Array>();
  readonly reads: string[] = [];
  readonly logged: string[] = [];
  /** Recordings by their keys. */
  readonly recorded = new Map<string, string>();
  store(modelVersion: string, onnx: string): void {
    this.objects.set(`models/${modelVersion}/model.tar.gz`, modelArchive(onnx));
  }

  /** Counted metrics of a name that are above 0. */
  metricsNamed(name: string) {
    return this.logged.flatMap(embeddedMetrics).filter((metric) => metric.name === name && metric.value > 0);
  }

  /** A new instance, which has loaded and read nothing yet. */
  instance(): InferProps {
    const world = this;
    return {
      routing: new LiveRouting({
        routing: {
          read: async () => {
            if (world.refusesToRead) throw new Error('Rate exceeded');
            return world.routing;
          },
        },
        maximumAgeSeconds: 10,
        now: () => world.now,
      }),
      models: new LoadedModels(
        new RegisteredModels({
          uriOf: (key) => `s3://bucket/${key}`,
          // As of a version that was registered before its files were pinned.
          tryReadJson: async () => undefined,
          readBytes: async (key) => {
            world.reads.push(key);
            const content = world.objects.get(key);
            if (!content) throw new Error(`there is no object ${key}`);
            return content;
          },
        }),
      ),
      metrics: new InferenceMetrics({
        pipelineName: 'churn',
        namespace: 'ModelPipeline',
        write: (line) => world.logged.push(line()),
        now: () => world.now,
      }),
      recorder: new CaptureRecorder({
        store: {
          write: async (key, content) => {
            world.recorded.set(key, String(content));
          },
        },
        folder: 'churn-function',
        get percentage() {
          return world.percentage;
        },
        now: () => world.now,
        onFailure: () => {},
      }),
      functionVersion: undefined,
      random: () => 0.5,
      now: () => world.now,
      stopwatch: () => 0,
    };
  }
}
