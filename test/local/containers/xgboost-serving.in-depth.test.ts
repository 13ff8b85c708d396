import { standInOf } from '../../../local/containers/images';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import type { ServingContainer } from '../../../local/containers/serving-container';
import recorded from '../../reference/xgboost-serving.json';
import { healthy, serve, testRecordedAnswers } from './serving-requests';
import { temporaryDirectory } from './support';

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0';

const directory = temporaryDirectory();
const model = Buffer.from(recorded.model, 'base64');
const containers = new Map<string, ServingContainer>();
beforeAll(async () => {
  const standIn = standInOf(IMAGE);
  if (!standIn) throw new Error(`${IMAGE} has no stand-in`);
  const { python } = await ensurePythonEnvironment({ standIn });
  for (const [name, script] of Object.entries(recorded.scripts)) {
    const environment = { SAGEMAKER_PROGRAM: 'inference.py' };
    const files = { 'code/inference.py': script, 'model.ubj': model };
    containers.set(name, serve(directory, files, { standIn, python, environment }));
  }
  const withoutScript = (environment = {}) =>
    serve(directory, { 'model.ubj': model }, { standIn, python, environment });
  containers.set('algorithm', withoutScript());
  containers.set('batch', withoutScript({ SAGEMAKER_BATCH: 'true' }));
  await Promise.all([...containers.values()].map(healthy));
}, 600_000);
afterAll(() => Promise.all([...containers.values()].map((container) => container.kill())));

describe("the local container answers as the serving code of AWS's XGBoost image", () => {
  testRecordedAnswers(recorded.cases, containers);
});
