import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonata } from '../../lib/runtime/states';
import { assigns, variables } from '../../lib/runtime/variables';
import { repositoryFile } from '../repository-file';

interface Rollout {
  readonly step: number;
  readonly reasons: readonly string[];
  readonly endpoint: { readonly status: string };
}

const ROLLOUT = variables<Rollout>();
const assignRollout = assigns<Rollout>();

test('variables read as JSONata, with their fields', () => {
  expect(`${ROLLOUT.step} + 1`).toBe('$step + 1');
  expect(jsonata(ROLLOUT.endpoint.status)).toBe('{% $endpoint.status %}');
});

test('variables are assigned values and expressions', () => {
  expect(assignRollout({ step: 0, endpoint: { status: jsonata('$states.result.Status') } })).toEqual({
    step: 0,
    endpoint: { status: '{% $states.result.Status %}' },
  });
});

test('the compiler refuses variables that a workflow does not have, and values of another type', () => {
  // @ts-expect-error: there is no such variable
  expect(`${ROLLOUT.stage}`).toBe('$stage');
  // @ts-expect-error: there is no such variable
  expect(assignRollout({ stage: 1 })).toEqual({ stage: 1 });
  // @ts-expect-error: a step is a number
  expect(assignRollout({ step: 'first' })).toEqual({ step: 'first' });
});

test.each(['release', 'retraining'])('states of a %s name variables and answers by typed paths', (room) => {
  const folder = repositoryFile(`lib/${room}`);
  const untyped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      withoutComments(readFileSync(join(folder, file), 'utf8'))
        .split('\n')
        .filter((line) => /\$(?!states\b)[a-z]\w*\b(?!\()|\$states\.result\.Payload/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(untyped).toEqual([]);
});

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
