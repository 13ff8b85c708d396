import type { ProductionRoute } from '../../contracts/routing';
import type { LedgerEntry } from '../../lambda/domain/records/ledger';
import { SAMPLE } from './in-process-models';
import { NEIGHBOUR, stateOfNeighbour } from './neighbour';
import type { RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

/** What always holds when nothing is in progress. */
export class Promises {
  /** How often people were notified of ledger entries, by number. */
  private readonly told = new Map<number, number>();

  private constructor(
    private readonly pipeline: RehearsedPipeline,
    /** Releases and retrainings that were before. */
    private readonly earlier: ReadonlySet<string>,
    /** Whether answers may be lost, after which the SDK publishes once more. */
    private readonly losesAnswers: boolean,
    /** What somebody else's endpoint was when nothing had begun. */
    private readonly neighbour: string,
  ) {}

  static async begin(pipeline: RehearsedPipeline, losesAnswers = false): Promise<Promises> {
    const { releaseStateMachine, retrainingStateMachine } = pipeline.resources;
    const earlier = [releaseStateMachine, retrainingStateMachine].map((machine) =>
      pipeline.executions(machine),
    );
    const arns = new Set((await Promise.all(earlier)).flat().map(({ executionArn }) => executionArn));
    return new Promises(pipeline, arns, losesAnswers, await stateOfNeighbour(pipeline));
  }

  /** The promises that are broken, each in words. */
  async broken(): Promise<string[]> {
    const { production, candidate } = await this.pipeline.routing();
    const ledger = this.pipeline.lost.withEntries(await this.pipeline.ledger());
    for (const alert of await this.pipeline.newAlerts()) {
      const [, sequence] = /Ledger entry: (\d+)/.exec(alert) ?? [];
      if (sequence) this.told.set(Number(sequence), 1 + (this.told.get(Number(sequence)) ?? 0));
    }
    return [
      ...(candidate ? [`${candidate.modelVersion} is still a candidate`] : []),
      ...(production ? await this.oneChampion(production) : await this.nothingServes()),
      ...agreement(production, ledger),
      ...ledger.flatMap((entry) => this.wasToldOnce(entry)),
      ...(await this.everyEndIsRecorded(ledger)),
      ...(await this.everyRetrainingIsRecorded(ledger)),
      ...this.failedRequests(),
      ...(await this.pipeline.deployments.problems()),
      ...difference(`the endpoint ${NEIGHBOUR}`, [await stateOfNeighbour(this.pipeline)], [this.neighbour]),
    ];
  }

  private wasToldOnce({ sequence, kind }: LedgerEntry): string[] {
    const times = this.told.get(sequence) ?? 0;
    if (times === 0) return [`nobody was notified of entry ${sequence}, a ${kind}`];
    if (times === 1 || this.losesAnswers) return [];
    return [`people were notified ${times} times of entry ${sequence}, a ${kind}`];
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

  /** A release has one entry, of its own or of the workflow that undid it. */
  private async everyEndIsRecorded(ledger: readonly LedgerEntry[]): Promise<string[]> {
    const executions = await this.pipeline.executions(this.pipeline.resources.releaseStateMachine);
    return executions
      .filter(({ executionArn }) => !this.earlier.has(executionArn))
      .flatMap(({ executionArn, name, status }) => {
        const entries = ledger.filter(({ execution, release }) => (release ?? execution) === executionArn);
        return entries.length === 1 ? [] : [`release ${name}, ${status}, has ${entries.length} entries`];
      });
  }

  /** A retraining has one entry, unless its release has one. */
  private async everyRetrainingIsRecorded(ledger: readonly LedgerEntry[]): Promise<string[]> {
    const executions = await this.pipeline.executions(this.pipeline.resources.retrainingStateMachine);
    const problems: string[] = [];
    for (const { executionArn, name, status } of executions) {
      if (this.earlier.has(executionArn)) continue;
      const { output = '{}' } = await this.pipeline.call('states', 'DescribeExecution', { executionArn });
      const expected = RELEASED.includes(JSON.parse(output).outcome) ? 0 : 1;
      const entries = ledger.filter(({ execution }) => execution === executionArn);
      if (entries.length === expected) continue;
      problems.push(`retraining ${name}, ${status}, has ${entries.length} entries, and not ${expected}`);
    }
    return problems;
  }
}

/** How a retraining ends whose release has the entry. */
const RELEASED = ['promoted', 'rolled-back', 'release-failed'];

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
