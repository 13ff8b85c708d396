import type { IRole } from 'aws-cdk-lib/aws-iam';

export interface PipelineRoles {
  readonly trainingRole?: IRole;
  readonly servingRole?: IRole;
  readonly scoringRole?: IRole;
}

/** What two roles must not share. */
export function roleProblems({ trainingRole, servingRole, scoringRole }: PipelineRoles): string[] {
  const roles = Object.entries({ trainingRole, servingRole, scoringRole }).filter(([, role]) => role);
  return roles.flatMap(([name, role], index) => {
    const same = roles.slice(0, index).find(([, other]) => other?.roleArn === role?.roleArn);
    if (!same) return [];
    return [
      `${name} is also ${same[0]}, so that your scripts could change what judges or serves them: give them roles of their own`,
    ];
  });
}
