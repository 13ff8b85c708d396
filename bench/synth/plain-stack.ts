import { App, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Dashboard, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { assetPath } from '../../lib/runtime/asset-path';

/** Resources of a template by type. */
export type ResourceCounts = Readonly<Record<string, number>>;

const STATEMENTS_A_ROLE = 4;
const VARIABLES_A_FUNCTION = 9;

/**
 * An app of constructs of the CDK alone, with so many resources of each type, and the same code of functions.
 */
export function plainApp(counts: ResourceCounts): void {
  const env = { account: '111111111111', region: 'eu-central-1' };
  const stack = new Stack(new App(), 'Plain', { env });
  const others = { ...counts };
  /** Makes as many as the template has of the type. */
  const times = <Made>(type: string, make: (id: string, index: number) => Made): Made[] => {
    const count = others[type] ?? 0;
    delete others[type];
    const name = type.replaceAll(':', '');
    return Array.from({ length: count }, (_, index) => make(`${name}${index}`, index));
  };
  const withPolicy = others['AWS::IAM::Policy'] ?? 0;
  delete others['AWS::IAM::Policy'];
  const roles = times('AWS::IAM::Role', (id, index) => role(stack, id, index < withPolicy));
  const groups = times('AWS::Logs::LogGroup', (id) => new LogGroup(stack, id));
  const functions = times('AWS::Lambda::Function', (id, index) => {
    const code = Code.fromAsset(assetPath(index === 0 ? 'inference' : 'functions'));
    return new LambdaFunction(stack, id, {
      code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      role: roles[index % roles.length],
      logGroup: groups[index % groups.length],
      environment: Object.fromEntries(
        Array.from({ length: VARIABLES_A_FUNCTION }, (_, each) => [
          `NAME_${each}`,
          `${stack.stackId}/${each}`,
        ]),
      ),
    });
  });
  const functionOf = (index: number) => functions[index % functions.length] as LambdaFunction;
  times('AWS::Lambda::Permission', (id, index) =>
    functionOf(index).addPermission(id, { principal: new ServicePrincipal('events.amazonaws.com') }),
  );
  times('AWS::Lambda::EventInvokeConfig', (_, index) =>
    functionOf(index).configureAsyncInvoke({ retryAttempts: 1 }),
  );
  times('AWS::Events::Rule', (id) => new Rule(stack, id, { eventPattern: { source: ['aws.sagemaker'] } }));
  times('AWS::StepFunctions::StateMachine', (id, index) => {
    const definitionBody = DefinitionBody.fromChainable(new Pass(stack, `${id}Pass`));
    return new StateMachine(stack, id, { definitionBody, role: roles[index % roles.length] });
  });
  const metric = new Metric({ namespace: 'Plain', metricName: 'Errors', period: Duration.minutes(5) });
  times(
    'AWS::CloudWatch::Alarm',
    (id) => new Alarm(stack, id, { metric, threshold: 1, evaluationPeriods: 1 }),
  );
  times('AWS::S3::Bucket', (id) => new Bucket(stack, id, { enforceSSL: true }));
  times('AWS::SNS::Topic', (id) => new Topic(stack, id, { enforceSSL: true }));
  times('AWS::SQS::Queue', (id) => new Queue(stack, id, { enforceSSL: true }));
  times('AWS::SSM::Parameter', (id) => new StringParameter(stack, id, { stringValue: id }));
  times('AWS::CloudWatch::Dashboard', (id) => new Dashboard(stack, id));
  times('AWS::Lambda::Version', (_, index) => functionOf(index).currentVersion);
  times('AWS::Lambda::Alias', (_, index) => functionOf(index).currentVersion.addAlias('live'));
  times('AWS::Lambda::EventSourceMapping', (id, index) =>
    functionOf(index).addEventSourceMapping(id, {
      eventSourceArn: `arn:aws:sqs:eu-central-1:111111111111:${id}`,
    }),
  );
  // The policies of a bucket, a topic and a queue come with them.
  for (const type of Object.keys(others).filter((each) => !/(Bucket|Topic|Queue)Policy$/.test(each))) {
    times(type, (id) => new CfnResource(stack, id, { type }));
  }
}

function role(stack: Stack, id: string, hasPolicy: boolean): Role {
  const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
  const statements = Array.from(
    { length: STATEMENTS_A_ROLE },
    (_, index) =>
      new PolicyStatement({ actions: [`s3:Get${index}`], resources: [`${stack.stackId}/${id}/${index}`] }),
  );
  const inline = { Policy: new PolicyDocument({ statements }) };
  const made = new Role(stack, id, { assumedBy, inlinePolicies: hasPolicy ? undefined : inline });
  if (hasPolicy) for (const statement of statements) made.addToPolicy(statement);
  return made;
}
