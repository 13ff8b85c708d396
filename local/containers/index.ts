export {
  ensurePythonEnvironment,
  findPython,
  type PythonEnvironment,
  type PythonEnvironmentOptions,
} from './python-environment';
export { differenceOf, NEWEST_STAND_IN, type StandIn } from './scikit-learn-images';
