import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { formatRouting, parseRouting, type RoutingDocument } from '../domain/routing';

/** Where the routing document is kept: one SSM parameter. */
export class RoutingStore {
  constructor(
    private readonly client: SSMClient,
    private readonly parameterName: string,
  ) {}

  /** @throws Error if there is no routing document, or if it is not valid */
  async read(): Promise<RoutingDocument> {
    const name = this.parameterName;
    try {
      const { Parameter } = await this.client.send(new GetParameterCommand({ Name: name }));
      return parseRouting(Parameter?.Value ?? '');
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
      throw new Error(`there is no routing document ${name}: deploy the pipeline's stack, which writes it`, {
        cause: error,
      });
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

  private async put(document: RoutingDocument, Overwrite: boolean): Promise<void> {
    await this.client.send(
      new PutParameterCommand({
        Name: this.parameterName,
        Type: 'String',
        Value: formatRouting(document),
        Overwrite,
      }),
    );
  }
}
