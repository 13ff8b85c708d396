import {
  DeleteFunctionCommand,
  type LambdaClient,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { collect } from '../aws/pipeline-resources';

/**
 * Requests may be on their way to the one that served before; a deployment that is rolled back returns to the
 * previous one.
 */
const KEPT_OLDER = 2;

/** The published versions of the function that serves. */
export class FunctionVersions {
  constructor(
    private readonly client: LambdaClient,
    private readonly functionName: string,
  ) {}

  /**
   * Removes those that are older than one, but for the newest of them. What an alias of somebody else still
   * uses, stays.
   *
   * @returns their qualified names
   */
  async removeBefore(version: string): Promise<string[]> {
    const older = (await this.numbers()).filter((each) => each < Number(version)).sort((a, b) => a - b);
    const removed: string[] = [];
    for (const each of older.slice(0, -KEPT_OLDER)) {
      if (await this.remove(String(each))) removed.push(`${this.functionName}:${each}`);
    }
    return removed;
  }

  /** Without `$LATEST`. */
  private async numbers(): Promise<number[]> {
    const pages = paginateListVersionsByFunction(
      { client: this.client },
      { FunctionName: this.functionName },
    );
    const versions = await collect(pages, ({ Versions = [] }) => Versions.map(({ Version }) => Version));
    return versions.map(Number).filter(Number.isInteger);
  }

  private async remove(Qualifier: string): Promise<boolean> {
    try {
      await this.client.send(new DeleteFunctionCommand({ FunctionName: this.functionName, Qualifier }));
      return true;
    } catch (error) {
      if ((error as Error).name === 'ResourceConflictException') return false;
      throw error;
    }
  }
}
