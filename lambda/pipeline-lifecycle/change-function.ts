import type { LiveAlias } from '../aws/live-alias';
import type { RoutingStore } from '../aws/routing-store';

export interface ChangeFunctionProps {
  /** ARN of the version of the function that this deploy published, or that it left as it was. */
  readonly deployed: string;
  /** The same of the deploy before; undefined if no function served then. */
  readonly former: string | undefined;
  readonly routing: RoutingStore;
  readonly alias: LiveAlias;
}

/**
 * Takes the function's version of a deploy over: at once where nothing is in production, or where the
 * function is another one, whose requests nobody can shift. Otherwise it is for a release to do.
 *
 * @returns whether a release has to
 */
export async function changeFunction(props: ChangeFunctionProps): Promise<boolean> {
  const { deployed, former, routing, alias } = props;
  if (deployed === former) return false;
  const { functionName, version } = parseVersion(deployed);
  const isSame = former !== undefined && parseVersion(former).functionName === functionName;
  if (!isSame) {
    await routing.change(({ production, ...live }) => ({
      ...live,
      ...(production && { production: { ...production, functionVersion: version } }),
    }));
  }
  await alias.follow(routing, version);
  return isSame;
}

function parseVersion(arn: string): { functionName: string; version: string } {
  const [, functionName, version] = /:function:([^:]+):([0-9]+)$/.exec(arn) ?? [];
  if (functionName !== undefined && version !== undefined) return { functionName, version };
  throw new Error(`'${arn}' is not a version of a function`);
}
