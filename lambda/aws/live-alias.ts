import { CreateAliasCommand, type LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { type FunctionShares, functionShares } from '../domain/release/function-shares';
import type { RoutingStore } from './routing-store';

/** The settings by which functions know the alias. */
export const liveAliasSettings = z.object({ functionName: z.string(), aliasName: z.string() });

/**
 * The alias under which callers invoke the function that serves: it spreads requests over the function's
 * versions.
 */
export class LiveAlias {
  constructor(
    private readonly client: LambdaClient,
    private readonly settings: z.infer<typeof liveAliasSettings>,
  ) {}

  /**
   * Spreads requests as the routing document says. Who changes the document calls this afterwards: if several
   * do at the same time, the last of them leaves the alias as the document is then.
   *
   * @param otherwise the version that answers all requests while the document knows none in production;
   * without it, the alias stays as it is then
   */
  async follow(routing: Pick<RoutingStore, 'read'>, otherwise?: string): Promise<void> {
    const wanted = async () =>
      functionShares(await routing.read()) ?? (otherwise === undefined ? undefined : { version: otherwise });
    let shares = await wanted();
    for (let given: string | undefined; shares && given !== JSON.stringify(shares); shares = await wanted()) {
      await this.give(shares);
      given = JSON.stringify(shares);
    }
  }

  private async give({ version, additional }: FunctionShares): Promise<void> {
    const alias = {
      FunctionName: this.settings.functionName,
      Name: this.settings.aliasName,
      FunctionVersion: version,
      // Left out, the previous share would stay.
      RoutingConfig: {
        AdditionalVersionWeights: additional ? { [additional.version]: additional.share } : {},
      },
    };
    try {
      await this.client.send(new UpdateAliasCommand(alias));
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      // Somebody has deleted the alias; if it is there, it is the version that is not.
      await this.client.send(new CreateAliasCommand(alias)).catch((refusal: Error) => {
        throw refusal.name === 'ResourceConflictException' ? error : refusal;
      });
    }
  }
}
