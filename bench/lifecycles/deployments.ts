import type { RehearsedPipeline } from './rehearsed-pipeline';
import { ASSETS, publishStack, type Settings, STACK, type Strategy } from './rehearsed-stack';

const CAPABILITIES = { Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] };

/** Deployments of the stack, one after the other with other settings. */
export class Deployments {
  private readonly templates = new Map<Settings, string>();
  private settings: Settings = 'usual';
  private isRenaming = false;

  constructor(
    private readonly pipeline: RehearsedPipeline,
    private readonly strategy: Strategy,
  ) {}

  /** @throws Error if the stack does not come up */
  async first(): Promise<void> {
    await this.pipeline.call('s3', 'CreateBucket', { Bucket: ASSETS });
    for (const settings of ['usual', 'larger'] as const) {
      this.templates.set(settings, await publishStack(this.pipeline, this.strategy, settings));
    }
    await this.send('CreateStack', this.settings);
    while (await this.isUnderWay()) await this.pipeline.cloud.clock.advance(1_000);
    const status = await this.status();
    if (status === 'CREATE_COMPLETE') return;
    const { StackEvents } = await this.pipeline.call('cloudformation', 'DescribeStackEvents', {
      StackName: STACK,
    });
    throw new Error(`the stack is ${status}: ${JSON.stringify(StackEvents)}`);
  }

  /** Begins the next one, unless one is in progress. */
  async next(): Promise<void> {
    if (await this.isUnderWay()) return;
    this.isRenaming = false;
    const settings = this.settings === 'usual' ? 'larger' : 'usual';
    await this.send('UpdateStack', settings);
    this.settings = settings;
  }

  /** Deploys the stack with another name of the pipeline, unless a deployment is in progress. */
  async rename(): Promise<void> {
    if (await this.isUnderWay()) return;
    if (!this.templates.has('renamed')) {
      this.templates.set('renamed', await publishStack(this.pipeline, this.strategy, 'renamed'));
    }
    await this.send('UpdateStack', 'renamed');
    this.isRenaming = true;
  }

  /** The new name must be refused. */
  async problems(): Promise<string[]> {
    if (!this.isRenaming) return [];
    this.isRenaming = false;
    const status = await this.status();
    return status === 'UPDATE_ROLLBACK_COMPLETE' ? [] : [`another name was deployed: the stack is ${status}`];
  }

  async isUnderWay(): Promise<boolean> {
    return (await this.status()).endsWith('IN_PROGRESS');
  }

  private async send(operation: string, settings: Settings): Promise<void> {
    const TemplateBody = this.templates.get(settings);
    await this.pipeline.call('cloudformation', operation, {
      StackName: STACK,
      TemplateBody,
      ...CAPABILITIES,
    });
  }

  private async status(): Promise<string> {
    const { Stacks } = await this.pipeline.call('cloudformation', 'DescribeStacks', { StackName: STACK });
    return Stacks[0].StackStatus;
  }
}
