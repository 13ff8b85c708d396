import type { LedgerEntry } from '../../lambda/domain/ledger';
import type { ProductionRoute } from '../../lambda/domain/routing';
import { SAMPLE } from './in-process-models';
import type { Execution, RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

/** What always holds when nothing is under way. */
export class Promises {
  /** Ledger entries by number of which people were told. */
  private readonly told = new Set<number>();

  private constructor(
    private readonly pipeline: RehearsedPipeline,
    /** Releases that were before. */
    private readonly earlier: ReadonlySet<string>,
  ) {}

  static async begin(pipeline: RehearsedPipeline): Promise<Promises> {
    const earlier = await pipeline.executions(pipeline.resources.releaseStateMachine);
    return new Promises(pipeline, new Set(earlier.map(({ executionArn }) => executionArn)));
  }

  /** The promises that are broken, each in words. */
  async broken(): Promise<string[]> {
    const { production, candidate } = await this.pipeline.routing();
    const ledger = await this.pipeline.ledger();
    for (const alert of await this.pipeline.newAlerts()) {
      const [, sequence] = /Ledger entry: (\d+)/.exec(alert) ?? [];
      if (sequence) this.told.add(Number(sequence));
    }
    return [
      ...(candidate ? [`${candidate.modelVersion} is still a candidate`] : []),
      ...(production ? await this.oneChampion(production) : await this.nothingServes()),
      ...agreement(production, ledger),
      ...ledger
        .filter(({ sequence }) => !this.told.has(sequence))
        .map(({ sequence, kind }) => `nobody was told of entry ${sequence}, a ${kind}`),
      ...(await this.everyEndIsRecorded(ledger)),
      ...this.failedRequests(),
    ];
  }

  private failedRequests(): string[] {
    const failures = this.pipeline.customers.failures.splice(0);
    return failures.length > 0 ? [`${failures.length} requests failed: ${failures[0]}`] : [];
  }

  private async oneChampion(production: ProductionRoute): Promise<string[]> {
    const { serverlessFunction } = this.pipeline.resources;
    const { endpoints, configs, models } = await this.pipeline.sageMakerResources();
    const scaled = await this.pipeline.scalableTargets();
    const { variant, endpointConfigName, modelName } = production;
    const ofEndpoint = (name: string) => (serverlessFunction ? [] : [name]);
    return [
      ...difference('endpoints', endpoints, ofEndpoint(PIPELINE)),
      ...difference('endpoint configs', configs, ofEndpoint(endpointConfigName ?? 'none')),
      ...difference('models', models, [modelName]),
      ...difference('what scales', scaled, ofEndpoint(`endpoint/${PIPELINE}/variant/${variant}`)),
      ...(serverlessFunction ? await this.functionAnswers(serverlessFunction, production) : []),
      ...(endpoints.includes(PIPELINE) ? await this.endpointServes(production) : []),
    ];
  }

  private async endpointServes({ modelVersion, variant, endpointConfigName }: ProductionRoute) {
    const endpoint = await this.pipeline.call('sagemaker', 'DescribeEndpoint', { EndpointName: PIPELINE });
    const serving = (endpoint.ProductionVariants ?? []).map(
      ({ VariantName, CurrentWeight }: { VariantName: string; CurrentWeight: number }) =>
        `${VariantName} at ${CurrentWeight}`,
    );
    return [
      ...difference('the endpoint status', [endpoint.EndpointStatus], ['InService']),
      ...difference(
        'the config of the endpoint',
        [endpoint.EndpointConfigName],
        [endpointConfigName ?? 'none'],
      ),
      ...difference(`variants (${modelVersion} in production)`, serving, [`${variant} at 1`]),
    ];
  }

  private async functionAnswers(name: string, { modelVersion, variant, functionVersion }: ProductionRoute) {
    const [FunctionName, Name] = name.split(':');
    const alias = await this.pipeline.call('lambda', 'GetAlias', { FunctionName, Name });
    const shares = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
    const { errorMessage, ...answer } = await this.pipeline.invoke(name, {
      rows: [SAMPLE.split(',').map(Number)],
    });
    const who = errorMessage ?? `${answer.modelVersion} as ${answer.variant}`;
    return [
      ...difference(
        'versions of the function',
        [alias.FunctionVersion, ...shares.map(([version, share]) => `${version} at ${share}`)],
        [functionVersion ?? 'none'],
      ),
      ...difference('who answers', [who], [`${modelVersion} as ${variant}`]),
    ];
  }

  private async nothingServes(): Promise<string[]> {
    const scaled = await this.pipeline.scalableTargets();
    const resources = { ...(await this.pipeline.sageMakerResources()), scaled };
    return Object.entries(resources).flatMap(([kind, names]) =>
      difference(`${kind} without production`, names, []),
    );
  }

  /** A release has an entry, of its own or of the workflow that undid it; one that was stopped before its plan may have none. */
  private async everyEndIsRecorded(ledger: readonly LedgerEntry[]): Promise<string[]> {
    const executions = await this.pipeline.executions(this.pipeline.resources.releaseStateMachine);
    const ours = executions.filter(({ executionArn }) => !this.earlier.has(executionArn));
    const problems = await Promise.all(ours.map((execution) => this.recorded(execution, ledger)));
    return problems.flat();
  }

  private async recorded({ executionArn, name, status }: Execution, ledger: readonly LedgerEntry[]) {
    const own = ledger.filter((entry) => entry.execution === executionArn);
    const undone = ledger.filter(
      ({ kind, reasons }) => kind === 'rollback' && reasons.some((why) => why.includes(name)),
    );
    const entries = [...own, ...undone].length;
    if (entries > 1) return [`release ${name} has ${entries} entries`];
    if (entries === 1) return [];
    if (status === 'SUCCEEDED') return [`release ${name} ended without an entry`];
    const { error } = await this.pipeline.call('states', 'DescribeExecution', { executionArn });
    if (status === 'FAILED') return [`release ${name}, FAILED with ${error}, has no entry`];
    const { events } = await this.pipeline.call('states', 'GetExecutionHistory', {
      executionArn,
      maxResults: 1000,
    });
    const wasPlanned = events.some(
      (event: { stateEnteredEventDetails?: { name: string } }) =>
        event.stateEnteredEventDetails?.name === 'HasChampion',
    );
    return wasPlanned ? [`release ${name}, ${status} with ${error}, has no entry`] : [];
  }
}

/** The routing document and the ledger tell the same of what is in production. */
function agreement(production: ProductionRoute | undefined, ledger: readonly LedgerEntry[]): string[] {
  const numbers = ledger.map(({ sequence }) => sequence);
  const released = ledger.findLast(({ kind }) => kind === 'release');
  return [
    ...difference(
      'numbers in the ledger',
      numbers.map(String),
      numbers.map((_, index) => String(index + 1)),
    ),
    ...difference(
      'production in the ledger',
      released ? [`${released.modelVersion} by ${released.sequence}`] : [],
      production ? [`${production.modelVersion} by ${production.ledgerSequence}`] : [],
    ),
  ];
}

function difference(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const [is, should] = [found, expected].map((names) => names.join(', ') || 'none');
  return is === should ? [] : [`${what}: ${is}, and not ${should}`];
}
