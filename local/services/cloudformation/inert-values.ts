import { createHash } from 'node:crypto';

/**
 * How ids of EC2 begin, by the attribute or property that holds them.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
 */
const ID_PREFIXES: Readonly<Record<string, string>> = {
  AllocationId: 'eipalloc',
  CidrBlockAssociations: 'vpc-cidr-assoc',
  DefaultNetworkAcl: 'acl',
  DefaultSecurityGroup: 'sg',
  DhcpOptionsId: 'dopt',
  EniId: 'eni',
  GroupId: 'sg',
  InstanceId: 'i',
  InternetGatewayId: 'igw',
  LaunchTemplateId: 'lt',
  NatGatewayId: 'nat',
  NetworkAclAssociationId: 'aclassoc',
  NetworkAclId: 'acl',
  NetworkInterfaceIds: 'eni',
  RouteTableId: 'rtb',
  SubnetId: 'subnet',
  TransitGatewayId: 'tgw',
  VolumeId: 'vol',
  VpcId: 'vpc',
};

/** Of attributes that are just called `Id`, by resource type. */
const TYPE_PREFIXES: Readonly<Record<string, string>> = {
  'AWS::EC2::FlowLog': 'fl',
  'AWS::EC2::NetworkAcl': 'acl',
  'AWS::EC2::NetworkInterface': 'eni',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::SecurityGroupEgress': 'sgr',
  'AWS::EC2::SecurityGroupIngress': 'sgr',
  'AWS::EC2::SubnetRouteTableAssociation': 'rtbassoc',
  'AWS::EC2::VPCEndpoint': 'vpce',
  'AWS::EC2::VPCPeeringConnection': 'pcx',
};

const HEX_DIGITS = 17;
/** Blocks that RFC 5737 sets aside for documentation. */
const ADDRESS_BLOCKS = ['192.0.2', '198.51.100', '203.0.113'];

/**
 * A value for an attribute of a resource that does not exist: in the form that AWS gives it where that is
 * known, and leading nowhere.
 *
 * @param seed the same seed gives the same value
 */
export function inertValue(
  resourceType: string,
  attribute: string,
  valueType: string,
  seed: string,
): unknown {
  switch (valueType) {
    case 'string':
      return text(resourceType, attribute, seed);
    case 'array':
      // A VPC or subnet without IPv6 has none.
      return /Ipv6/.test(attribute) ? [] : [text(resourceType, attribute, seed)];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return 0;
    default:
      return {};
  }
}

function text(resourceType: string, attribute: string, seed: string): string {
  const name = attribute.split('.').pop() as string;
  const hash = createHash('sha256').update(`${resourceType} ${seed}`).digest();
  const hex = hash.toString('hex').slice(0, HEX_DIGITS);
  const prefix = name === 'Id' ? TYPE_PREFIXES[resourceType] : ID_PREFIXES[name];
  if (prefix) return `${prefix}-${hex}`;
  if (/PublicIp|IpAddress|^Ip$/.test(name)) return `${ADDRESS_BLOCKS[(hash[0] ?? 0) % 3]}.${hash[1] || 1}`;
  // RFC 2606 keeps `.invalid` from ever resolving. A DNS entry of an endpoint is `<hosted zone>:<name>`.
  if (name === 'DnsEntries') return `Z${hex.toUpperCase()}:${hex}.invalid`;
  if (/Address|Domain|DNS|Dns|Endpoint|Host|Ur[il]$/.test(name)) return `${hex}.invalid`;
  if (name.endsWith('AvailabilityZoneId')) return 'use1-az1';
  return `inert-${name.toLowerCase()}-${hex}`;
}
