import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
  TooManyUpdates,
} from '@aws-sdk/client-ssm';
import { formatRouting, parseRouting, type RoutingDocument } from '../domain/release/routing';

/** How a {@link RoutingStore} waits before it writes again. */
export interface RoutingWaits {
  readonly pause: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Where the routing document is kept: one SSM parameter. */
export class RoutingStore {
  constructor(
    private readonly client: SSMClient,
    private readonly parameterName: string,
    private readonly waits: RoutingWaits = { pause: sleep, random: Math.random },
  ) {}

  /** @throws Error if there is no routing document, or if it is not valid */
  async read(): Promise<RoutingDocument> {
    return (await this.get()).document;
  }

  /** The document's text, whether or not it is valid; undefined if there is none. */
  async tryReadText(): Promise<string | undefined> {
    try {
      const { Parameter } = await this.client.send(new GetParameterCommand({ Name: this.parameterName }));
      return Parameter?.Value ?? '';
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  }

  /**
   * Reads the document, and writes what it is to become. What somebody else writes at the same time is not
   * lost: the Parameter Store numbers its versions, so that this is noticed, and then theirs is changed.
   *
   * @param change gives the new document; if it throws, the document stays as it was
   * @throws Error if there is no document, or if the new one is not valid
   */
  async change(change: (document: RoutingDocument) => RoutingDocument): Promise<void> {
    const before = await this.get();
    let version = before.version;
    let written = await this.put(change(before.document), true);
    while (written !== version + 1) {
      const { document } = await this.get(written - 1);
      version = written;
      let changed: RoutingDocument;
      try {
        changed = change(document);
      } catch (error) {
        await this.put(document, true);
        throw error;
      }
      written = await this.put(changed, true);
    }
  }

  /**
   * Writes the document in the place of the one before.
   *
   * @throws Error if it is not valid
   */
  async write(document: RoutingDocument): Promise<void> {
    await this.put(document, true);
  }

  /** Writes the document only if there is none. @returns whether it was written */
  async create(document: RoutingDocument): Promise<boolean> {
    try {
      await this.put(document, false);
      return true;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return false;
      throw error;
    }
  }

  /** Deletes the document; that there is none is no error. */
  async remove(): Promise<void> {
    try {
      await this.client.send(new DeleteParameterCommand({ Name: this.parameterName }));
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
    }
  }

  private async get(version?: number): Promise<{ document: RoutingDocument; version: number }> {
    const name = this.parameterName;
    try {
      const { Parameter } = await this.client.send(
        new GetParameterCommand({ Name: version === undefined ? name : `${name}:${version}` }),
      );
      return { document: parseRouting(Parameter?.Value ?? ''), version: Parameter?.Version ?? 0 };
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
      throw new Error(`there is no routing document ${name}: model-pipeline repair rebuilds it`, {
        cause: error,
      });
    }
  }

  /**
   * Writes the document, again if another update of the parameter is in progress. The SDK does not retry
   * that: `TooManyUpdates` is not among the codes of @smithy/core's `THROTTLING_ERROR_CODES`, and the service
   * model of SSM does not mark it as retryable (@aws-sdk/client-ssm, schemas_0).
   *
   * @returns the version that it has now
   */
  private async put(document: RoutingDocument, Overwrite: boolean): Promise<number> {
    const command = new PutParameterCommand({
      Name: this.parameterName,
      Type: 'String',
      Value: formatRouting(document),
      Overwrite,
    });
    for (let attempt = 1; ; attempt++) {
      try {
        const { Version = 0 } = await this.client.send(command);
        return Version;
      } catch (error) {
        if (!(error instanceof TooManyUpdates) || attempt === MOST_ATTEMPTS) throw error;
        await this.waits.pause(this.waits.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt));
      }
    }
  }
}

/** All pauses together are 18 seconds at most: functions that write the document have a minute. */
const MOST_ATTEMPTS = 9;
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5_000;
