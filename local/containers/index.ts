export { differenceOf, minorOf, NEWEST_STAND_IN, type StandIn } from './images';
export { findPython } from './library-environment';
export {
  ensurePythonEnvironment,
  type PythonEnvironment,
  type PythonEnvironmentOptions,
} from './python-environment';
