export { differenceOf, minorOf, NEWEST_STAND_IN, type StandIn } from './images';
export {
  ensurePythonEnvironment,
  findPython,
  type PythonEnvironment,
  type PythonEnvironmentOptions,
} from './python-environment';
