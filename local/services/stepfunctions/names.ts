import { AwsError } from '../../gateway/aws-error';

/**
 * A name of a machine or an execution: 1 to 80 characters, none of them white space, control characters or
 * `<>{}[]?*"#%\^|~`$&,;:/`.
 *
 * @throws AwsError InvalidName
 */
export function validateName(name: string | undefined): string {
  const isValid = name !== undefined && /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name);
  if (!isValid) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}
