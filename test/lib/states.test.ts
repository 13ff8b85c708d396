import type { PipelineFunction } from '../../lib/runtime/pipeline-function';
import { invoke, jsonata } from '../../lib/runtime/states';

const next = { next: 'Next' };

test('a state that invokes a function gives it the request, and the compiler refuses one that differs from the contract', () => {
  const scale = { functionArn: 'arn' } as PipelineFunction<'scale-endpoint'>;
  const undone = { releaseId: jsonata('$plan.releaseId'), championVariant: null };
  expect(invoke(scale, { scales: true, undone }, next)).toMatchObject({
    Arguments: {
      FunctionName: 'arn',
      Payload: { scales: true, undone: { releaseId: '{% $plan.releaseId %}', championVariant: null } },
    },
    Next: 'Next',
  });
  // @ts-expect-error: `scales` is missing
  invoke(scale, {}, next);
  // @ts-expect-error: the function knows no `more`
  invoke(scale, { scales: true, more: 1 }, next);
  // @ts-expect-error: `championVariant` is missing
  invoke(scale, { scales: true, undone: { releaseId: '1' } }, next);
  // @ts-expect-error: neither a boolean nor an expression
  invoke(scale, { scales: '$plan.scales', undone }, next);
  // @ts-expect-error: another function's request
  invoke(scale, { releaseId: '1' }, next);
});
