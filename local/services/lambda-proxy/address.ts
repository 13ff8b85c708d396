import type { RequestHead } from '../../gateway/gateway';

/** Where requests arrive: below a path, which needs no DNS, or by a host name of its own as on AWS. */
export interface AddressForm {
  /** The id follows. */
  readonly prefix: string;
  /** Host names, of which the first group is the id. */
  readonly host: RegExp;
}

/** A request as what it is addressed to sees it. */
export interface Address {
  readonly id: string;
  readonly domainName: string;
  /** Percent-encoded, without what led there. */
  readonly path: string;
}

export function addressOf({ prefix, host }: AddressForm, { path, headers }: RequestHead): Address {
  const domainName = (headers.host ?? '').replace(/:\d+$/, '');
  const [, byHost] = host.exec(domainName) ?? [];
  if (byHost) return { id: byHost, domainName, path };
  const [id = '', ...segments] = path.slice(prefix.length).split('/');
  return { id, domainName, path: `/${segments.join('/')}` };
}
