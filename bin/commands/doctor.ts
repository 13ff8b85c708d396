import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { differenceOf, findPython, NEWEST_STAND_IN } from 'cdk-local-cloud/containers';
import type { Command } from 'commander';
import colors from 'picocolors';
import { ignoreMissing } from '../../lambda/aws/pipeline-resources';
import { Aws } from '../cli/aws';
import { CliError, explain } from '../cli/cli-error';
import { type InstanceQuota, instanceQuotas } from '../cli/instance-quotas';
import { ledgerProblems } from '../cli/ledger-problems';
import { Output } from '../cli/output';
import { Pipeline } from '../cli/pipeline';
import { recordingProblem } from '../cli/recording-problem';
import { servingProblems } from '../cli/serving-problems';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
}

const LOWEST_NODE = 20;
/** Of each ledger. */
const LEDGER_ENTRIES = 500;
const BOOTSTRAP_VERSION_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check what the CLI, the local cloud and a deployment need')
    .action(async (_options: object, command: Command) => {
      const output = new Output(command.optsWithGlobals<{ json?: boolean }>().json ?? false);
      const account = await credentials();
      const findings = [
        node(),
        await python(),
        account,
        await bootstrap(),
        ...(account.ok ? await pipelines() : []),
      ];
      output.result(findings, () =>
        findings
          .map(
            ({ check, ok, message }) =>
              `${ok ? colors.green('ok  ') : colors.red('fix ')} ${check}: ${message}`,
          )
          .join('\n'),
      );
      const failed = findings.filter(({ ok }) => !ok);
      if (failed.length > 0) throw new CliError(`${failed.length} of ${findings.length} checks failed`);
    });
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const ok = major >= LOWEST_NODE;
  return {
    check: 'Node.js',
    ok,
    message: `${process.versions.node}${ok ? '' : `, but ${LOWEST_NODE} or newer is needed: https://nodejs.org`}`,
  };
}

async function python(): Promise<Finding> {
  const check = 'Python (for training and serving on the local cloud)';
  try {
    const { version } = await findPython();
    return { check, ok: true, message: differenceOf(NEWEST_STAND_IN, version) ?? version };
  } catch (error) {
    return { check, ok: false, message: (error as Error).message };
  }
}

async function credentials(): Promise<Finding> {
  const check = 'AWS credentials';
  try {
    const { Account, Arn } = await new STSClient().send(new GetCallerIdentityCommand({}));
    const where = process.env.AWS_ENDPOINT_URL ? `the local cloud at ${process.env.AWS_ENDPOINT_URL}` : 'AWS';
    return { check, ok: true, message: `${Arn} in account ${Account} of ${where}` };
  } catch (error) {
    return { check, ok: false, message: explain(error as Error) };
  }
}

async function bootstrap(): Promise<Finding> {
  const check = 'CDK bootstrap';
  try {
    const { Parameter } = await new SSMClient().send(
      new GetParameterCommand({ Name: BOOTSTRAP_VERSION_PARAMETER }),
    );
    return { check, ok: true, message: `version ${Parameter?.Value}` };
  } catch (error) {
    const missing = (error as Error).name === 'ParameterNotFound';
    return {
      check,
      ok: false,
      message: missing
        ? 'not done in this account and region; run "npx cdk bootstrap"'
        : explain(error as Error),
    };
  }
}

/**
 * Whether somebody deleted or changed what the pipelines cannot do without: their ledger, routing document
 * and endpoint.
 */
async function pipelines(): Promise<Finding[]> {
  const aws = new Aws();
  const names = await Pipeline.list(aws);
  const found = await Promise.all(names.map((name) => Pipeline.find(aws, name)));
  const findings = found.map(async (pipeline) => {
    const { name } = pipeline;
    return [
      finding(
        `ledger of ${name}`,
        await ledgerProblems(pipeline, LEDGER_ENTRIES),
        'the newest entries are as they were written',
      ),
      finding(
        `routing of ${name}`,
        await servingProblems(aws, pipeline),
        'its document exists, and no other endpoint has its name',
      ),
      ...(await recording(aws, pipeline)),
    ];
  });
  return [...(await Promise.all(findings)).flat(), ...(await quotas(aws, found))];
}

/** Whether the endpoint's requests are monitored. That they are not may be intended. */
async function recording(aws: Aws, { name, resources }: Pipeline): Promise<Finding[]> {
  const { endpoint: EndpointName, bucket } = resources;
  if (EndpointName === undefined) return [];
  const endpoint = await aws.sagemaker
    .send(new DescribeEndpointCommand({ EndpointName }))
    .catch(ignoreMissing);
  if (!endpoint) return [];
  const problem = recordingProblem(endpoint, bucket);
  return [
    {
      check: `recording of ${name}`,
      ok: true,
      message: problem ?? 'the requests of its endpoint are recorded',
    },
  ];
}

/**
 * Whether the account may have the instances that pipelines need. That it is not known is no fault of the
 * deployment.
 */
async function quotas(aws: Aws, found: readonly Pipeline[]): Promise<Finding[]> {
  try {
    return (await instanceQuotas(aws.serviceQuotas, found)).map(quotaFinding);
  } catch (error) {
    const { name, message } = error as Error;
    const reason =
      name === 'AccessDeniedException'
        ? `Service Quotas denies it (${message}): allow servicequotas:ListServiceQuotas`
        : explain(error as Error);
    return [{ check: 'instance quotas', ok: true, message: `not checked: ${reason}` }];
  }
}

function quotaFinding({ name, needed, reason, allowed }: InstanceQuota): Finding {
  const check = `quota of ${name}`;
  const need = `${needed} needed (${reason})`;
  if (allowed === undefined)
    return { check, ok: true, message: `not checked: Service Quotas lists none of this name; ${need}` };
  const ok = allowed >= needed;
  const wayOut = ok ? '' : `; request more in Service Quotas, or use fewer instances or another type`;
  return { check, ok, message: `${allowed} allowed, ${need}, besides what else the account runs${wayOut}` };
}

function finding(check: string, problems: readonly string[], otherwise: string): Finding {
  const ok = problems.length === 0;
  return { check, ok, message: ok ? otherwise : problems.join('; ') };
}
