/** Where a local cloud stands in for AWS: one region of one account. */
export interface Location {
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
}

const DEFAULT_LOCATION: Location = { region: 'us-east-1', account: '000000000000' };

/**
 * `regionRegex` of the partition `aws` in botocore's `partitions.json`: ARNs of other partitions begin
 * otherwise.
 */
const REGION = /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/;
const ACCOUNT = /^\d{12}$/;

/**
 * The wanted location; by default the one of the saved state, then `us-east-1` of account `000000000000`.
 *
 * @throws Error if there is no such region or account, or if the saved state belongs to another one
 */
export function chooseLocation(wanted: Partial<Location>, saved: Location | undefined): Location {
  const { region, account } = {
    region: wanted.region ?? saved?.region ?? DEFAULT_LOCATION.region,
    account: wanted.account ?? saved?.account ?? DEFAULT_LOCATION.account,
  };
  if (!REGION.test(region)) {
    throw new Error(
      `the region must be one of the partition aws, such as eu-west-1, got '${region}': the local cloud serves no other partition`,
    );
  }
  if (!ACCOUNT.test(account)) throw new Error(`the account must have 12 digits, got '${account}'`);
  if (saved && (saved.region !== region || saved.account !== account)) {
    throw new Error(
      `the data folder holds account ${saved.account} in ${saved.region}, not account ${account} in ${region}: resources cannot move; name another data folder`,
    );
  }
  return { region, account };
}
