export {
  differenceOf,
  type ImageFamily,
  type ImageVersion,
  minorOf,
  nameOf,
  requirementsOf,
  type StandIn,
} from './image-family';
export { type ImageUri, parseImageUri } from './image-uri';
export { IMAGE_FAMILIES, NEWEST_STAND_IN, STAND_INS, standInOf } from './stand-ins';
