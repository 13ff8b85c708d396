import type { MlflowVersion, NamedVersion } from './mlflow-client';

/** What the registry says of a version that comes from MLflow, in characters that it keeps. */
export function mlflowOrigin({ name, version, runId }: MlflowVersion, address: string): string {
  return `mlflow models:/${name}/${version} of ${address}${runId === undefined ? '' : ` run ${runId}`}`;
}

/** The MLflow version that an origin names; undefined if it names another origin. */
export function mlflowVersionIn(
  origin: string | undefined,
): (NamedVersion & { readonly address: string }) | undefined {
  const { name, version, address } =
    /^mlflow models:\/(?<name>.+)\/(?<version>\d+) of (?<address>\S+)/.exec(origin ?? '')?.groups ?? {};
  return name && version && address ? { name, version, address } : undefined;
}
