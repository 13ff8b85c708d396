import { Token } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type IPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { VpcSettings } from '../../contracts/functions/release';
import { Validation } from '../runtime/validation';
import { explainCompliance } from './explained-rules';

export interface NetworkProps {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups?: ISecurityGroup[];
}

/**
 * Most subnets and security groups of a function, and of a job or model: `VpcConfig` in the API references of
 * AWS Lambda and Amazon SageMaker.
 */
const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;

/** Where functions, jobs and endpoints have their network interfaces. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
  private readonly subnetIds: string[];

  /** @throws Error that names every prop that AWS refuses */
  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.vpc = props.vpc;
    this.vpcSubnets = props.vpcSubnets;
    const { subnetIds } = props.vpc.selectSubnets(props.vpcSubnets);
    this.subnetIds = subnetIds;
    new Validation(scope)
      .check(
        subnetIds,
        subnetIds.length >= 1 && subnetIds.length <= MOST_SUBNETS,
        `vpcSubnets must select 1 to ${MOST_SUBNETS} subnets, which is what Lambda and SageMaker take`,
      )
      .check(
        props.securityGroups?.length,
        !props.securityGroups ||
          (props.securityGroups.length >= 1 && props.securityGroups.length <= MOST_SECURITY_GROUPS),
        `securityGroups must be 1 to ${MOST_SECURITY_GROUPS} groups, which is what Lambda and SageMaker take; leave it out for a new one`,
      )
      .finish();
    this.securityGroups = props.securityGroups ?? [this.ownGroup()];
  }

  /**
   * `VpcConfig` of a job or a model.
   *
   * @internal
   */
  _vpcConfig(): VpcSettings {
    return {
      SecurityGroupIds: this.securityGroups.map(({ securityGroupId }) => securityGroupId),
      Subnets: this.subnetIds,
    };
  }

  /** Outbound traffic, and traffic between the machines of one training, which SageMaker asks for. */
  private ownGroup(): ISecurityGroup {
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'Functions, jobs and endpoints of a model pipeline',
    });
    explainCompliance(this, 'EC2RestrictedCommonPorts', 'only members of the group reach each other');
    group.addIngressRule(group, Port.allTraffic(), 'Machines of a distributed training');
    return group;
  }
}

/** A network from props of which only the VPC turns it on. */
export function networkOf(
  scope: Construct,
  { vpc, vpcSubnets, securityGroups }: Partial<NetworkProps>,
): Network | undefined {
  if (vpc) return new Network(scope, 'Network', { vpc, vpcSubnets, securityGroups });
  const given = Object.entries({ vpcSubnets, securityGroups }).filter(
    ([, value]) => value !== undefined && !Token.isUnresolved(value),
  );
  if (given.length > 0) {
    new Validation(scope)
      .add(`${given.map(([name]) => name).join(' and ')} need a vpc: give the VPC that they belong to`)
      .finish();
  }
  return undefined;
}

/**
 * Lets functions of a role have network interfaces.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function allowNetworkOfFunctions(role: IRole): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
}

/**
 * Lets jobs and models of a role have network interfaces.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html for jobs and models with a
 * `VpcConfig`
 */
export function allowNetworkOfJobs(role: IPrincipal): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeVpcs',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
      ],
      resources: ['*'],
    }),
  );
}
