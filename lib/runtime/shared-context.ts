import { Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { IModelPipeline } from '../model-pipeline-base';
import { contextOfPart } from '../platform/part-props';
import { type PlatformProps, resolvePlatform } from '../platform/platform';
import type { FunctionContext, PartContext } from './part-context';
import { Validation } from './validation';

const CONTEXTS = new WeakMap<IConstruct, PartContext>();
const IMAGES = new WeakMap<IConstruct, string>();

/**
 * Lets parts that are added to a pipeline have its network, key, logs, topic and queue of failures.
 *
 * @param image that serves new versions
 */
export function shareContext(pipeline: IModelPipeline, context: PartContext, image: string): void {
  CONTEXTS.set(pipeline, context);
  IMAGES.set(pipeline, image);
}

/** The image that serves new versions of a pipeline of this app; undefined of an imported one. */
export function servingImageOf(pipeline: IModelPipeline): string | undefined {
  return IMAGES.get(pipeline);
}

/**
 * What a part of a pipeline needs: that of the pipeline if this app deploys it; of an imported one its bucket
 * and topic, and the platform as the props describe it.
 *
 * @throws Error if a pipeline of this app has a platform, and props describe another one
 */
export function contextOfPartOf(
  scope: Construct,
  pipeline: IModelPipeline,
  props: PlatformProps,
): PartContext {
  const shared = sharedContext(scope, pipeline, props);
  return shared ?? contextOfPart(scope, pipeline, { ...platformIn(props), topic: pipeline.topic });
}

/** As {@link contextOfPartOf}, of a part that has no failures to report beside those of its functions. */
export function functionContextOfPartOf(
  scope: Construct,
  pipeline: IModelPipeline,
  props: PlatformProps,
): FunctionContext {
  const { pipelineName, bucket } = pipeline;
  const shared = sharedContext(scope, pipeline, props);
  return shared ?? { pipelineName, bucket, platform: resolvePlatform(scope, platformIn(props)) };
}

function platformIn(props: PlatformProps): PlatformProps {
  const { vpc, vpcSubnets, securityGroups, encryptionKey, logRetention, systemLogLevel, tracing } = props;
  return { vpc, vpcSubnets, securityGroups, encryptionKey, logRetention, systemLogLevel, tracing };
}

function sharedContext(
  scope: Construct,
  pipeline: IModelPipeline,
  props: PlatformProps,
): PartContext | undefined {
  const shared = CONTEXTS.get(pipeline);
  if (!shared) return undefined;
  const given = Object.entries(platformIn(props)).filter(
    ([, value]) => value !== undefined && !Token.isUnresolved(value),
  );
  if (given.length > 0) {
    new Validation(scope)
      .add(
        `${given.map(([name]) => name).join(', ')} of the pipeline ${pipeline.node.path} hold here, too: leave out what describes another platform`,
      )
      .finish();
  }
  return shared;
}
