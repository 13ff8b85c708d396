export { CloudReader } from './cloud-reader';
export { variantColour } from './colours';
export { ago, percentage, time } from './format';
export { Html, type HtmlValue, html } from './html';
export { card, facts, heading, jsonBlock, type Page, table, unfold } from './layout';
export { address, link } from './links';
export type { LocalCloudPlugin, PageOf } from './plugin';
export { pill, type Tone } from './status';
