import { Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { IModelPipeline } from '../model-pipeline-base';
import { contextOfPart } from '../platform/part-props';
import type { PlatformProps } from '../platform/platform';
import type { PartContext } from './part-context';
import { Validation } from './validation';

const CONTEXTS = new WeakMap<IConstruct, PartContext>();

/** Lets parts that are added to a pipeline have its network, key, logs, topic and queue of failures. */
export function shareContext(pipeline: IModelPipeline, context: PartContext): void {
  CONTEXTS.set(pipeline, context);
}

/**
 * What a part of a pipeline needs: that of the pipeline if this app deploys it; of an imported one its bucket and
 * topic, and the platform as the props describe it.
 *
 * @throws Error if a pipeline of this app has a platform, and props describe another one
 */
export function contextOfPartOf(
  scope: Construct,
  pipeline: IModelPipeline,
  props: PlatformProps,
): PartContext {
  const { vpc, vpcSubnets, securityGroups, encryptionKey, logRetention, systemLogLevel, tracing } = props;
  const platform = { vpc, vpcSubnets, securityGroups, encryptionKey, logRetention, systemLogLevel, tracing };
  const shared = CONTEXTS.get(pipeline);
  if (!shared) return contextOfPart(scope, pipeline, { ...platform, topic: pipeline.topic });
  const given = Object.entries(platform).filter(
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
